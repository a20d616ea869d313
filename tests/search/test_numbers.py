"""Row numbers: a desk is a range, time is their order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from search.archive.numbers import MAX_DESK, desk_range, first_slot, next_slot, second_in, second_of

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
DESKS = st.integers(1, MAX_DESK)


@given(DESKS, MOMENTS, st.text())
def test_a_number_fits_into_sqlite_and_tells_its_second(desk: int, moment: datetime, article: str) -> None:
    number = first_slot(desk, second_of(moment), article)
    assert 0 <= number < 2**63
    assert second_in(number) == int(moment.timestamp() // 1)
    assert second_in(next_slot(number)) == second_in(number)
    whole = desk_range(desk)
    assert whole.low <= number <= whole.high < desk_range(desk + 1).low


@given(DESKS, MOMENTS, MOMENTS, MOMENTS)
def test_a_range_holds_from_and_not_until(desk: int, at: datetime, start: datetime, until: datetime) -> None:
    number = first_slot(desk, second_of(at), "x")
    span = desk_range(desk, start, until)
    assert (span.low <= number <= span.high) == (start <= at.replace(microsecond=0) < until)


def test_slots_of_a_full_second_are_tried_in_a_circle() -> None:
    last = 2**19 - 1
    assert next_slot(last) == 0
    assert next_slot(5) == 6


def test_times_out_of_range_stand_at_its_ends() -> None:
    assert second_of(datetime(1900, 1, 1, tzinfo=UTC)) == 0
    assert second_of(datetime(9000, 1, 1, tzinfo=UTC)) == 2**32 - 1
    far = desk_range(1, datetime(9000, 1, 1, tzinfo=UTC) + timedelta(microseconds=1))
    assert far.low <= far.high
