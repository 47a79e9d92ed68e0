"""Deciding what becomes of each row. The check and the run ask the same function, so what is foretold happens."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from relacja.contacts import plain
from relacja.contacts.bulk import DEFAULTS
from relacja.contacts.choosing import JOINED, joined
from relacja.contacts.fields import Known
from relacja.contacts.models import ConsentAct
from relacja.contacts.plain import ATTRIBUTE
from relacja.contacts.rules import IdentityPair
from relacja.imports import unifying
from relacja.imports.outcomes import CREATED, REFUSED, UNCHANGED, UPDATED, Outcome
from relacja.imports.person import Person, renamed
from relacja.imports.reading import Fault, Row
from relacja.imports.unifying import Habits, Unfit
from relacja.lib import emails
from relacja.lib.errors import Refused
from relacja.lib.text import folded

SKIP, FILL, OVERWRITE = "skip", "fill", "overwrite"
POLICIES = (SKIP, FILL, OVERWRITE)
REFUSE, LEAVE = "refuse", "leave"
PLAIN = ("first_name", "last_name", "job_title", "street", "postal_code", "city", "country", "language", "stage")
FIELDS = ("email", "phone", *PLAIN)
TARGETS = (
    *("first_name", "last_name", "full_name", "email", "phone", "company"),
    *PLAIN[2:],
    *("other_email", "other_phone", "external", "consent", "consent_at"),
)
# Further addresses and numbers: they name the person beside the first one. Several columns may hold them.
OTHERS = {"other_email": "email", "other_phone": "phone"}
SHOWN = 120
ASKING = frozenset({"reference", "tags"})  # kinds of own fields whose values are looked up, or made, in the records


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is taken: where it stands, what it holds, and what happens to a value that is there already."""

    index: int
    heading: str
    target: str
    policy: str = FILL


@dataclass(frozen=True, slots=True)
class Options:
    """How the file is meant as a whole."""

    country: str = "PL"
    day_first: bool = True
    tame: bool = True
    system: str = ""
    match: tuple[str, ...] = ("external", "email", "phone")
    shared_phone: str = REFUSE
    consent_text: int | None = None
    consent_source: str = ""
    automations: bool = False

    @property
    def habits(self) -> Habits:
        return Habits(country=self.country, day_first=self.day_first, tame=self.tame)


@dataclass(slots=True)
class Agreed:
    """A consent that is given or withdrawn by a row."""

    person: Person
    outcome: Outcome
    act: ConsentAct
    at: datetime | None


@dataclass(slots=True)
class Plan:
    """What a block of rows comes to. `people` stands beside `outcomes`: whom each row is about, or None."""

    outcomes: list[Outcome] = field(default_factory=list)
    people: list[Person | None] = field(default_factory=list)
    new: list[Person] = field(default_factory=list)
    changed: dict[int, Person] = field(default_factory=dict)
    agreed: list[Agreed] = field(default_factory=list)
    withheld: int = 0

    def counts(self) -> dict[str, int]:
        kinds = [outcome.kind for outcome in self.outcomes]
        return {kind: kinds.count(kind) for kind in (CREATED, UPDATED, UNCHANGED, REFUSED)}


class World(Protocol):
    """Who is known."""

    def named(self, pairs: Iterable[IdentityPair]) -> dict[IdentityPair, Person]:
        """The people these identities name: the same person is the same object."""


@dataclass(slots=True)
class Unified:
    """A row, unified."""

    number: int
    values: dict[str, Any]
    pairs: list[IdentityPair]
    faults: list[Fault]


class Planner:
    """Plans blocks of one file. Costs about 25 µs a row, and what `World.named` costs."""

    def __init__(
        self,
        columns: Sequence[Column],
        options: Options,
        *,
        width: int = 0,
        own: Mapping[str, Known] | None = None,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        """`own` are the fields people made, by path; `defaults` what those hold when nobody says anything."""
        self.options = options
        self.defaults = dict(defaults or {})
        self._start = {**DEFAULTS, "country": options.country}
        own = own or {}
        self.width = width
        self.columns = [
            (one.index, one.target, _unifier(one.target, options, own))
            for one in columns
            if one.target != "full_name" and (one.target in TARGETS or one.target in own)
        ]
        self.names = [one.index for one in columns if one.target == "full_name"]
        self.policies = {one.target: one.policy for one in reversed(columns)}
        for part in ("first_name", "last_name"):
            self.policies.setdefault(part, self.policies.get("full_name", FILL))
        self.headings = {one.index: one.heading for one in columns}
        self.heading_of = {one.target: one.heading for one in reversed(columns)}
        self.own = [target for _index, target, _unify in self.columns if target.startswith(ATTRIBUTE)]
        self._name = unifying.unifier("first_name", options.habits)
        self._asks = any(own[target].kind.code in ASKING for target in self.own)
        self.takes_consent = "consent" in self.policies

    @property
    def is_pure(self) -> bool:
        """Whether rows are unified without a look into the records: then any thread may do it."""
        return not self._asks

    def read(self, rows: Sequence[Row]) -> list[Unified]:
        """These rows, unified."""
        return [self._read(row) for row in rows]

    def plan(self, rows: Sequence[Row], world: World, *, read: Sequence[Unified] | None = None) -> Plan:
        """What becomes of these rows, given who is known. Nothing is written. `read` is used up, if given."""
        read = self.read(rows) if read is None else read
        wanted = dict.fromkeys(pair for one in read if not one.faults for pair in one.pairs)
        known = world.named(wanted)
        plan = Plan()
        for one in read:
            self._decide(one, known, plan)
        return plan

    def _read(self, row: Row) -> Unified:
        number, cells, fault = row
        if fault is not None:
            return Unified(number, {}, [], [fault])
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        size = len(cells)
        if self.width and size != self.width and (size < self.width or any(cells[self.width :])):
            faults.append(Fault("short" if size < self.width else "long"))
            return Unified(number, {}, [], faults)
        for index, target, unify in self.columns:
            text = cells[index] if index < size else ""
            if text and (target not in values or target in OTHERS) and not text.isspace():
                try:
                    if target in OTHERS:
                        values.setdefault(target, []).append(unify(text))
                    else:
                        values[target] = unify(text)
                except Unfit as unfit:
                    faults.append(Fault(str(unfit), self.headings[index], text[:SHOWN]))
                except Refused:
                    faults.append(Fault("own_field", self.headings[index], text[:SHOWN]))
        for index in self.names:
            if index < size and cells[index].strip() and "last_name" not in values:
                self._part(cells[index], index, values, faults)
        for target, first in OTHERS.items():
            if target in values and first not in values:
                values[first] = values[target].pop(0)
        return Unified(number, values, self._pairs(values), faults)

    def _part(self, text: str, index: int, values: dict[str, Any], faults: list[Fault]) -> None:
        first, last = unifying.people(text)
        try:
            values.setdefault("first_name", self._name(first))
            values["last_name"] = self._name(last) if last else ""
        except Unfit as unfit:
            faults.append(Fault(str(unfit), self.headings[index], text[:SHOWN]))

    def _pairs(self, values: dict[str, Any]) -> list[IdentityPair]:
        """What names the person, the strongest first."""
        pairs = []
        if number := values.get("external"):
            pairs.append(("external", f"{self.options.system}:{number}" if self.options.system else number))
        if email := values.get("email"):
            pairs.append(("email", emails.key(email)))
        if phone := values.get("phone"):
            pairs.append(("phone", phone))
        if "other_email" in values or "other_phone" in values:
            pairs += [pair for pair in _others(values) if pair not in pairs]
        return pairs

    def _decide(self, row: Unified, known: dict[IdentityPair, Person], plan: Plan) -> None:
        if not row.faults and not row.pairs and not (row.values.get("first_name") or row.values.get("last_name")):
            row.faults.append(Fault("nobody"))
        person = None if row.faults else self._match(row, known)
        if row.faults:
            plan.outcomes.append(Outcome(row.number, REFUSED, faults=row.faults))
            plan.people.append(None)
            return
        outcome = Outcome(row.number, UNCHANGED)
        if person is None:
            person = self._new(row)
            plan.new.append(person)
            outcome.kind = CREATED
        else:
            self._alter(person, row, outcome)
            if outcome.kind == UPDATED and not person.is_new and person.id is not None:
                plan.changed[person.id] = person
        for pair in row.pairs:
            if pair in person.identities:
                known[pair] = person
        self._agree(person, row, outcome, plan)
        plan.outcomes.append(outcome)
        plan.people.append(person)

    def _match(self, row: Unified, known: Mapping[IdentityPair, Person]) -> Person | None:
        """Whom the row is about; None for somebody new. Adds a fault when it cannot be told."""
        owners = [(pair, known[pair]) for pair in row.pairs if pair in known and pair in known[pair].identities]
        leads = [owner for pair, owner in owners if pair[0] in self.options.match]
        lead = leads[0] if leads else None
        matched_by = {pair[0] for pair, owner in owners if owner is lead}
        if lead is not None and matched_by == {"phone"} and self._is_another(row, lead):
            lead = None
        for pair, owner in owners:
            if owner is lead:
                continue
            if pair[0] != "phone":
                row.faults.append(self._fault("taken" if lead is None else "two_people", pair, row))
            elif self.options.shared_phone == REFUSE:
                row.faults.append(self._fault("phone_taken", pair, row))
            else:
                if row.values.get("phone") == pair[1]:
                    del row.values["phone"]
                row.pairs.remove(pair)
        if lead is not None and lead.columns["archived_at"] is not None:
            row.faults.append(Fault("archived", "", _called(lead)))
        return lead

    def _is_another(self, row: Unified, person: Person) -> bool:
        """Two people with one phone: their addresses differ."""
        email, held = row.values.get("email"), person.columns["email"]
        return bool(email and held) and emails.key(email or "") != emails.key(held)

    def _new(self, row: Unified) -> Person:
        values, columns = row.values, self._start.copy()
        for name in FIELDS:
            if name in values:
                columns[name] = values[name]
        own = {name.removeprefix(ATTRIBUTE): values[name] for name in self.own if name in values}
        columns["attributes"] = {**self.defaults, **own}
        company = values.get("company", "")
        return Person(None, columns, company, set(row.pairs), is_new=True, gained=dict.fromkeys(row.pairs))

    def _alter(self, person: Person, row: Unified, outcome: Outcome) -> None:
        values, columns = row.values, person.columns
        for name in FIELDS:
            if name in values and values[name] != columns[name] and self._may(name, columns[name]):
                self._set(person, name, values[name], outcome, columns[name])
                if name in {"email", "phone"}:
                    renamed(person, name, outcome.before[name], values[name])
        for name in self.own:
            if name not in values:
                continue
            held, value = person.value(name), values[name]
            if name in JOINED and self.policies.get(name, FILL) == FILL:
                held, value = held or [], joined(held, value)
            elif not self._may(name, not plain.is_nothing(held)):
                continue
            if not plain.are_same(value, held):
                self._set(person, name, value, outcome, held)
        company = values.get("company")
        if company and folded(company) != folded(person.company) and self._may("company", person.company):
            self._set(person, "company", company, outcome, person.company)
        named = {pair: f"other_{pair[0]}" for pair in _others(values)}
        for pair in row.pairs:
            name = "external" if pair[0] == "external" else named.get(pair, "")
            if name and pair not in person.identities:
                person.identities.add(pair)
                person.gained[pair] = None
                person.lost.pop(pair, None)
                outcome.after[name] = pair[1] if name == "external" else [*outcome.after.get(name, []), pair[1]]
                outcome.kind = UPDATED

    def _may(self, name: str, held: Any) -> bool:
        policy = self.policies.get(name, FILL)
        return policy == OVERWRITE or (policy == FILL and not held)

    def _set(self, person: Person, name: str, value: Any, outcome: Outcome, before: Any) -> None:
        outcome.before[name], outcome.after[name] = before, value
        outcome.kind = UPDATED
        person.change(name, value)

    def _agree(self, person: Person, row: Unified, outcome: Outcome, plan: Plan) -> None:
        """A yes is entered where there is an address and nobody withdrew; a no takes back what there was."""
        wish = row.values.get("consent")
        if wish is None or (wish == "yes" and person.consent == ConsentAct.GIVEN):
            return
        if wish == "yes" and (person.consent == ConsentAct.WITHDRAWN or not person.columns["email"]):
            plan.withheld += 1
            return
        if wish == "no" and person.consent not in {ConsentAct.GIVEN, ConsentAct.ASKED}:
            return
        act = ConsentAct.GIVEN if wish == "yes" else ConsentAct.WITHDRAWN
        on = row.values.get("consent_at")
        plan.agreed.append(Agreed(person, outcome, act, datetime.fromisoformat(on) if on else None))
        if outcome.kind != CREATED:
            outcome.before["consent"], outcome.after["consent"] = person.consent, str(act)
            outcome.kind = UPDATED
        person.consent = act

    def _fault(self, code: str, pair: IdentityPair, row: Unified) -> Fault:
        target, value = pair[0], row.values.get(pair[0], "")
        if pair in _others(row.values):
            target, value = f"other_{pair[0]}", pair[1]
        return Fault(code, self.heading_of.get(target, ""), str(value)[:SHOWN])


def _others(values: Mapping[str, Any]) -> list[IdentityPair]:
    """What names a person besides their first address and number."""
    emailed = [("email", emails.key(email)) for email in values.get("other_email", ())]
    return [*emailed, *(("phone", phone) for phone in values.get("other_phone", ()))]


def _unifier(target: str, options: Options, own: Mapping[str, Known]) -> Callable[[str], Any]:
    return own[target].parse if target in own else unifying.unifier(target, options.habits)


def _called(person: Person) -> str:
    return f"{person.columns['first_name']} {person.columns['last_name']}".strip() or person.columns["email"]
