"""The columns of the list of people: which there are, which are asked for, and how their cells are drawn.

A page has some four hundred cells. They are put together here and not in a template: that halves what a page costs
(measured 2026-11: 17 ms of processor time for the list of 50 people by template, 9 ms here).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from html import escape
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import dates, fields, lent, plain, reach, stages, tags
from relacja.contacts.dates import NEXT, SOONEST, Coming, Important
from relacja.contacts.field_kinds import Names
from relacja.contacts.fields import Known, Words
from relacja.contacts.models import Company, Contact, Record, Stage, Tag
from relacja.contacts.templatetags.contacts import TONES, tag_badge
from relacja.staff import teams
from relacja.ui.templatetags.ui import avatar, badge
from relacja.ui.templatetags.ui import drawn as icon
from relacja.ui.written import Clock, day, number

USUAL = ("email", "company", "city", "stage", "owner", "changed", "created")
USUAL_OF_FIRMS = ("city", "vat_id", "owner", "people", "created")
PEOPLE = "people"
ROOMY = frozenset({"email", "city", "owner"})
MOMENTS = {"changed": ("changed_at", gettext_lazy("Changed")), "created": ("created_at", gettext_lazy("Added"))}
SOURCE = "source"
TEAM = "team"
MOST = 20
WIDE = frozenset({"email", "street"})
NUMBERS = frozenset({"number", "money"})
NAMED = ("company", "owner", "parent")
LEADING = frozenset({"link", "reference"})
UNSORTED = frozenset({"choices", "reference", "tags"})
UNINDEXED = frozenset({"job_title", "street", "postal_code", "language", "source", TEAM})  # the facts do not hold them
NOTHING = "—"

Draw = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sort` is what the list is sorted by on a click; `known` is its field, if it is one.

    It tells which of the dates `among` comes next. What is `lent` is known by an app upstairs.
    """

    path: str
    label: Words
    known: Known | None = None
    among: tuple[Important, ...] = ()
    lent: Known | None = None

    @property
    def sort(self) -> str:
        if self.known is not None and self.known.of == Record.COMPANY:
            return "" if self.known.kind.code in UNSORTED else self.path
        if self.lent is not None:
            return ""
        unsorted = self.path in UNINDEXED or (self.known is not None and self.known.kind.code in UNSORTED)
        return "" if unsorted else self.path

    @property
    def is_editable(self) -> bool:
        """Whether its cells can be changed in the list."""
        return self.known is not None

    @property
    def is_number(self) -> bool:
        known = self.known or self.lent
        return self.path in MOMENTS or self.path == PEOPLE or (known is not None and known.kind.code in NUMBERS)

    @property
    def size(self) -> str:
        """How much room it takes: a class."""
        if self.path in (*MOMENTS, stages.SINCE) or self.is_number:
            return "short"
        return "badges" if self.path == "stage" else "long" if self.path in {*WIDE, tags.PATH, SOONEST} else "middling"


def offered(of: Record = Record.CONTACT) -> dict[str, Column]:
    """Every column there is, by its path, in the order in which they are offered. One query."""
    if of == Record.COMPANY:
        firms = [Column(one.path, _capital(one.label), one) for one in fields.known(of) if one.path != "name"]
        moments = [Column(path, said) for path, (_f, said) in MOMENTS.items()]
        team, people = Column(TEAM, gettext_lazy("Owner's team")), Column(PEOPLE, gettext_lazy("People there"))
        return {one.path: one for one in [*firms, team, people, *moments, *_coming(of)]}
    known = [Column(one.path, _capital(one.label), one) for one in fields.known(Record.CONTACT)]
    others = [
        Column(TEAM, gettext_lazy("Owner's team")),
        Column(SOURCE, gettext_lazy("Source")),
        *(Column(path, said) for path, (_f, said) in MOMENTS.items()),
        Column(stages.SINCE, gettext_lazy("In the stage for")),
    ]
    lenders = [Column(one.path, label, lent=one) for one, label in lent.offered()]
    return {one.path: one for one in [*known, *others, *_coming(of), *lenders]}


def _coming(of: Record) -> list[Column]:
    """When the days come next that return every year; of people also which date comes first of all."""
    yearly = [
        Column(NEXT + one.path, _("{label}: when").format(label=one.label), among=(one,))
        for one in dates.important(of)
        if one.is_yearly
    ]
    if of == Record.COMPANY:
        return yearly
    return [Column(SOONEST, gettext_lazy("Next date")), *yearly]


def chosen(asked: Iterable[str], among: dict[str, Column], usual: Sequence[str] = USUAL) -> list[Column]:
    """The columns of these paths, each once, unknown ones passed over; the usual ones when none is left.

    A query when the next date of all is among them.
    """
    paths = [path for path in dict.fromkeys(asked) if path in among][:MOST]
    return [_knowing(among[path]) for path in paths or usual]


def _knowing(column: Column) -> Column:
    """Which dates there are is asked for only where the first of them is shown."""
    return replace(column, among=tuple(dates.watched(Record.CONTACT))) if column.path == SOONEST else column


def sizes(columns: Sequence[Column]) -> list[str]:
    """A class for each column: how wide it is, and when it is left out for want of room."""
    return [f"{_class(column, columns)} {column.size}" for column in columns]


def drawn(
    records: Sequence[Contact | Company],
    columns: Sequence[Column],
    *,
    now: datetime,
    may_choose: bool,
    of: Record = Record.CONTACT,
    may_edit: bool = False,
    walk: str = "",
) -> list[str]:
    """The rows of the table, as HTML. Two queries at most, when fields among them refer to other records, and a
    question for what is lent.

    `walk` is what the addresses of the records carry along of the list. Companies have their `people_count`.
    """
    lend(records, columns)
    pairs = [(c.known, c.known.read(one)) for c in columns if c.known and c.known.field for one in records]
    names = {**fields.named(pairs), **_unnamed(records)}
    clock, base = Clock(now), reverse("contacts:contacts" if of == Record.CONTACT else "contacts:companies")
    ways = [(_way(column, names, clock), _attributes(column, columns, may_edit=may_edit)) for column in columns]
    words = {"select": escape(_("Select")), "write": escape(_("Write")), "peek": escape(_("Peek"))}
    badges = None if of == Record.COMPANY or any(column.path == "stage" for column in columns) else stage_of()
    rows = []
    for record in records:
        cells = [f"<td {attributes}>{draw(record)}</td>" for draw, attributes in ways]
        first = _first(record, base, words, may_choose=may_choose, walk=walk)
        below = _below_firm(record) if isinstance(record, Company) else _below(record, badges, clock)
        rows.append(f'<tr id="{of}-{record.pk}">{first}{"".join(cells)}{below}</tr>')
    return rows


def cell(record: Contact | Company, column: Column, *, now: datetime) -> str:
    """What stands in one cell, as HTML. A query when its field refers to another record."""
    lend([record], [column])
    known = column.known
    names = {**fields.named([(known, known.read(record))] if known and known.field else []), **_unnamed([record])}
    return _way(column, names, Clock(now))(record)


def lend(records: Sequence[Contact | Company], columns: Iterable[Column]) -> None:
    """What the columns that are lent hold is put on the records: before they are drawn or written."""
    if paths := {column.path for column in columns if column.lent}:
        lent.lend(records, paths)


def _unnamed(records: Sequence[Contact | Company]) -> Names:
    """No name for the companies above these of which whoever reads does not know. A query unless they see everybody."""
    above = {one.parent_id for one in records if isinstance(one, Company) and one.parent_id}
    if reach.reader() is None or not above:
        return {}
    return {("company", pk): "" for pk in above - reach.named(Record.COMPANY, above).keys()}


def stage_of() -> dict[str, str]:
    """The badge of each stage, drawn once."""
    return {stage.value: badge(stage.label, TONES.get(stage, "")) for stage in Stage}


def _capital(label: Words) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]


def _class(column: Column, columns: Sequence[Column]) -> str:
    if column.path == "stage":
        return "below-end"
    usual = tuple(one.path for one in columns) == USUAL
    roomy = "roomy" if usual and column.path in ROOMY else ""
    return " ".join(filter(None, ("wide", roomy, "number" if column.is_number else "")))


def _attributes(column: Column, columns: Sequence[Column], *, may_edit: bool) -> str:
    editable = f' data-cell="{escape(column.path)}"' if may_edit and column.is_editable else ""
    return f'class="{_class(column, columns)}"{editable}'


def _way(column: Column, names: Names, clock: Clock) -> Draw:
    """How the cells of a column are drawn: a function from a contact to HTML."""
    if column.path in MOMENTS:
        name = MOMENTS[column.path][0]
        return lambda contact: _moment(getattr(contact, name), clock)
    if column.path == SOONEST or column.path.startswith(NEXT):
        today, is_named = timezone.localdate(clock.now), column.path == SOONEST
        return lambda record: _next(dates.nearest(record, column.among, today), is_named=is_named)
    if column.path == stages.SINCE:
        return lambda contact: _lasting(stages.since(contact), clock)
    if column.path == "stage":
        badges, archived = stage_of(), _archived()
        return lambda contact: archived if contact.archived_at else badges[contact.stage]
    if column.path == PEOPLE:
        people = reverse("contacts:contacts")
        return lambda firm: f'<a class="plain-link" href="{people}?company={firm.pk}">{number(firm.people_count)}</a>'
    if column.path == TEAM:
        roster = teams.remembered()
        return lambda contact: _text(roster.said(contact.owner_id))
    if column.path == "parent":
        return lambda firm: _text(names.get(("company", firm.parent_id), str(firm.parent or "")))
    if column.path in NAMED:
        return lambda contact: _text(str(getattr(contact, column.path) or ""))
    if column.path == tags.PATH:
        words = tags.vocabulary()
        drawn_tags = {tag.key: tag_badge(tag) for tag in words.tags}
        return lambda contact: _tags(words.meant(contact.attributes.get(tags.KEY)), drawn_tags)
    if column.lent is not None:
        return partial(_lent, column.path, column.lent)
    if column.known is None or (column.known.kind.code == "line" and column.known.of == Record.CONTACT):
        return lambda contact: _text(str(getattr(contact, column.path, "") or ""))
    known = column.known
    leads = known.kind.code in LEADING

    def draw(contact: Contact) -> str:
        value = known.read(contact)
        shown = _text(known.show(value, names))
        href = known.href(value) if leads else ""
        return f'<a class="plain-link" href="{escape(href)}">{shown}</a>' if href else shown

    return draw


def _lent(path: str, known: Known, contact: Any) -> str:
    value = contact.lent.get(path)
    return _text("" if plain.is_nothing(value) else known.show(value, {}))


def _first(record: Contact | Company, base: str, words: dict[str, str], *, may_choose: bool, walk: str) -> str:
    """The checkbox, and who it is with what can be done at once."""
    name, href = escape(str(record)), f"{base}{record.pk}/"
    star = icon("star", "small vip") if record.attributes.get(fields.VIP) else ""
    box = _box(record.pk, f"{words['select']}: {name}") if may_choose else ""
    button = 'class="button quiet square small"'
    is_firm = isinstance(record, Company)
    email = "" if isinstance(record, Company) else record.email
    mail = (
        f'<a {button} href="mailto:{escape(email)}" title="{words["write"]}"'
        f' aria-label="{words["write"]}: {name}">{icon("mail", "small")}</a>'
        if email
        else ""
    )
    peek = (
        f'<a {button} href="{href}" data-peek hx-get="{href}" hx-target="#drawer" hx-swap="innerHTML"'
        f' title="{words["peek"]}" aria-label="{words["peek"]}: {name}">{icon("eye", "small")}</a>'
    )
    return (
        f'<td>{box}</td><td class="name"><a class="who" href="{href}{escape(walk)}">{avatar(record, square=is_firm)}'
        f'<span class="truncate">{name}</span>{star}</a><div class="row-actions wide">{mail}{peek}</div></td>'
    )


def _box(pk: int, label: str) -> str:
    return f'<input class="check" type="checkbox" name="ids" value="{pk}" form="chosen" aria-label="{label}">'


def _below(contact: Contact, badges: dict[str, str] | None, clock: Clock) -> str:
    """What a phone shows instead of the columns: where to reach them, and since when they are here."""
    stage = f'<td class="narrow below-end">{badges[contact.stage]}</td>' if badges else ""
    return (
        f'{stage}<td class="narrow below faint"><span class="truncate">{escape(contact.email or contact.phone)}</span>'
        f"{_moment(contact.created_at, clock)}</td>"
    )


def _below_firm(firm: Company) -> str:
    """The same of a company: how many people, and where."""
    count = number(firm.people_count)  # type: ignore[attr-defined]
    where = f'<span class="truncate">{escape(firm.city)}</span>'
    return f'<td class="narrow below-end number">{count}</td><td class="narrow below faint">{where}</td>'


def _text(text: str) -> str:
    return f'<span class="truncate">{escape(text)}</span>' if text else NOTHING


def _tags(held: Sequence[Tag], badges: Mapping[str, str]) -> str:
    drawn_ones = "".join(badges[tag.key] for tag in held)
    said = escape(", ".join(tag.name for tag in held))
    return f'<span class="tags" title="{said}">{drawn_ones}</span>' if held else NOTHING


def _moment(when: datetime, clock: Clock) -> str:
    """How long ago; the exact moment on hover."""
    said, exact = escape(clock.ago(when)), escape(clock.moment(when))
    return f'<time datetime="{when.isoformat()}" title="{exact}" data-ago>{said}</time>'


def _next(coming: Coming | None, *, is_named: bool) -> str:
    """The day, or of several dates which comes and how far it is; all of that, and what it is then, on hover."""
    if coming is None:
        return NOTHING
    said = f"{coming.what.label}: {coming.when}" if is_named else day(coming.on)
    exact = ", ".join(filter(None, (day(coming.on), coming.when, coming.said)))
    return f'<time class="truncate" datetime="{coming.on.isoformat()}" title="{escape(exact)}">{escape(said)}</time>'


def _lasting(since: datetime, clock: Clock) -> str:
    said, exact = escape(stages.lasted(since, clock.now)), escape(clock.moment(since))
    return f'<time datetime="{since.isoformat()}" title="{exact}">{said}</time>'


def _archived() -> str:
    return badge(_("Archived"))


def paths(given: Iterable[str]) -> list[str]:
    """Paths as they stand in an address: several parameters, or one with commas."""
    return [path.strip() for text in given for path in text[:2_000].split(",") if path.strip()][: 4 * MOST]


def value(contact: Contact | Company, column: Column, *, now: datetime) -> Any:
    """What stands in a cell, in the normal form of its kind; a moment as it is."""
    if column.path == SOONEST or column.path.startswith(NEXT):
        coming = dates.nearest(contact, column.among, timezone.localdate(now))
        return coming.on.isoformat() if coming else None
    if column.path == stages.SINCE and isinstance(contact, Contact):
        return stages.since(contact)
    if column.path in MOMENTS:
        return getattr(contact, MOMENTS[column.path][0])
    if column.path == PEOPLE:
        return contact.people_count  # type: ignore[union-attr]
    if column.path == TEAM:
        return teams.remembered().said(contact.owner_id)
    if column.lent is not None:
        return contact.lent.get(column.path)  # type: ignore[union-attr]
    return column.known.read(contact) if column.known else plain.value(contact, column.path)
