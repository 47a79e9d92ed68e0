from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relacja.lib import days
from relacja.lib.days import Span

some_days = st.dates(date(1900, 1, 1), date(2150, 12, 31))
todays = st.one_of(
    st.dates(date(2020, 1, 1), date(2032, 12, 31)),
    st.sampled_from([date(2027, 2, 28), date(2028, 2, 28), date(2028, 2, 29), date(2027, 3, 1), date(2026, 12, 31)]),
)
born = st.one_of(
    some_days, st.sampled_from([date(1988, 2, 29), date(1988, 2, 28), date(1988, 3, 1), date(2028, 2, 29)])
)


@pytest.mark.parametrize(
    ("today", "next_on", "years"),
    [
        (date(2026, 2, 27), date(2026, 2, 28), 37),
        (date(2026, 2, 28), date(2026, 2, 28), 38),
        (date(2026, 3, 1), date(2027, 2, 28), 38),
        (date(2028, 2, 28), date(2028, 2, 29), 39),
        (date(2028, 2, 29), date(2028, 2, 29), 40),
        (date(1988, 2, 29), date(1989, 2, 28), 0),
    ],
)
def test_who_was_born_on_the_leap_day_has_the_28th_in_other_years(today, next_on, years):
    leap_day = date(1988, 2, 29)

    assert days.next_return(leap_day, today) == next_on
    assert days.years_passed(leap_day, today) == years


@given(day=born, today=todays)
def test_the_next_return_is_never_past_and_within_a_year_of_the_last(day, today):
    found = days.next_return(day, today)

    assert found >= today
    assert found.year > day.year
    assert found.year == day.year + 1 or (found - today).days <= 366
    assert days.years_passed(day, found) == found.year - day.year
    assert not days.Span(today, found - timedelta(days=1)).holds_return(day) or found == today


@given(day=born, today=todays, number=st.integers(1, days.A_YEAR))
def test_pieces_of_a_span_say_the_same_as_looking_at_every_day_of_it(day, today, number):
    spans = [days.next_days(today, number), days.last_days(today, number), days.this_month(today, 0)]
    spans += [days.exactly_ahead(today, number), days.exactly_ago(today, number), days.only_today(today, 0)]
    month_day = day.month * 100 + day.day

    for span in spans:
        every = (span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1))
        returns = any(one.year > day.year and days.in_year(day, one.year) == one for one in every)
        assert span.holds_return(day) == returns
        pieces = span.pieces()
        assert any(p.first <= month_day <= p.last and day.year < p.year for p in pieces) == returns
        assert len(pieces) <= 2


def test_a_day_does_not_return_on_the_day_itself():
    assert not Span(date(2026, 11, 22), date(2026, 11, 22)).holds_return(date(2026, 11, 22))
    assert days.next_return(date(2026, 11, 22), date(2026, 11, 22)) == date(2027, 11, 22)
