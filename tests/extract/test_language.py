"""Marking a story's language by its function words."""

import pytest

from pipeline.extract.language import language_of
from tests.extract.pages import LEAD, QUOTE, SECOND


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        (f"{LEAD} {SECOND} {QUOTE}", "en", ("id", "text")),
        ("The mayor opened the park that was built with the funds of the city.", "id", ("en", "text")),
        ("Rakyat boleh datang kerana taman itu dibuka, iaitu bahawa semua boleh masuk.", "", ("ms", "text")),
        ("Warga anu datang ka taman ieu teh bungah ku ayana taman nu anyar dina kota.", "", ("su", "text")),
        ("Warga sing teka ing taman iki padha seneng lan ora ana sing mulih.", "", ("jv", "text")),
        ("1 2 3", "id-ID", ("id", "stated")),
        ("1 2 3", "fr", ("", "")),
    ],
)  # fmt: skip
def test_languages(text: str, stated: str, language: tuple[str, str]) -> None:
    assert language_of(text, stated) == language
