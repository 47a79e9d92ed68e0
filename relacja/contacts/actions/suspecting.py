"""Finding out who may be in the records twice. Nobody is merged here: what is found waits for a person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from relacja.contacts import families, suspects
from relacja.contacts.matching import comparing
from relacja.contacts.matching import keys as matching_keys
from relacja.contacts.matching.comparing import Level, Verdict
from relacja.contacts.matching.people import Person
from relacja.contacts.matching.reasons import NAMED_TOGETHER
from relacja.contacts.models import Candidate, Decision, Finder, Likeness, MatchKey
from relacja.events import actions as events
from relacja.lib import live

LOOKED_AT_ONCE = 200  # people, whose pairs are in memory together: tens of thousands where many share a name and a town
AT_ONCE = 500
ROWS_AT_ONCE = 2_000
TOPIC = "duplicates"
Pair = tuple[int, int]
Held = tuple[int, str, list[str]]  # score, level, reasons


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to: how many pairs were compared, and which are suspected for the first time."""

    compared: int
    new: list[Pair]


def look(contact_ids: Iterable[int], *, found_by: Finder, now: datetime) -> Looked:
    """Compare these contacts with everybody who shares a key with them, and keep whom they may be.

    What was suspected of them and does not hold any more is let go. Safe to run twice; about 0.5 ms a contact.
    """
    wanted, compared, new = sorted(set(contact_ids)), 0, []
    for start in range(0, len(wanted), LOOKED_AT_ONCE):
        looked = _look(wanted[start : start + LOOKED_AT_ONCE], found_by=found_by, now=now)
        compared += looked.compared
        new += looked.new
    return Looked(compared, new)


def suspect(one: int, other: int, *, found_by: Finder, now: datetime, why: Sequence[str] = ()) -> bool:
    """Somebody says, by `why`, that these two may be one person. False when that is known, or decided, already."""
    pair = (min(one, other), max(one, other))
    persons = suspects.as_people(pair)
    if one == other or len(persons) < 2:
        return False
    verdict = comparing.compare(persons[pair[0]], persons[pair[1]])
    candidate = _candidate(pair, verdict, found_by=found_by, now=now)
    candidate.reasons = [*why, *candidate.reasons]
    candidate.score = max(candidate.score, comparing.LOWEST_DOUBTFUL)
    return bool(keep([candidate]))


def keep(candidates: Sequence[Candidate]) -> list[Pair]:
    """Keep what is suspected. Returns the pairs that are new; what a person decided stands.

    It also stands for those into whom the two were merged since: whoever was told to be two people stays two.
    """
    known = _known([(candidate.first_id, candidate.second_id) for candidate in candidates])
    refused = _two_people(candidates)
    new = [one for one in candidates if (pair := (one.first_id, one.second_id)) not in known and pair not in refused]
    again = [one for one in candidates if (held := known.get((one.first_id, one.second_id))) and _differs(one, held)]
    if not new and not again:
        return []
    with transaction.atomic():
        Candidate.objects.bulk_create(
            [*new, *again],
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["score", "level", "reasons"],
            batch_size=200,
        )
        if new:
            live.publish(TOPIC)
    return [(one.first_id, one.second_id) for one in new]


def _differs(candidate: Candidate, held: Held) -> bool:
    """Whether there is something new about a pair that is kept. That somebody named the two together is not lost."""
    if NAMED_TOGETHER in held[2] and NAMED_TOGETHER not in candidate.reasons:
        candidate.reasons = [NAMED_TOGETHER, *candidate.reasons]
    return (candidate.score, str(candidate.level), candidate.reasons) != held


def write_keys(persons: Mapping[int, Person], *, gone: Iterable[int] = ()) -> dict[int, set[int]]:
    """The keys of these people are as they must be; those who are `gone` have none. Returns the keys."""
    wanted = {pk: matching_keys.keys(person) for pk, person in persons.items()}
    held: dict[int, dict[int, int]] = defaultdict(dict)
    rows = MatchKey.objects.filter(contact__in=[*wanted, *gone])
    for pk, key, contact_id in rows.values_list("pk", "key", "contact_id"):
        held[contact_id][key] = pk
    old = [pk for contact_id, keys in held.items() for key, pk in keys.items() if key not in wanted.get(contact_id, ())]
    new = [MatchKey(key=key, contact_id=pk) for pk, keys in wanted.items() for key in keys - held[pk].keys()]
    with transaction.atomic():
        for start in range(0, len(old), ROWS_AT_ONCE):
            MatchKey.objects.filter(pk__in=old[start : start + ROWS_AT_ONCE]).delete()
        MatchKey.objects.bulk_create(new, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
    return wanted


def compare_pairs(
    pairs: Iterable[Pair], persons: Mapping[int, Person], *, found_by: Finder, now: datetime
) -> list[Candidate]:
    """Those of the pairs who may be one person, not stored yet."""
    found = []
    for one, other in pairs:
        if one in persons and other in persons:
            verdict = comparing.compare(persons[one], persons[other])
            if verdict.level is not Level.NO:
                found.append(_candidate((one, other), verdict, found_by=found_by, now=now))
    return found


def tell(contact_id: int, other: int, *, now: datetime, channel: str = "system") -> None:
    """Write on the history of a contact whom it may be."""
    events.record(
        "Possible Duplicate Found",
        profile_id=contact_id,
        at=now,
        now=now,
        channel=channel,
        properties={"other": other},
    )


def _look(contact_ids: list[int], *, found_by: Finder, now: datetime) -> Looked:
    present = suspects.as_people(contact_ids)
    keys = write_keys(present, gone=set(contact_ids) - present.keys())
    pairs = list(suspects.pairs_with(present, keys))
    others = suspects.as_people({pk for pair in pairs for pk in pair} - present.keys())
    found = compare_pairs(pairs, {**others, **present}, found_by=found_by, now=now)
    with transaction.atomic(), events.together():
        new = keep(found)
        for first, second in new:
            own, other = (second, first) if second in present else (first, second)
            tell(own, other, now=now)
    _let_go(present.keys(), {(one.first_id, one.second_id) for one in found})
    return Looked(len(pairs), new)


def _let_go(contact_ids: Collection[int], still: Collection[Pair]) -> None:
    """What was suspected of these contacts, by comparing alone, and does not hold any more."""
    concerned = Candidate.objects.filter(Q(first__in=contact_ids) | Q(second__in=contact_ids), decision=Decision.OPEN)
    pairs = concerned.exclude(found_by=Finder.PERSON).values_list("pk", "first_id", "second_id")
    gone = [pk for pk, first, second in pairs if (first, second) not in still]
    blocks = (gone[start : start + ROWS_AT_ONCE] for start in range(0, len(gone), ROWS_AT_ONCE))
    found = (row for block in blocks for row in Candidate.objects.filter(pk__in=block))
    rows = [row for row in found if NAMED_TOGETHER not in row.reasons]
    persons = suspects.as_people({pk for row in rows for pk in (row.first_id, row.second_id)})
    over = [
        row.pk
        for row in rows
        if row.first_id in persons
        and row.second_id in persons
        and comparing.compare(persons[row.first_id], persons[row.second_id]).level is Level.NO
    ]
    Candidate.objects.filter(pk__in=over, decision=Decision.OPEN).delete()


def _candidate(pair: Pair, verdict: Verdict, *, found_by: Finder, now: datetime) -> Candidate:
    return Candidate(
        first_id=pair[0],
        second_id=pair[1],
        score=verdict.score,
        level=Likeness.SURE if verdict.level is Level.SURE else Likeness.DOUBTFUL,
        reasons=[part.code for part in verdict.evidence],
        found_by=found_by,
        found_at=now,
    )


def _known(pairs: Sequence[Pair]) -> dict[Pair, Held]:
    """Which of the pairs are kept already, and as what."""
    firsts = sorted({first for first, _second in pairs})
    wanted, ids = set(pairs), []
    for start in range(0, len(firsts), AT_ONCE):
        rows = Candidate.objects.filter(first__in=firsts[start : start + AT_ONCE])
        ids += [pk for pk, *pair in rows.values_list("pk", "first_id", "second_id") if tuple(pair) in wanted]
    found: dict[Pair, Held] = {}
    for start in range(0, len(ids), ROWS_AT_ONCE):
        rows = Candidate.objects.filter(pk__in=ids[start : start + ROWS_AT_ONCE])
        for first, second, *held in rows.values_list("first_id", "second_id", "score", "level", "reasons"):
            found[first, second] = (held[0], held[1], held[2])
    return found


def _two_people(candidates: Sequence[Candidate]) -> set[Pair]:
    """The pairs of which somebody said that they are two people, of them or of those who were merged into them."""
    pairs = [(one.first_id, one.second_id) for one in candidates]
    members = families.of({pk for pair in pairs for pk in pair})
    if all(len(family) == 1 for family in members.values()):
        return set()
    everybody = {pk for family in members.values() for pk in family}
    apart = set(
        Candidate.objects.filter(decision=Decision.DISMISSED, first__in=everybody, second__in=everybody).values_list(
            "first_id", "second_id"
        )
    )
    return {
        (one, other)
        for one, other in pairs
        if any((min(a, b), max(a, b)) in apart for a in members[one] for b in members[other])
    }
