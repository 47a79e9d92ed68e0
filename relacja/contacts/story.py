"""The middle of a contact's page: what happened, newest first, day by day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from relacja.contacts import fields, reach
from relacja.contacts.models import Contact, Record
from relacja.contacts.vocabulary import field_label
from relacja.events import queries, vocabulary
from relacja.events.queries import Moment

AT_ONCE = 100
MOST_LIVE = 400
MOST_PEOPLE = 200
MOST_PRODUCTS = 20
TONES = {"order": "moss", "email": "baltic"}


@dataclass(frozen=True, slots=True)
class Product:
    """One line of a cart or an order."""

    name: str
    quantity: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """One moment, and what else can be said about it. Everything in it was said by others: nothing is trusted."""

    moment: Moment
    person: Contact | None = None

    @property
    def tone(self) -> str:
        return TONES.get(self.moment.declared.group, "")

    @property
    def url(self) -> str:
        """The page it happened on; only an address of the web is one."""
        page = self.moment.context.get("page")
        found = self.moment.properties.get("url") or (page.get("url") if isinstance(page, Mapping) else "")
        return found if isinstance(found, str) and found.startswith(("https://", "http://")) else ""

    @property
    def place(self) -> str:
        """The same without what every address begins with: our own pages by their path, others by host and path."""
        return self.url.removeprefix(settings.BASE_URL).partition("://")[2] or self.url.removeprefix(settings.BASE_URL)

    @property
    def reason(self) -> str:
        """Why it came to nothing, in words."""
        return vocabulary.in_words(self.moment.declared, self.moment.properties).get("reason", "")

    @property
    def products(self) -> list[Product]:
        """What was in the cart or the order."""
        given = self.moment.properties.get("products")
        lines = given[:MOST_PRODUCTS] if isinstance(given, list) else []
        return [_product(line) for line in lines if isinstance(line, Mapping)]

    @property
    def more_products(self) -> int:
        given = self.moment.properties.get("products")
        return max(0, len(given) - MOST_PRODUCTS) if isinstance(given, list) else 0

    @property
    def total(self) -> Decimal | None:
        properties = self.moment.properties
        return next(
            (n for key in ("total", "revenue", "value") if (n := _number(properties.get(key))) is not None), None
        )

    @property
    def currency(self) -> str:
        given = self.moment.properties.get("currency")
        return given if isinstance(given, str) and len(given) == 3 and given.isascii() and given.isalpha() else "PLN"

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Which field was changed, from what to what."""
        given = self.moment.properties.get("changes")
        if not isinstance(given, Mapping):
            return []
        pairs = [(field, pair) for field, pair in given.items() if isinstance(pair, list) and len(pair) == 2]
        others = _naming_others()
        told = [(field, ("", "…") if field in others else pair) for field, pair in pairs]
        return [(field_label(field), str(before), str(after)) for field, (before, after) in told]


def _naming_others() -> set[str]:
    """The labels of fields that wrote another record's name into the story, for who may not see that record."""
    if reach.reader() is None:
        return set()
    known = fields.remembered(Record.CONTACT).values()
    return {str(one.label) for one in known if one.kind.code == "reference"}


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day of the company's zone; `is_continued` when the page before ended within it."""

    at: datetime
    lines: list[Line]
    is_continued: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter of the story, with how much it stands for."""

    group: str
    label: Any
    count: int


@dataclass(frozen=True, slots=True)
class Story:
    """A part of what happened. `until` is the place of its last moment; `older` the same when there is more."""

    days: list[Day]
    group: str = ""
    until: str = ""
    older: str = ""
    last_day: str = ""


def of_contact(
    profiles: list[int], *, group: str = "", before: str = "", until: str = "", after_day: str = ""
) -> Story:
    """What happened to a contact, older than `before`, or as far as `until` when a page is asked for again.

    `profiles` are all of the contact's. One question to the facts, and nothing of the records. Raises `Unavailable`
    when there is no answer, `BrokenPlace` for no place.
    """
    return _story(profiles, {}, group=group, before=before, until=until, after_day=after_day)


def behind(people: QuerySet[Contact]) -> dict[int, Contact]:
    """The profiles of people with whose they are. For no more than `MOST_PEOPLE`, the last added."""
    found = {contact.pk: contact for contact in people.order_by("-pk")[:MOST_PEOPLE]}
    return found | {profile: found[contact_id] for profile, contact_id in queries.joined_to(found)}


def of_people(
    behind: Mapping[int, Contact], *, group: str = "", before: str = "", until: str = "", after_day: str = ""
) -> Story:
    """What happened to several contacts, told as one, like `of_contact`."""
    return _story(list(behind), behind, group=group, before=before, until=until, after_day=after_day)


def chips(profiles: list[int]) -> list[Chip]:
    """The filters of a contact's story that stand for something. One question to the facts."""
    counts = queries.timeline_counts(profiles)
    found = [Chip(group, label, counts[group]) for group, label in vocabulary.GROUPS.items() if counts.get(group)]
    return sorted(found, key=lambda chip: -chip.count)


def _story(
    profiles: list[int],
    people: Mapping[int, Contact],
    *,
    group: str,
    before: str,
    until: str,
    after_day: str,
) -> Story:
    group = group if group in vocabulary.GROUPS else ""
    place = queries.place(before) if before else None
    limit = MOST_LIVE if until else AT_ONCE
    moments = queries.timeline_of_profiles(profiles, group=group, before=place, limit=limit + 1)
    more = len(moments) > limit
    moments = moments[:limit]
    if until:
        kept = [moment for moment in moments if (moment.at, moment.id) >= queries.place(until)]
        more = more or len(kept) < len(moments)
        moments = kept
    last = moments[-1] if moments else None
    return Story(
        _days([Line(moment, people.get(moment.profile_id)) for moment in moments], after_day),
        group,
        until=last.place if last and more else "",
        older=last.place if last and more else "",
        last_day=_on(last).isoformat() if last else "",
    )


def _days(lines: Iterable[Line], after_day: str) -> list[Day]:
    days: list[Day] = []
    current: date | None = None
    for line in lines:
        on = _on(line.moment)
        if on != current:
            days.append(Day(line.moment.at, [], is_continued=not days and on.isoformat() == after_day))
            current = on
        days[-1].lines.append(line)
    return days


def _on(moment: Moment) -> date:
    return timezone.localtime(moment.at).date()


def _product(line: Mapping[str, Any]) -> Product:
    name = str(line.get("name") or line.get("title") or line.get("sku") or line.get("product_id") or "–")[:200]
    quantity, price = _number(line.get("quantity")), _number(line.get("price"))
    amount = price if price is None or quantity is None else price * quantity
    return Product(name, None if quantity == 1 else quantity, amount)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value)[:40])
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e15") else None
