"""Questions about imports and what became of their rows."""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import fields as parts
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from relacja.contacts import fields, reach, tags
from relacja.contacts.models import Company, ConsentText, Contact, Record
from relacja.imports import outcomes, reading, tagging
from relacja.imports.meaning import OF_FIRM, Column, Options
from relacja.imports.models import Block, Import, Refusal
from relacja.imports.outcomes import Outcome
from relacja.imports.plans import Planner
from relacja.imports.reading import Fault, Format, Row
from relacja.imports.world import Records
from relacja.lib.text import folded
from relacja.staff.models import User
from relacja.staff.reach import Owners

BLOCK = 1_000
PAGE = 50
_ENDINGS = {"csv": "table.csv", "xlsx": "workbook.xlsx", "vcard": "cards.vcf"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file as the result shows it: whom it is about, and what became of them."""

    outcome: Outcome
    contact: Contact | None
    company: Company | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Some rows of one kind; `after` goes on with the next, empty at the end."""

    lines: list[Line]
    after: str


def kind_of(asked: Format) -> str:
    """What a stored file of this format is called."""
    return _ENDINGS[asked.kind]


def seen_by(user: User) -> QuerySet[Import]:
    """The imports this person sees: a file holds whom it holds, so whoever does not see everybody sees their own."""
    return Import.objects.all() if reach.owners(user) is None else Import.objects.filter(by=user)


def latest(user: User) -> QuerySet[Import]:
    """The imports this person sees, the last one first, with who brought them. One query."""
    return seen_by(user).select_related("by", "api_key").defer("columns", "kept", "forecast").order_by("-at", "-pk")


def format_of(one: Import) -> Format:
    return Format.of(one.format)


def options_of(one: Import) -> Options:
    """The options as they were chosen, with today's defaults for what was not known then."""
    names = {field.name for field in parts(Options)}
    given: dict[str, Any] = {name: value for name, value in one.options.items() if name in names}
    if "match" in given:
        given["match"] = tuple(given["match"])
    return Options(**given)


def columns_of(one: Import) -> list[Column]:
    """The columns that are taken."""
    return [
        Column(number, one.headings[number], column["target"], column["policy"])
        for number, column in enumerate(one.columns)
        if column["target"]
    ]


def planner_of(one: Import, *, make_tag: tagging.Make | None = None) -> Planner:
    """Plans this file as it was prepared. Tags that are not there are made by `make_tag`, or refused."""
    width = len(one.headings) if format_of(one).kind == "csv" else 0
    own = {known.path: known for known in fields.own(Record.CONTACT)}
    if make_tag is not None:
        own[tags.PATH] = tagging.growing(own[tags.PATH], make_tag)
    for known in fields.own(Record.COMPANY):
        own[f"{OF_FIRM}{known.path}"] = known
    if make_tag is not None:
        own[f"{OF_FIRM}{tags.PATH}"] = tagging.growing(own[f"{OF_FIRM}{tags.PATH}"], make_tag)
    defaults = fields.defaults(Record.CONTACT)
    columns = columns_of(one)
    keeper = one.by if one.by is not None and reach.owners(one.by) is not None else None
    staff = colleagues() if any(column.target.endswith("owner") for column in columns) else {}
    return Planner(
        columns,
        options_of(one),
        width=width,
        own=own,
        defaults=defaults,
        staff=staff,
        defaults_of_firms=fields.defaults(Record.COMPANY),
        seen=reach.owners(keeper) if keeper else None,
        keeper=keeper.pk if keeper else None,
    )


def colleagues() -> dict[str, int]:
    """Who works here, by e-mail and name, folded; a name that two have is nobody's. One query."""
    people = list(User.objects.filter(is_active=True).values_list("pk", "email", "name"))
    named = Counter(folded(name) for _pk, _email, name in people)
    by_name = {folded(name): pk for pk, _email, name in people if name and named[folded(name)] == 1}
    return {**by_name, **{folded(email): pk for pk, email, _name in people}}


def consent_of(one: Import) -> ConsentText | None:
    """The words that the consents of this import were given to, if it brings any."""
    if not any(column["target"] == "consent" for column in one.columns):
        return None
    return ConsentText.objects.filter(pk=options_of(one).consent_text or 0).first()


def records_of(one: Import) -> Records:
    """Who is known, as far as this import asks."""
    return Records(consent_of(one))


@contextmanager
def rows_of(one: Import) -> Iterator[Generator[Row]]:
    """The rows of the stored file."""
    with one.file.open("rb") as stored:
        rows = reading.rows(stored.file, format_of(one))
        try:
            yield rows
        finally:
            rows.close()


def blocks(rows: Iterator[Row], *, size: int = BLOCK) -> Iterator[list[Row]]:
    """Rows, many at a time."""
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block


def _line(outcome: Outcome, contact: Contact | None, company: Company | None, seen: Owners) -> Line:
    """A row as it is told: of somebody whom one does not see any more only that it was there."""
    if seen is not None and not contact and not company:
        return Line(Outcome(outcome.row, outcome.kind), None, None)
    return Line(outcome, contact, company)


def lines(one: Import, kind: str, *, after: str = "", limit: int = PAGE, seen: Owners = None) -> Lines:
    """Rows of one kind, in the order of the file. Three queries and one for each block that is looked into."""
    if kind == outcomes.REFUSED:
        waiting, then = refusals(one, after=after, limit=limit)
        return Lines([Line(outcome_of(refusal), None, None) for refusal in waiting], then)
    place, _dot, index = after.partition(".")
    start = (int(place), int(index)) if place.isdecimal() and index.isdecimal() and len(after) < 19 else (0, 0)
    found: list[tuple[int, int, Outcome]] = []
    holding = Block.objects.filter(of=one, place__gte=start[0], **{f"{kind}__gt": 0}).order_by("place")
    for block in holding.iterator(chunk_size=2):
        of_kind = [outcome for outcome in outcomes.unpacked(bytes(block.outcomes)) if outcome.kind == kind]
        skipped = start[1] if block.place == start[0] else 0
        found += [(block.place, skipped + number, outcome) for number, outcome in enumerate(of_kind[skipped:])]
        if len(found) > limit:
            break
    more = len(found) > limit
    told = [outcome for _place, _number, outcome in found[:limit]]
    people = reach.among_people(Contact.objects.all(), seen).in_bulk([one.contact for one in told if one.contact])
    firms = reach.among_firms(Company.objects.all(), seen).in_bulk([one.company for one in told if one.company])
    shown = [_line(outcome, people.get(outcome.contact), firms.get(outcome.company), seen) for outcome in told]
    return Lines(shown, f"{found[limit][0]}.{found[limit][1]}" if more else "")


def refusals(one: Import, *, after: str = "", limit: int = PAGE) -> tuple[list[Refusal], str]:
    """Rows that wait to be mended, in the order of the file, and what goes on with the next. One query."""
    start = int(after) if after.isdecimal() and len(after) < 10 else 0
    found = list(Refusal.objects.filter(of=one, row__gt=start).order_by("row")[: limit + 1])
    return found[:limit], str(found[limit - 1].row) if len(found) > limit else ""


def alike(refusals: Sequence[Refusal]) -> dict[int, int]:
    """How many other rows of the import wait for the same reason as each of these. One query."""
    if not refusals:
        return {}
    same = [Q(code=one.code, heading=one.heading, value=one.value) for one in refusals]
    found = Refusal.objects.filter(reduce(or_, same), of=refusals[0].of_id)
    counts = {
        (code, heading, value): count
        for code, heading, value, count in found.values_list("code", "heading", "value").annotate(Count("pk"))
    }
    return {one.pk: counts[one.code, one.heading, one.value] - 1 for one in refusals}


def refused(one: Import) -> Iterator[tuple[Row, Outcome]]:
    """Every row that waits to be mended with why it was refused, in the order of the file."""
    for refusal in Refusal.objects.filter(of=one).order_by("row").iterator(chunk_size=500):
        yield Row(refusal.row, refusal.cells), outcome_of(refusal)


def outcome_of(refusal: Refusal) -> Outcome:
    return Outcome(refusal.row, outcomes.REFUSED, faults=[Fault(*fault) for fault in refusal.faults])
