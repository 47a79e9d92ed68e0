"""How numbers, money and time are written in the reader's language (CLDR through Babel)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NBSP = "\N{NO-BREAK SPACE}"
GROUPED_FROM = {"pl": 10_000}  # CLDR's minimumGroupingDigits, which Babel does not apply
Number = int | float | Decimal


def locale() -> Locale:
    return _locale((get_language() or "pl").split("-")[0])


def number(value: Number, digits: int | None = None) -> str:
    """12 480,5 or 12,480.5; exactly `digits` after the point when asked. In Polish four digits stand together.

    With decimals it is mostly money, where a thousand is set apart in every language.
    """
    least = GROUPED_FROM.get(locale().language, 0)
    return _decimal(value, digits, is_grouped=bool(digits) or not -least < value < least)


def ordinal(value: int) -> str:
    """3rd, or 3. as in most of Europe."""
    if locale().language != "en":
        return f"{value}."
    ending = "th" if value // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def money(amount: Number, currency: str = "PLN") -> str:
    """1 234,50 zł; złoty keep their sign in every language."""
    if currency == "PLN":
        return f"{_decimal(amount, 2, is_grouped=True)}{NBSP}zł"
    return format_currency(amount, currency, locale=locale())


def percent(share: Number, digits: int = 0) -> str:
    """0.184 is 18 %."""
    return f"{number(Decimal(str(share)) * 100, digits)}{NBSP}%"


def _decimal(value: Number, digits: int | None, *, is_grouped: bool) -> str:
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale(), group_separator=is_grouped)


def day(when: date | datetime) -> str:
    """21 lis 2026, in the company's zone."""
    on = _local(when)
    return f"{_short(on)} {on.year}"


def long_day(when: date | datetime) -> str:
    """Sobota, 21 listopada 2026."""
    words = format_date(_local(when), "EEEE, d MMMM y", locale=locale())
    return words[:1].upper() + words[1:]


def near_day(when: date | datetime, *, now: datetime) -> str:
    """Today, 21 Nov; then the weekday; with the year when it is another one."""
    return Clock(now).near_day(when)


def hour(when: datetime) -> str:
    """9:42, in the company's zone."""
    local = timezone.localtime(when)
    return f"{local.hour}:{local:%M}"


def moment(when: datetime) -> str:
    """21 lis 2026, 9:42:08, in the company's zone."""
    return Clock(when).moment(when)


def ago(when: datetime, *, now: datetime) -> str:
    """How long ago, as people say it: minutes, hours, today, yesterday, then the day. Also ahead: in 2 hr, tomorrow."""
    return Clock(now).ago(when)


class Clock:
    """The moment from which others are told, with the reader's words and the company's zone asked for once.

    A list of fifty rows says a hundred moments: asking each time costs as much as the rest of the page.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._locale = locale()
        self._months = self._locale.months["format"]["abbreviated"]
        self._zone = timezone.get_current_timezone()
        self._today = now.astimezone(self._zone).date()

    def moment(self, when: datetime) -> str:
        """21 lis 2026, 9:42:08."""
        local = when.astimezone(self._zone)
        return f"{self._short(local)} {local.year}, {local.hour}:{local.minute:02}:{local.second:02}"

    def hour(self, when: datetime) -> str:
        """9:42."""
        local = when.astimezone(self._zone)
        return f"{local.hour}:{local.minute:02}"

    def near_day(self, when: date | datetime) -> str:
        """Today, 21 Nov; then the weekday; with the year when it is another one."""
        on = when.astimezone(self._zone).date() if isinstance(when, datetime) else when
        if on == self._today:
            return _("Today, %(day)s") % {"day": self._short(on)}
        if on == self._today - timedelta(days=1):
            return _("Yesterday, %(day)s") % {"day": self._short(on)}
        weekday = self._locale.days["format"]["wide"][on.weekday()]
        words = (
            f"{weekday}, {self._short(on)}"
            if on.year == self._today.year
            else f"{weekday}, {self._short(on)} {on.year}"
        )
        return words[:1].upper() + words[1:]

    def ago(self, when: datetime) -> str:
        """How long ago, or how far ahead."""
        gap = when - self.now
        if abs(gap) < timedelta(minutes=1):
            return _("just now")
        if abs(gap) < timedelta(hours=6):
            words = format_timedelta(gap, format="short", add_direction=True, threshold=1, locale=self._locale)
            return words.replace(". ", " ").removesuffix(".") if self._locale.language == "en" else words
        on = when.astimezone(self._zone).date()
        if on == self._today:
            return _("today, %(hour)s") % {"hour": hour(when)}
        if on == self._today - timedelta(days=1):
            return _("yesterday")
        if on == self._today + timedelta(days=1):
            return _("tomorrow, %(hour)s") % {"hour": hour(when)}
        return self._short(on) if on.year == self._today.year else f"{self._short(on)} {on.year}"

    def _short(self, on: date) -> str:
        return f"{on.day} {self._months[on.month]}"


def _short(on: date) -> str:
    """21 lis. Written by hand: a pattern costs ten times as much."""
    return f"{on.day} {locale().months['format']['abbreviated'][on.month]}"


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _local(when: date | datetime) -> date:
    return timezone.localtime(when).date() if isinstance(when, datetime) else when
