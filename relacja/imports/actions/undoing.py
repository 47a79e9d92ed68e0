"""Taking an import back: what it added goes, what it changed is as it was, what others did since stays and is told."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import ForeignObjectRel
from django.utils.translation import gettext as _

from relacja.clickhouse import facts
from relacja.contacts import bulk, copying
from relacja.contacts.actions import touch
from relacja.contacts.actions.record import CONTACT
from relacja.contacts.models import (
    Candidate,
    Company,
    Consent,
    ConsentAct,
    ConsentEntry,
    Contact,
    Decision,
    Identity,
    MatchKey,
)
from relacja.contacts.rules import IdentityPair
from relacja.events import archive
from relacja.imports import outcomes
from relacja.imports.actions import firms
from relacja.imports.actions.running import Halted, alteration, writer_of
from relacja.imports.meaning import OF_FIRM, OTHERS
from relacja.imports.models import Block, Import, State
from relacja.imports.outcomes import CREATED, UPDATED, Outcome
from relacja.imports.person import Person, renamed
from relacja.imports.world import Records
from relacja.jobs import runner
from relacja.lib import emails, live
from relacja.lib.errors import Refused
from relacja.lib.text import folded
from relacja.staff import changes
from relacja.staff.models import User

MOST_TOLD = 500
_BY_THEMSELVES = {Identity, Consent, ConsentEntry, MatchKey, Candidate}


@dataclass(slots=True)
class Kept:
    """What was changed by others since and stays: the contact, the field (empty for all of it), what stands there."""

    values: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, contact_id: int, name: str = "", present: Any = "", expected: Any = "") -> None:
        self.values.append({"contact": contact_id, "field": name, "present": present or "", "expected": expected or ""})


def start_undo(one: Import) -> bool:
    """The import is being taken back from now on; False when it is already. The work itself is `undo`."""
    ended = Import.objects.filter(pk=one.pk, state__in=[State.DONE, State.STOPPED, State.FAILED, State.PAUSED])
    if ended.exclude(file="").update(state=State.UNDOING, error=""):
        return True
    if one.state in {State.UNDOING, State.UNDONE}:
        return False
    raise Refused(_("This import cannot be taken back now. Stop it first."))


def undo(one: Import, *, now: datetime) -> None:
    """Put everything back that the import did, the last block first. Killed and run again, it goes on where it was."""
    one.moments = [*one.moments, now.isoformat()]
    one.save(update_fields=["moments"])
    left = Block.objects.filter(of=one, undone_at=None)
    try:
        while block := left.order_by("-place").first():
            _undo_block(one, block, now=now)
            runner.progress(50)
    except Halted:
        return
    for ids in _gone(one):
        archive.forget(ids)
        copying.forget(ids)
        runner.progress(90)
    Import.objects.filter(pk=one.pk, state=State.UNDOING).update(state=State.UNDONE, undone_at=now)
    live.publish(f"import:{one.pk}")


@transaction.atomic
def _undo_block(one: Import, block: Block, *, now: datetime) -> None:
    ours = Block.objects.filter(pk=block.pk, undone_at=None, of__state=State.UNDOING).update(undone_at=now)
    if not ours:
        raise Halted
    found = outcomes.unpacked(bytes(block.outcomes))
    kept = Kept()
    writer = writer_of(one, now=now)
    _take_back_consents([outcome for outcome in found if outcome.entry], kept)
    people = [outcome for outcome in found if outcome.contact]
    restored = _put_back([outcome for outcome in reversed(people) if outcome.kind == UPDATED], writer, kept)
    removed = _remove([outcome.contact for outcome in people if outcome.kind == CREATED], one, kept)
    kept.values += firms.put_back(list(reversed(found)), by=one.author, now=now)
    gone = _remove_companies(block.companies, one)
    counts = {"count": len(kept.values), "removed": removed, "restored": restored, "companies": gone}
    told = {name: one.kept.get(name, 0) + number for name, number in counts.items()}
    one.kept = {**told, "values": [*one.kept.get("values", []), *kept.values][:MOST_TOLD]}
    Import.objects.filter(pk=one.pk).update(kept=one.kept)
    writer.finish()
    live.publish(f"import:{one.pk}")


def _put_back(found: list[Outcome], writer: bulk.Writer, kept: Kept) -> int:
    """Fields that are still as the import left them become what they were. Returns of how many people."""
    people = Records().people(outcome.contact for outcome in found)
    free = _free_names(found, people)
    here = _still_here(found)
    for outcome in found:
        person = people.get(outcome.contact)
        if person is None:
            continue
        for name, expected in outcome.after.items():
            before = outcome.before.get(name, None if name == "owner" else "")
            if name == "external":
                _give_up(person, ("external", expected))
            elif name in OTHERS:
                for value in expected:
                    _give_up(person, (OTHERS[name], value))
            elif name != "consent" and not name.startswith(OF_FIRM):
                _put_back_field(person, name, before, expected, free, here, kept)
    changed = [person for person in people.values() if person.changes or person.lost or person.gained]
    known = bulk.companies_known(folded(one.company)[:200] for one in changed if "company" in one.fields)
    writer.write([], [alteration(person, known) for person in changed])
    return len(changed)


def _put_back_field(
    person: Person, name: str, before: Any, expected: Any, free: set[tuple[str, str]], here: set[int], kept: Kept
) -> None:
    present = person.value(name)
    same = folded(str(present or "")) == folded(str(expected)) if name == "company" else present == expected
    if present == before:
        return
    pair = (name, emails.key(before) if name == "email" else before)
    is_taken = name in {"email", "phone"} and before and pair not in free and pair not in person.identities
    is_gone = name == "owner" and before is not None and before not in here
    if not same or is_taken or is_gone:
        kept.tell(person.id or 0, name, present, expected)
        return
    person.change(name, before)
    if name in {"email", "phone"}:
        renamed(person, name, present, before)


def _free_names(found: list[Outcome], people: dict[int, Person]) -> set[tuple[str, str]]:
    """Addresses and numbers of before that name nobody now, or are about to be given up."""
    wanted: dict[str, set[str]] = {"email": set(), "phone": set()}
    for outcome in found:
        for kind in wanted:
            if value := outcome.before.get(kind):
                wanted[kind].add(emails.key(value) if kind == "email" else value)
    pairs = {(kind, value) for kind, values in wanted.items() for value in values}
    for kind, values in wanted.items():
        taken = Identity.objects.filter(kind=kind, value__in=values).exclude(contact_id__in=people)
        pairs -= {(kind, value) for value in taken.values_list("value", flat=True)}
    return pairs


def _still_here(found: list[Outcome]) -> set[int]:
    """Those of the owners of before who are known still."""
    owners = {outcome.before["owner"] for outcome in found if outcome.before.get("owner")}
    return set(User.objects.filter(pk__in=owners).values_list("pk", flat=True)) if owners else set()


def _give_up(person: Person, pair: IdentityPair) -> None:
    if pair in person.identities:
        person.identities.discard(pair)
        person.lost[pair] = None


def _take_back_consents(found: list[Outcome], kept: Kept) -> None:
    """A consent that nothing rests on yet is as it was before; one that something was sent on stays in the ledger."""
    entries = {outcome.entry: outcome for outcome in found}
    used = _referenced(ConsentEntry, entries, but={Consent})
    states = {state.entry_id: state for state in Consent.objects.filter(entry_id__in=entries)}
    before = ConsentEntry.objects.in_bulk([outcome.entry_before for outcome in found if outcome.entry_before])
    back: dict[int, Consent] = {}
    nothing: set[int] = set()
    gone = []
    for entry, outcome in sorted(entries.items(), reverse=True):
        state = states.get(entry)
        if state is None or entry in used:
            kept.tell(outcome.contact, "consent")
            continue
        gone.append(entry)
        if previous := before.get(outcome.entry_before):
            state.entry, state.act = previous, ConsentAct(previous.act)
            states[previous.pk] = back[state.pk] = state
        else:
            nothing.add(state.pk)
    _delete(Consent, nothing)
    Consent.objects.bulk_update([state for pk, state in back.items() if pk not in nothing], ["entry", "act"])
    _delete(ConsentEntry, gone)
    touch(outcome.contact for outcome in found)


def _delete(model: type[models.Model], ids: Collection[int]) -> None:
    """Take rows away that nothing points to, without looking for what might."""
    rows = model._base_manager.filter(pk__in=ids)
    rows._raw_delete(rows.db)


def _remove(ids: list[int], one: Import, kept: Kept) -> int:
    """Contacts that nobody has done anything with are gone, as if they had never been; others stay. Returns how many
    went."""
    people = Records().people(ids)
    used = _referenced(Contact, people, but=_BY_THEMSELVES)
    used |= set(ConsentEntry.objects.filter(contact_id__in=people).values_list("contact_id", flat=True))
    decided = Candidate.objects.exclude(decision=Decision.OPEN)
    for name in ("first_id", "second_id"):
        used |= set(decided.filter(**{f"{name}__in": people}).values_list(name, flat=True))
    going = []
    for pk, person in people.items():
        times = {at for _version, _by, at in person.columns["last_changes"].values()}
        others = [kind for kind, _value in person.identities if kind not in {"email", "phone", "external"}]
        if pk in used or others or person.columns["archived_at"] or times - set(one.moments):
            kept.tell(pk)
        else:
            going.append(pk)
    bulk.remove(going)
    changes.forget(CONTACT, going)
    return len(going)


def _remove_companies(ids: list[int], one: Import) -> int:
    """Companies that the import made and nobody needs go as well; one that another belongs to goes with that one."""
    going = firms.untouched(ids, one) - _referenced(Company, ids, but={Company})
    while needed := set(
        Company.objects.filter(parent__in=going).exclude(pk__in=going).values_list("parent_id", flat=True)
    ):
        going -= needed
    Company.objects.filter(pk__in=going).delete()
    return len(going)


def _referenced(model: type[models.Model], ids: Collection[int], *, but: set[type[models.Model]]) -> set[int]:
    """Those of the records that others point to, whatever app they are of."""
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in but:
            name = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{f"{name}__in": list(ids)})
            found |= set(rows.values_list(name, flat=True))
    return found


def _gone(one: Import) -> Iterator[list[int]]:
    """The contacts that were made and are no more, many at a time: their history goes with them."""
    most = 100_000 if facts.is_embedded() else 10_000
    gone: list[int] = []
    for block in Block.objects.filter(of=one, created__gt=0).order_by("place").iterator(chunk_size=5):
        ids = [one.contact for one in outcomes.unpacked(bytes(block.outcomes)) if one.kind == CREATED]
        there = set(Contact.objects.filter(pk__in=ids).values_list("pk", flat=True))
        gone += [pk for pk in ids if pk not in there]
        if len(gone) >= most:
            yield gone
            gone = []
    if gone:
        yield gone
