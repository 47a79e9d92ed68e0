"""The companies that a file speaks of: which one a row means, and what becomes of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from relacja.contacts import plain, tags
from relacja.contacts.choosing import joined
from relacja.contacts.plain import ATTRIBUTE
from relacja.imports.meaning import COMPANY, FILL, OF_FIRM, OVERWRITE, Options
from relacja.imports.outcomes import CREATED, UNCHANGED, UPDATED, Outcome
from relacja.imports.reading import Fault
from relacja.imports.understanding import SHOWN, Unified
from relacja.lib.text import folded

Key = tuple[str, str]  # "vat_id" or "name" and its value; names are folded
Look = Callable[[Iterable[Key]], Mapping[Key, "Firm"]]
LONGEST_LINE = 20
DIGITS = 8  # of the shortest VAT id
TEXTS = ("name", "vat_id", "website", "phone", "street", "postal_code", "city", "country")
TAGS = f"{OF_FIRM}{tags.PATH}"


@dataclass(slots=True)
class Firm:
    """A company as it is, or as it is going to be. `id` is None before it is stored; `parent` goes by name."""

    id: int | None
    columns: dict[str, Any]
    is_new: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> list[Key]:
        """What names it."""
        vat_id = self.columns["vat_id"]
        named = [("name", name_key(self.columns["name"]))]
        return [("vat_id", vat_id), *named] if vat_id else named

    def value(self, path: str) -> Any:
        if path.startswith(ATTRIBUTE):
            return self.columns["attributes"].get(path.removeprefix(ATTRIBUTE))
        return self.columns.get(path)

    def change(self, path: str, value: Any) -> None:
        """The field becomes `value`; what it was at first is remembered."""
        if not self.is_new:
            self.held.setdefault(path, self.value(path))
            self.changes[path] = value
        if path.startswith(ATTRIBUTE):
            self.columns["attributes"] = {**self.columns["attributes"], path.removeprefix(ATTRIBUTE): value}
        else:
            self.columns[path] = value


@dataclass(slots=True)
class Met:
    """The company a row means, and by what it was known; nothing where it is new."""

    firm: Firm
    by: str


class Firms:
    """Decides about the companies of one file."""

    def __init__(
        self,
        targets: Iterable[str],
        options: Options,
        policies: Mapping[str, str],
        headings: Mapping[str, str],
        *,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        """`defaults` are what own fields of companies hold when nobody says anything."""
        self.targets = [target for target in targets if target.startswith(OF_FIRM)]
        self.are_rows = options.of == COMPANY
        if self.are_rows:
            self.targets.insert(0, "company")
        self.are_asked_for = bool(self.targets)
        self.options, self.policies, self.headings = options, policies, headings
        self._defaults = dict(defaults or {})

    def keys(self, rows: Iterable[Unified]) -> list[Key]:
        """What names the companies these rows speak of."""
        found: list[Key] = []
        for row in rows:
            if vat_id := row.values.get(f"{OF_FIRM}vat_id"):
                found.append(("vat_id", vat_id))
            found += [("name", name_key(row.values[name])) for name in ("company",) if row.values.get(name)]
            found += _parent_keys(row.values)
        return list(dict.fromkeys(found))

    def meet(self, row: Unified, known: dict[Key, Firm], look: Look) -> Met | None:
        """The company a row means, by VAT id first and then by name; None where it says none. Nothing is changed yet.

        Adds a fault when it cannot be told which, or it cannot belong where the row says.
        """
        name, vat_id = row.values.get("company", ""), row.values.get(f"{OF_FIRM}vat_id", "")
        if not name and not vat_id:
            if self.are_rows:
                row.faults.append(Fault("no_company"))
            elif details := [target for target in self.targets if target in row.values]:
                row.left.append(self._fault("details", details[0], ""))
            return None
        by_vat, by_name = known.get(("vat_id", vat_id)), known.get(("name", name_key(name))) if name else None
        if by_vat is not None:
            met = Met(by_vat, "vat_id")
            if self.are_rows and by_name not in (None, by_vat) and self.policies.get("company") == OVERWRITE:
                row.faults.append(self._fault("name_taken", "company", name))
        elif by_name is not None:
            met = Met(by_name, "name")
            held, policy = by_name.columns["vat_id"], self.policies.get(f"{OF_FIRM}vat_id")
            if vat_id and held and held != vat_id and policy != OVERWRITE:
                row.faults.append(self._fault("other_vat_id", f"{OF_FIRM}vat_id", held))
        elif name:
            met = Met(self._new(name), "")
        else:
            row.faults.append(self._fault("unnamed", f"{OF_FIRM}vat_id", vat_id))
            return None
        self._settle_parent(row, met.firm, known, look)
        return met

    def alter(self, met: Met, row: Unified, outcome: Outcome) -> None:
        """The company becomes what the row says of it; what was changed stands in the outcome."""
        firm, values = met.firm, row.values
        for target in self.targets:
            if target not in values:
                continue
            path = "name" if target == "company" else target.removeprefix(OF_FIRM)
            held, value = firm.value(path), values[target]
            if target == TAGS and self.policies.get(target, FILL) == FILL:
                value = joined(held or [], value)
            elif met.by and not self._may(target, held):
                continue
            if plain.are_same(value, held):
                continue
            if met.by:
                outcome.before[target], outcome.after[target] = held, value
            firm.change(path, value)
        if self.are_rows:
            outcome.kind = UPDATED if outcome.after else UNCHANGED if met.by else CREATED
        outcome.known_by = met.by or "new"

    def _may(self, target: str, held: Any) -> bool:
        policy = self.policies.get(target, FILL)
        return policy == OVERWRITE or (policy == FILL and plain.is_nothing(held))

    def _new(self, name: str) -> Firm:
        columns = dict.fromkeys((*TEXTS, "parent"), "")
        country = self.options.country if self.are_rows else ""
        owner = self.options.owner if self.are_rows else None
        own = dict(self._defaults)
        return Firm(None, {**columns, "name": name, "country": country, "owner": owner, "attributes": own}, is_new=True)

    def _settle_parent(self, row: Unified, firm: Firm, known: dict[Key, Firm], look: Look) -> None:
        """The company it belongs to is said by name from here on. It must be known by VAT id, or said by name."""
        target = f"{OF_FIRM}parent"
        if target not in row.values:
            return
        text = row.values[target]
        above = next((known[key] for key in _parent_keys(row.values) if key in known), None)
        if above is None and sum(sign.isdigit() for sign in text) >= DIGITS:
            row.faults.append(self._fault("parent", target, text))
            return
        row.values[target] = above.columns["name"] if above else text
        if self._leads_to(above, firm, known, look) or name_key(text) == name_key(firm.columns["name"]):
            row.faults.append(self._fault("ring", target, text))

    def _leads_to(self, above: Firm | None, firm: Firm, known: dict[Key, Firm], look: Look) -> bool:
        """Whether `above` belongs to the company already, at whatever remove."""
        for _step in range(LONGEST_LINE):
            if above is None or above is firm:
                return above is firm
            if not above.columns["parent"]:
                return False
            key = ("name", name_key(above.columns["parent"]))
            if key not in known:
                known.update({found: one for found, one in look([key]).items() if found not in known})
            above = known.get(key)
        return True

    def _fault(self, code: str, target: str, value: str) -> Fault:
        return Fault(code, self.headings.get(target, ""), value[:SHOWN])


def name_key(name: str) -> str:
    """What a company is found by."""
    return folded(name)[:200]


def _parent_keys(values: Mapping[str, Any]) -> list[Key]:
    text = values.get(f"{OF_FIRM}parent")
    if not text:
        return []
    digits = "".join(sign for sign in text if sign.isalnum()).upper()
    return [("vat_id", digits), ("vat_id", digits.removeprefix("PL")), ("name", name_key(text))]
