"""Times that programs write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kliping.indonesian.machine import written_out


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1795483800", "2026-11-24T01:30:00+00:00"),
        ("1795483800000", "2026-11-24T01:30:00+00:00"),
        ("20261124083000", "2026-11-24T08:30:00"),
        ("202611240830", "2026-11-24T08:30:00"),
        ("20261124T013000Z", "2026-11-24T01:30:00Z"),
        ("20261124T083000+0700", "2026-11-24T08:30:00+0700"),
        ("20261124", "20261124"),
        ("24 November 2026", "24 November 2026"),
        ("179548380", "179548380"),
    ],
)
def test_written_out(written: str, meant: str) -> None:
    assert written_out(written) == meant


@given(st.text() | st.from_regex(r"\d{8,15}", fullmatch=True))
def test_any_text_comes_back(text: str) -> None:
    assert written_out(written_out(text)) == written_out(text)
