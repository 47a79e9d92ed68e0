"""What people do says where and when they are to be met."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relacja.behaviour.attributes import Chosen, Derived, Found, Kind, Whole, best_sql
from relacja.segments import values
from relacja.segments.aggregates import let
from relacja.segments.binder import Binder
from relacja.segments.purchases import ORDER
from relacja.segments.rules import Happened, Person
from relacja.segments.segment_rules.attribute import at_path
from relacja.segments.segment_rules.letters import CLICKED, OPENED

LEAST_REACTIONS = 3
LEAST_DAYS = 5
LEAST_ALIKE = 3
HALF_A_YEAR, A_YEAR = 180, 365
PAGES = ("Page Viewed", "Screen Viewed")
EMAIL, WEB = "email", "web"
PART_OF_DAY = 4
BITS = 5  # what is counted stands in the lowest bits of a number, with what tells one piece of evidence from another
CHANNELS = {
    EMAIL: gettext_lazy("e-mail"),
    WEB: pgettext_lazy("channel", "website"),
    "app": pgettext_lazy("channel", "app"),
    "sms": "SMS",
    "phone": pgettext_lazy("channel", "phone"),
    "store": pgettext_lazy("channel", "shop"),
}
WEEKDAYS = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}


class Channel(Derived):
    """Where somebody reacts most: letters they took up, orders by where these came from."""

    key = "channel"
    label = gettext_lazy("Preferred channel")
    how = gettext_lazy(
        "Where they reacted most in a year: every letter opened or followed counts once for e-mail, every order for the"
        " channel it came through. Known from three reactions on, if it is half of all."
    )
    icon = "radio-tower"
    kind = Chosen(CHANNELS)
    names = frozenset({ORDER, OPENED, CLICKED})
    days = A_YEAR

    def told_sql(self, bind: Binder) -> tuple[str, str]:
        known, is_order = bind(sorted(CHANNELS), "Array(String)"), f"name = {bind(ORDER, 'String')}"
        order = f"multiIf(has({known}, order_channel), order_channel, '{WEB}')"
        channel = f"indexOf({known}, if({is_order}, {order}, '{EMAIL}'))"
        what = "if(letter = 0, cityHash64(id), letter)"
        rows = self.named_sql(bind)
        told = f"arrayDistinct(groupArrayIf(bitOr(bitShiftLeft({what}, {BITS}), {channel}), {rows}))"
        best = best_sql(f"arrayMap(one -> bitAnd(one, {2**BITS - 1}), {told})", LEAST_REACTIONS)
        return rows, let("best", best, f"({known}[best.1], if(best.2 * 2 >= best.3, best.2, 0), best.3)")

    def found(self, person: Person) -> Found | None:
        reactions: dict[tuple[str, str], Happened] = {}
        for event in self.events(person):
            reactions.setdefault(_reaction(event), event)
        return _most(reactions, lambda key: key[0], LEAST_REACTIONS, is_half=True)

    def why(self, found: Found) -> str:
        said = ngettext("{number} of {of} reaction", "{number} of {of} reactions", found.of)
        return said.format(number=found.number, of=found.of)


def _reaction(event: Happened) -> tuple[str, str]:
    """The channel, and what was reacted to."""
    message = values.as_text(event.properties.get("message"))
    if event.name != ORDER:
        return EMAIL, message or str(event.id)
    through = values.as_text(event.properties.get("channel"))
    came = values.as_text(at_path(event.context, "campaign.medium"))
    return EMAIL if came == EMAIL else through if through in CHANNELS else WEB, str(event.id)


class Hour(Derived):
    """At what hour somebody is here, as far as days show it."""

    key = "hour"
    label = gettext_lazy("Preferred hour")
    how = gettext_lazy(
        "The hour in which they opened letters, followed links or looked at pages on most days of the last half year."
        " Known if there were five days, three of them with this hour."
    )
    icon = "clock"
    kind: Kind = Whole()
    names = frozenset({OPENED, CLICKED, *PAGES})
    days = HALF_A_YEAR

    def told_sql(self, bind: Binder) -> tuple[str, str]:
        zone, rows = bind(timezone.get_default_timezone_name(), "String"), self.named_sql(bind)
        local = f"toTimeZone(at, {zone})"
        packed = f"bitOr(bitShiftLeft(toUInt32(toDate({local})), {BITS}), {self.part_sql(local)})"
        best = best_sql(f"arrayMap(one -> bitAnd(one, {2**BITS - 1}), days)", LEAST_ALIKE)
        days = f"arrayUniq(arrayMap(one -> bitShiftRight(one, {BITS}), days))"
        value = let("best", best, f"(best.1, if({days} >= {LEAST_DAYS}, best.2, 0), {days})")
        return rows, let("days", f"arrayDistinct(groupArrayIf({packed}, {rows}))", value)

    def found(self, person: Person) -> Found | None:
        seen: dict[tuple[date, int], Happened] = {}
        for event in self.events(person):
            local = timezone.localtime(event.at)
            seen.setdefault((local.date(), self.part(local)), event)
        days = len({day for day, _part in seen})
        found = _most(seen, lambda key: key[1], LEAST_ALIKE)
        return Found(found.value, found.number, days, found.events) if found and days >= LEAST_DAYS else None

    def why(self, found: Found) -> str:
        return ngettext("on {number} of {of} day", "on {number} of {of} days", found.of).format(
            number=found.number, of=found.of
        )

    def said(self, found: Found) -> str:
        return f"{found.value}:00–{found.value + 1}:00"

    def alike(self, value: Any) -> tuple[str, Any] | None:
        """The part of the day."""
        first = value - value % PART_OF_DAY
        return "in", tuple(str(hour) for hour in range(first, first + PART_OF_DAY))

    def part_sql(self, local: str) -> str:
        return f"toHour({local})"

    def part(self, local: Any) -> int:
        return int(local.hour)


class Weekday(Hour):
    """On what day of the week somebody is here."""

    key = "weekday"
    label = gettext_lazy("Preferred day of the week")
    how = gettext_lazy(
        "The day of the week on which they opened letters, followed links or looked at pages most often in the last"
        " half year. Known if there were five days, three of them this day of the week."
    )
    icon = "calendar"
    kind = Chosen(WEEKDAYS)

    def said(self, found: Found) -> str:
        return self.kind.said(found.value)

    def alike(self, value: Any) -> tuple[str, Any] | None:
        return "is", str(value)

    def part_sql(self, local: str) -> str:
        return f"toDayOfWeek({local})"

    def part(self, local: Any) -> int:
        return int(local.isoweekday())


def _most(seen: dict[Any, Happened], part: Any, least: int, *, is_half: bool = False) -> Found | None:
    """What stands in most of the keys, of two alike the greater, with the events behind it."""
    counts = Counter(part(key) for key in seen)
    if not counts:
        return None
    number, value = max((number, value) for value, number in counts.items())
    if number < least or (is_half and number * 2 < len(seen)):
        return None
    return Found(value, number, len(seen), _newest(event for key, event in seen.items() if part(key) == value))


def _newest(events: Iterable[Happened]) -> tuple[Happened, ...]:
    return tuple(sorted(events, key=lambda event: (event.at, event.id.int), reverse=True))


ALL = (Channel(), Hour(), Weekday())
