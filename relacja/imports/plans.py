"""Deciding what becomes of each row. The check and the run ask the same function, so what is foretold happens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from relacja.contacts import plain, reach
from relacja.contacts.bulk import DEFAULTS
from relacja.contacts.choosing import JOINED, joined
from relacja.contacts.fields import Known
from relacja.contacts.models import ConsentAct, Record
from relacja.contacts.plain import ATTRIBUTE
from relacja.contacts.rules import IdentityPair
from relacja.imports.firms import Firm, Firms, Key, Met
from relacja.imports.meaning import FIELDS, FILL, OVERWRITE, REFUSE, Column, Options
from relacja.imports.outcomes import CREATED, REFUSED, UNCHANGED, UPDATED, Outcome
from relacja.imports.person import Person, renamed
from relacja.imports.reading import Fault, Row
from relacja.imports.understanding import SHOWN, Understanding, Unified, others
from relacja.lib import emails
from relacja.lib.text import folded
from relacja.staff.reach import NOBODY, Owners


@dataclass(slots=True)
class Agreed:
    """A consent that is given or withdrawn by a row."""

    person: Person
    outcome: Outcome
    act: ConsentAct
    at: datetime | None


@dataclass(slots=True)
class Plan:
    """What a block of rows comes to. `people` and `firms` stand beside `outcomes`: whom each row is about, or None, and
    the company whose details it brings."""

    outcomes: list[Outcome] = field(default_factory=list)
    people: list[Person | None] = field(default_factory=list)
    new: list[Person] = field(default_factory=list)
    changed: dict[int, Person] = field(default_factory=dict)
    agreed: list[Agreed] = field(default_factory=list)
    withheld: int = 0
    firms: list[Firm | None] = field(default_factory=list)
    new_firms: list[Firm] = field(default_factory=list)
    changed_firms: dict[int, Firm] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        kinds = [outcome.kind for outcome in self.outcomes]
        return {kind: kinds.count(kind) for kind in (CREATED, UPDATED, UNCHANGED, REFUSED)}


class World(Protocol):
    """Who is known."""

    def named(self, pairs: Iterable[IdentityPair]) -> dict[IdentityPair, Person]:
        """The people these identities name: the same person is the same object."""

    def firms(self, keys: Iterable[Key]) -> dict[Key, Firm]:
        """The companies these name: the same company is the same object."""


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
        staff: Mapping[str, int] | None = None,
        defaults_of_firms: Mapping[str, Any] | None = None,
        seen: Owners = None,
        keeper: int | None = None,
    ) -> None:
        """`own` are the fields people made, by path; `defaults` what those hold when nobody says anything; `staff` the
        people who work here, by all they are called. Rows about customers of other owners than `seen` are refused, and
        who is new and would be of one of those is of the `keeper`."""
        self.options = options
        self.understanding = Understanding(columns, options, width=width, own=own, staff=staff)
        self.read = self.understanding.read
        self.own = self.understanding.own
        self.defaults = dict(defaults or {})
        self._seen, self._keeper = seen, keeper
        self._known_firms: dict[int, bool] = {}
        self._start = {**DEFAULTS, "country": options.country, "owner_id": options.owner}
        self.policies = {one.target: one.policy for one in reversed(columns)}
        for part in ("first_name", "last_name"):
            self.policies.setdefault(part, self.policies.get("full_name", FILL))
        self.heading_of = {one.target: one.heading for one in reversed(columns)}
        self.takes_consent = "consent" in self.policies
        self.firms = Firms(
            self.understanding.targets, options, self.policies, self.heading_of, defaults=defaults_of_firms
        )

    @property
    def is_pure(self) -> bool:
        """Whether rows are unified without a look into the records: then any thread may do it."""
        return self.understanding.is_pure

    def plan(self, rows: Sequence[Row], world: World, *, read: Sequence[Unified] | None = None) -> Plan:
        """What becomes of these rows, given who is known. Nothing is written. `read` is used up, if given."""
        read = self.read(rows) if read is None else read
        wanted = dict.fromkeys(pair for one in read if not one.faults for pair in one.pairs)
        known = world.named(wanted)
        firms = world.firms(self.firms.keys(read)) if self.firms.are_asked_for else {}
        plan = Plan()
        for one in read:
            if self.firms.are_rows:
                self._decide_firm(one, firms, world, plan)
            else:
                self._decide(one, known, firms, world, plan)
        return plan

    def _decide_firm(self, row: Unified, firms: dict[Key, Firm], world: World, plan: Plan) -> None:
        """A row about a company."""
        met = None if row.faults else self.firms.meet(row, firms, world.firms)
        if met is not None and not self._sees_firm(met.firm):
            row.faults.append(Fault("unseen"))
        if row.faults or met is None:
            _refuse(row, plan)
            return
        outcome = Outcome(row.number, UNCHANGED, faults=row.left)
        self._alter_firm(met, row, outcome, firms, plan)
        plan.outcomes.append(outcome)
        plan.people.append(None)
        plan.firms.append(met.firm)

    def _sees_firm(self, firm: Firm) -> bool:
        """Whether whoever imports sees the company. A query for each that is there, unless they see everybody."""
        if self._seen is None or firm.id is None or firm.id < 0:
            return True
        if firm.id not in self._known_firms:
            self._known_firms[firm.id] = bool(reach.seen_ids([firm.id], Record.COMPANY, self._seen))
        return self._known_firms[firm.id]

    def _alter_firm(self, met: Met, row: Unified, outcome: Outcome, firms: dict[Key, Firm], plan: Plan) -> None:
        gone = set(met.firm.keys)
        self.firms.alter(met, row, outcome)
        if not met.by:
            if self.firms.are_rows and not self._sees(met.firm.columns.get("owner")):
                met.firm.columns["owner"] = self._keeper
            plan.new_firms.append(met.firm)
        elif met.firm.changes and met.firm.id is not None:
            plan.changed_firms[met.firm.id] = met.firm
        for key in gone - set(met.firm.keys):
            firms.pop(key, None)
        firms.update(dict.fromkeys(met.firm.keys, met.firm))

    def _decide(
        self,
        row: Unified,
        known: dict[IdentityPair, Person],
        firms: dict[Key, Firm],
        world: World,
        plan: Plan,
    ) -> None:
        if not row.faults and not row.pairs and not (row.values.get("first_name") or row.values.get("last_name")):
            row.faults.append(Fault("nobody"))
        person = None if row.faults else self._match(row, known)
        met = self.firms.meet(row, firms, world.firms) if self.firms.are_asked_for and not row.faults else None
        if row.faults:
            _refuse(row, plan)
            return
        if met is not None:
            row.values["company"] = met.firm.columns["name"]
        outcome = Outcome(row.number, UNCHANGED, faults=row.left)
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
        works_there = (
            met is not None and self._sees_firm(met.firm) and folded(person.company) == folded(met.firm.columns["name"])
        )
        if met is not None and works_there:
            kind = outcome.kind
            self._alter_firm(met, row, outcome, firms, plan)
            outcome.kind = UPDATED if kind == UNCHANGED and outcome.after else kind
        plan.outcomes.append(outcome)
        plan.people.append(person)
        plan.firms.append(met.firm if met is not None and works_there else None)

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
                row.left.append(self._fault("phone_taken", pair, row))
                if row.values.get("phone") == pair[1]:
                    del row.values["phone"]
                row.pairs.remove(pair)
        if lead is not None and not self._sees(lead.columns["owner_id"]):
            row.faults.append(Fault("unseen"))
        elif lead is not None and lead.columns["archived_at"] is not None:
            row.faults.append(Fault("archived", "", _called(lead)))
        return lead

    def _sees(self, owner: int | None) -> bool:
        return self._seen is None or (owner or NOBODY) in self._seen

    def _is_another(self, row: Unified, person: Person) -> bool:
        """Two people with one phone: their addresses differ."""
        email, held = row.values.get("email"), person.columns["email"]
        return bool(email and held) and emails.key(email or "") != emails.key(held)

    def _new(self, row: Unified) -> Person:
        values, columns = row.values, self._start.copy()
        for name in FIELDS:
            if name in values:
                columns[name] = values[name]
        if "owner" in values:
            columns["owner_id"] = values["owner"]
        if not self._sees(columns["owner_id"]):
            columns["owner_id"] = self._keeper
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
        if "owner" in values and values["owner"] != columns["owner_id"] and self._may("owner", columns["owner_id"]):
            self._set(person, "owner", values["owner"], outcome, columns["owner_id"])
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
        named = {pair: f"other_{pair[0]}" for pair in others(values)}
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
        if pair in others(row.values):
            target, value = f"other_{pair[0]}", pair[1]
        return Fault(code, self.heading_of.get(target, ""), str(value)[:SHOWN])


def _refuse(row: Unified, plan: Plan) -> None:
    plan.outcomes.append(Outcome(row.number, REFUSED, faults=row.faults))
    plan.people.append(None)
    plan.firms.append(None)


def _called(person: Person) -> str:
    return f"{person.columns['first_name']} {person.columns['last_name']}".strip() or person.columns["email"]
