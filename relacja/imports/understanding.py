"""What the cells of a row say, each unified by what its column holds. No database, no clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relacja.contacts.fields import Known
from relacja.contacts.plain import ATTRIBUTE
from relacja.contacts.rules import IdentityPair
from relacja.imports import unifying
from relacja.imports.meaning import FIRM, LEAVE, OF_FIRM, OTHERS, TARGETS, Column, Options
from relacja.imports.reading import Fault, Row
from relacja.imports.unifying import Unfit
from relacja.lib import emails
from relacja.lib.errors import Refused

SHOWN = 120
_KNOWN = frozenset({*TARGETS, *FIRM})
ASKING = frozenset({"reference", "tags"})  # kinds of own fields whose values are looked up, or made, in the records
# Written as in the country of the person, or of the company.
LOCAL = {
    **dict.fromkeys(("phone", "other_phone", "postal_code"), "country"),
    **dict.fromkeys((f"{OF_FIRM}phone", f"{OF_FIRM}postal_code"), f"{OF_FIRM}country"),
}
COUNTRIES = frozenset(LOCAL.values())


@dataclass(slots=True)
class Unified:
    """A row, unified. `faults` refuse it; `left` says what of it is not taken."""

    number: int
    values: dict[str, Any]
    pairs: list[IdentityPair]
    faults: list[Fault]
    left: list[Fault] = field(default_factory=list)


class Understanding:
    """Unifies the rows of one file. Costs about 20 µs a row."""

    def __init__(
        self,
        columns: Sequence[Column],
        options: Options,
        *,
        width: int = 0,
        own: Mapping[str, Known] | None = None,
        staff: Mapping[str, int] | None = None,
    ) -> None:
        """`own` are the fields people made, by path; `staff` the people who work here, by all they are called."""
        self.options = options
        self.width = width
        own = own or {}
        self._columns = [
            (one.index, one.target, _unifier(one.target, options, own, staff or {}))
            for one in sorted(columns, key=lambda column: column.target not in COUNTRIES)
            if one.target != "full_name" and (one.target in _KNOWN or one.target in own)
        ]
        self._names = [one.index for one in columns if one.target == "full_name"]
        self._headings = {one.index: one.heading for one in columns}
        self._name = unifying.unifier("first_name", options.habits)
        self.own = [target for _index, target, _unify in self._columns if target.startswith(ATTRIBUTE)]
        self.targets = [target for _index, target, _unify in self._columns]
        self.is_pure = not any(own[target].kind.code in ASKING for target in self.targets if target in own)

    def read(self, rows: Sequence[Row]) -> list[Unified]:
        """These rows, unified."""
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> Unified:
        number, cells, fault = row
        if fault is not None:
            return Unified(number, {}, [], [fault])
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        left: list[Fault] = []
        size, home = len(cells), self.options.country
        if self.width and size != self.width and (size < self.width or any(cells[self.width :])):
            faults.append(Fault("short" if size < self.width else "long"))
            return Unified(number, {}, [], faults)
        for index, target, unify in self._columns:
            text = cells[index] if index < size else ""
            if text and (target not in values or target in OTHERS) and not text.isspace():
                try:
                    if target in LOCAL and values.get(LOCAL[target], home) != home:
                        value = self._abroad(target, text, unify, values[LOCAL[target]])
                    else:
                        value = unify(text)
                    if target in OTHERS:
                        values.setdefault(target, []).append(value)
                    else:
                        values[target] = value
                except Unfit as unfit:
                    is_left = target.endswith("owner") and self.options.unknown_owner == LEAVE
                    told = Fault(str(unfit), self._headings[index], text[:SHOWN])
                    (left if is_left else faults).append(told)
                except Refused:
                    faults.append(Fault("own_field", self._headings[index], text[:SHOWN]))
        for index in self._names:
            if index < size and cells[index].strip() and "last_name" not in values:
                self._part(cells[index], index, values, faults)
        for target, first in OTHERS.items():
            if target in values and first not in values:
                values[first] = values[target].pop(0)
        return Unified(number, values, self._pairs(values), faults, left)

    def _abroad(self, target: str, text: str, unify: Callable[[str], Any], country: str) -> Any:
        """A value of somebody who lives elsewhere, as it is written there."""
        if target.endswith("postal_code"):
            return unifying.postal_code(text, country=country)
        if not self.options.phone_country:
            try:
                return unifying.phone(text, country=country)
            except Unfit:
                pass
        return unify(text)

    def _part(self, text: str, index: int, values: dict[str, Any], faults: list[Fault]) -> None:
        first, last = unifying.people(text)
        try:
            values.setdefault("first_name", self._name(first))
            values["last_name"] = self._name(last) if last else ""
        except Unfit as unfit:
            faults.append(Fault(str(unfit), self._headings[index], text[:SHOWN]))

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
            pairs += [pair for pair in others(values) if pair not in pairs]
        return pairs


def others(values: Mapping[str, Any]) -> list[IdentityPair]:
    """What names a person besides their first address and number."""
    emailed = [("email", emails.key(email)) for email in values.get("other_email", ())]
    return [*emailed, *(("phone", phone) for phone in values.get("other_phone", ()))]


def _unifier(target: str, options: Options, own: Mapping[str, Known], staff: Mapping[str, int]) -> Callable[[str], Any]:
    if target in {"owner", f"{OF_FIRM}owner"}:
        return lambda text: unifying.colleague(text, staff)
    return own[target].parse if target in own else unifying.unifier(target, options.habits)
