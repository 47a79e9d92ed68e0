"""The run: block by block, each one transaction with its place in the file, so that whoever goes on knows where."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from relacja.contacts import bulk, consents
from relacja.contacts.actions.record import CONTACT
from relacja.contacts.models import Consent, ConsentText
from relacja.contacts.plain import ATTRIBUTE
from relacja.imports import mending, outcomes, queries, tagging
from relacja.imports.actions import firms
from relacja.imports.models import Block, Import, Refusal, State
from relacja.imports.outcomes import Outcome
from relacja.imports.person import Person
from relacja.imports.plans import Plan, Planner
from relacja.imports.reading import Row
from relacja.imports.understanding import Unified
from relacja.imports.world import Records
from relacja.jobs import runner
from relacja.lib import live
from relacja.lib.ahead import ahead
from relacja.lib.errors import Refused
from relacja.lib.text import folded
from relacja.staff import changes
from relacja.staff.changes import Note

CHANNEL = "import"
TRIES = 5


class Halted(Exception):
    """Somebody paused or stopped the import, or another worker is ahead: this one has nothing more to do."""


def start(one: Import, *, now: datetime) -> bool:
    """The checked import runs from now on; False when it does already. The work itself is `run`."""
    if Import.objects.filter(pk=one.pk, state=State.CHECKED).update(state=State.RUNNING, position=0, started_at=now):
        return True
    if one.state == State.RUNNING:
        return False
    raise Refused(_("Check the file first: it shows what would happen."))


def pause(one: Import) -> None:
    """No further block is begun; the import can go on where it is."""
    _move(one, {State.RUNNING}, State.PAUSED)


def go_on(one: Import) -> None:
    """A paused or failed import runs on from where it is."""
    _move(one, {State.PAUSED, State.FAILED}, State.RUNNING)


def stop(one: Import, *, now: datetime) -> None:
    """The import ends here: what it did stays, and can be taken back. A check or a pause ends as well."""
    if one.state == State.CHECKING:
        _move(one, {State.CHECKING}, State.DRAFT)
        return
    _move(one, {State.RUNNING, State.PAUSED, State.FAILED}, State.STOPPED, ended_at=now)


def run(one: Import, *, now: datetime, clock: Callable[[], datetime] | None = None) -> None:
    """Handle the rows that are left. Killed at any moment and run again, it handles every row once.

    `now` is what its changes are dated; `clock` says when it ended. Raises nothing when it is paused or stopped. What
    fails leaves the import `failed` and is raised.
    """
    may_make = one.author is not None and one.author.may("contacts.tags")
    planner = queries.planner_of(one, make_tag=tagging.maker(by=one.author, now=now) if may_make else None)
    records = queries.records_of(one)
    one.moments = [*one.moments, now.isoformat()]
    one.save(update_fields=["moments"])
    try:
        with queries.rows_of(one) as rows, _unified(islice(rows, one.position, None), planner) as blocks:
            for block, read in blocks:
                _handle(one, block, read, planner, records, now=now)
                runner.progress(max(1, one.percent))
    except Halted:
        return
    ended = clock() if clock else now
    done = Import.objects.filter(pk=one.pk, state=State.RUNNING)
    done.update(state=State.DONE, ended_at=ended, total=F("position"))
    live.publish(f"import:{one.pk}")


@contextmanager
def _unified(rows: Iterator[Row], planner: Planner) -> Iterator[Iterator[tuple[list[Row], list[Unified]]]]:
    """Blocks of rows and what they mean; the next ones are unified while the database writes the one in hand."""
    made = ((block, planner.read(block)) for block in queries.blocks(rows))
    if not planner.is_pure:
        yield made
        return
    with ahead(made) as blocks:
        yield blocks


def fail(one: Import, reason: str) -> None:
    """The import cannot go on by itself; somebody may let it try again."""
    Import.objects.filter(pk=one.pk).exclude(state__in=[State.DONE, State.UNDONE]).update(
        state=State.FAILED, error=reason[:2000]
    )
    live.publish(f"import:{one.pk}")


def _handle(
    one: Import,
    rows: Sequence[Row],
    read: Sequence[Unified] | None,
    planner: Planner,
    records: Records,
    *,
    now: datetime,
) -> None:
    """Plan a block and write it. Who is overtaken by somebody else's change looks again."""
    for left in reversed(range(TRIES)):
        plan, read = planner.plan(rows, records, read=read), None
        try:
            with transaction.atomic():
                _write(one, rows, plan, now=now)
        except bulk.Overtaken:
            if not left:
                raise
        else:
            one.position += len(rows)
            return


def _write(one: Import, rows: Sequence[Row], plan: Plan, *, now: datetime) -> None:
    counts = plan.counts()
    here = Import.objects.filter(pk=one.pk, state=State.RUNNING, position=one.position)
    moved = here.update(
        position=F("position") + len(plan.outcomes), **{kind: F(kind) + number for kind, number in counts.items()}
    )
    if not moved:
        raise Halted
    store(one, plan, place=one.position, now=now)
    refused = [
        (row, outcome) for row, outcome in zip(rows, plan.outcomes, strict=True) if outcome.kind == outcomes.REFUSED
    ]
    Refusal.objects.bulk_create([_waiting(one, row, outcome) for row, outcome in refused])


def _waiting(one: Import, row: Row, outcome: Outcome) -> Refusal:
    return Refusal(of=one, row=row.number, cells=[mending.sound(cell) for cell in row.cells], **reasons(outcome))


def reasons(outcome: Outcome) -> dict[str, Any]:
    """Why a row was refused, as it is kept."""
    told = [[mending.sound(part) for part in fault] for fault in outcome.faults]
    code, heading, value = told[0]
    return {"faults": told, "code": code, "heading": heading[:200], "value": value[:120]}


def store(one: Import, plan: Plan, *, place: int, now: datetime) -> None:
    """What a plan comes to stands in the records, with a block that remembers it; refused rows are left to the caller.

    In the caller's transaction. Raises `Overtaken`.
    """
    options, writer = queries.options_of(one), writer_of(one, now=now)
    of_rows = firms.write(one, plan, now=now)
    companies, made = bulk.companies_named(_companies(plan), now=now)
    companies |= firms.ids_of(plan)
    altered = [alteration(person, companies) for person in plan.changed.values()]
    ids = writer.write([_addition(person, companies) for person in plan.new], altered)
    for pk, person in zip(ids, plan.new, strict=True):
        person.id = pk
    _note(one, altered, now=now)
    _agree(one, plan, options.consent_text, options.consent_source, writer, now=now)
    for outcome, about, firm in zip(plan.outcomes, plan.people, plan.firms, strict=True):
        outcome.contact = about.id or 0 if about is not None else 0
        outcome.company = firm.id or 0 if firm is not None else 0
    Block.objects.create(
        of=one,
        place=place,
        count=len(plan.outcomes),
        **plan.counts(),
        outcomes=outcomes.packed([outcome for outcome in plan.outcomes if outcome.kind != outcomes.REFUSED]),
        companies=[*of_rows, *made],
    )
    writer.finish()
    live.publish(f"import:{one.pk}")


def _note(one: Import, altered: Sequence[bulk.Alteration], *, now: datetime) -> None:
    """Tell the history of each contact what was changed. New ones begin theirs by themselves."""
    notes = []
    for alteration in altered:
        became, names = {**alteration.held, **alteration.fields}, alteration.changes
        if names:
            note = Note(alteration.contact_id, before=_plain(alteration.held, names), after=_plain(became, names))
            notes.append(note)
    if not notes:
        return
    if one.changes is None:
        one.changes = changes.begin("imports.updated", by=one.author, source=CHANNEL, now=now)
        Import.objects.filter(pk=one.pk).update(changes=one.changes)
    changes.note_many(one.changes, CONTACT, notes)


def _plain(columns: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """These fields as the history keeps them: company and owner by their ids, own fields by their paths."""
    stored = {"company": "company_id", "owner": "owner_id"}
    found = {name: columns[stored.get(name, name)] for name in names if not name.startswith(ATTRIBUTE)}
    own = {
        name: columns["attributes"].get(name.removeprefix(ATTRIBUTE)) for name in names if name.startswith(ATTRIBUTE)
    }
    return {**found, **own}


def writer_of(one: Import, *, now: datetime) -> bulk.Writer:
    """Writes for this import. Its events say which one it was, and whether automations shall hold still."""
    options = queries.options_of(one)
    context = {"import": one.pk} if options.automations else {"import": one.pk, "quiet": True}
    return bulk.Writer(now=now, by=one.author, source=options.system or CHANNEL, channel=CHANNEL, context=context)


def alteration(person: Person, companies: dict[str, int]) -> bulk.Alteration:
    """What becomes of a contact, as the records take it."""
    fields = {name: value for name, value in person.fields.items() if name != "company"}
    if "company" in person.fields:
        fields["company_id"] = companies.get(_company_key(person.company))
    return bulk.Alteration(
        contact_id=person.id or 0,
        held=person.held,
        fields=fields,
        company=person.company,
        changes=person.changes,
        gained=list(person.gained),
        lost=list(person.lost),
    )


def _addition(person: Person, companies: dict[str, int]) -> bulk.Addition:
    person.columns["company_id"] = companies.get(_company_key(person.company)) if person.company else None
    return bulk.Addition(person.columns, person.company, list(person.gained))


def _companies(plan: Plan) -> set[str]:
    named = {person.company for person in plan.new if person.company}
    return named | {person.company for person in plan.changed.values() if person.company and "company" in person.fields}


def _company_key(name: str) -> str:
    return folded(name)[:200]


def _agree(one: Import, plan: Plan, text_id: int | None, source: str, writer: bulk.Writer, *, now: datetime) -> None:
    """Enter the consents. What stood before is remembered with the row."""
    if not plan.agreed:
        return
    text = ConsentText.objects.get(pk=text_id or 0)
    people = [agreed.person.id or 0 for agreed in plan.agreed]
    standing = Consent.objects.filter(contact_id__in=people, purpose=text.purpose, channel=text.channel)
    before = dict(standing.values_list("contact_id", "entry_id"))
    entries = [
        consents.Entry(
            contact_id=agreed.person.id or 0,
            act=agreed.act,
            at=min(_at(agreed.at, now), now),
            address=agreed.person.columns["email"],
            text=text if agreed.act == "given" else None,
        )
        for agreed in plan.agreed
    ]
    ids = consents.enter_many(
        entries,
        purpose=text.purpose,
        channel=text.channel,
        source=source[:80],
        proof={"import": one.pk, "file": one.name, "rows": True},
        writer=writer,
    )
    for agreed, pk in zip(plan.agreed, ids, strict=True):
        agreed.outcome.entry = pk
        agreed.outcome.entry_before = before.get(agreed.person.id or 0, 0)
        before[agreed.person.id or 0] = pk


def _at(day: datetime | None, now: datetime) -> datetime:
    return day.replace(tzinfo=now.tzinfo) if day else now


def _move(one: Import, states: set[State], state: State, **others: Any) -> None:
    if not Import.objects.filter(pk=one.pk, state__in=states).update(state=state, **others):
        raise Refused(_("Somebody else was faster: this import has moved on. Look at it again."))
    live.publish(f"import:{one.pk}")
