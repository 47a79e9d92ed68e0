"""Numbers, money and time in the reader's language, at awkward moments."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from relacja.ui import written

NIGHT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first 02:30 of two in Warsaw
NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # already 2027 in Warsaw


@pytest.mark.parametrize(
    ("language", "said"),
    [("pl", ["12 480", "1 234,50 zł", "€10,00", "18 %"]), ("en", ["12,480", "1,234.50 zł", "€10.00", "18 %"])],
)
def test_numbers_are_written_as_people_write_them(language, said):
    with translation.override(language):
        written_so = [
            written.number(12480),
            written.money(Decimal("1234.5")),
            written.money(10, "EUR"),
            written.percent(0.184),
        ]

    expected = [text.replace("€10,00", "10,00 €") for text in said]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in written_so] == expected


@pytest.mark.parametrize(
    ("value", "polish", "english"),
    [(999, "999", "999"), (2000, "2000", "2,000"), (-9999, "-9999", "-9,999"), (10_000, "10 000", "10,000")],
)
def test_four_digits_stand_together_in_polish(value, polish, english):
    with translation.override("pl"):
        assert written.number(value).replace("\N{NO-BREAK SPACE}", " ") == polish
    with translation.override("en"):
        assert written.number(value) == english


@pytest.mark.parametrize(
    ("gap", "polish", "english"),
    [
        (timedelta(seconds=-20), "przed chwilą", "just now"),
        (timedelta(minutes=-4), "4 min temu", "4 min ago"),
        (timedelta(hours=-2), "2 godz. temu", "2 hr ago"),
        (timedelta(hours=-7), "wczoraj", "yesterday"),
        (timedelta(days=-6), "19 paź", "19 Oct"),
        (timedelta(days=-600), "4 mar 2025", "4 Mar 2025"),
        (timedelta(hours=2), "za 2 godz.", "in 2 hr"),
        (timedelta(hours=8), "dziś, 9:30", "today, 9:30"),
        (timedelta(hours=30), "jutro, 7:30", "tomorrow, 7:30"),
    ],
)
def test_how_long_ago_is_said_in_words(gap, polish, english):
    with translation.override("pl"):
        assert written.ago(NIGHT + gap, now=NIGHT) == polish
    with translation.override("en"):
        assert written.ago(NIGHT + gap, now=NIGHT) == english


def test_days_are_those_of_the_companys_zone():
    with translation.override("pl"):
        assert written.day(NEW_YEAR) == "1 sty 2027"
        assert written.near_day(NEW_YEAR, now=NEW_YEAR) == "Dziś, 1 sty"
        assert written.near_day(NEW_YEAR - timedelta(days=3), now=NEW_YEAR) == "Wtorek, 29 gru 2026"
        assert written.long_day(NEW_YEAR) == "Piątek, 1 stycznia 2027"
        assert written.moment(NIGHT) == "25 paź 2026, 2:30:00"
