"""Lists narrowed by a rule. People: answered from their copy in the facts, one statement each.

A page of people costs a pass over the columns that are compared, whichever page. Companies are asked of the records.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from relacja.clickhouse import facts
from relacja.contacts import consents, dates, fields, narrowing, stages
from relacja.contacts.dates import Important
from relacja.contacts.fields import Known
from relacja.contacts.models import Company, Record, Stage
from relacja.contacts.narrowing import Asked, Place, Rule
from relacja.segments import by_day, firms, rules
from relacja.segments.binder import Binder, Whole
from relacja.segments.comparisons import Column
from relacja.segments.segment_rules.among import Among
from relacja.segments.segment_rules.consent import NEVER, Agreed
from relacja.staff.models import User
from relacja.staff.reach import Owners

EDITORS = {Record.CONTACT: "segments:narrowing", Record.COMPANY: "segments:company-narrowing"}
NEVER_ASKED = "none"
TEXTS = ("first_name", "last_name", "email", "phone", "company", "city", "country")
NUMBERS = frozenset({"number", "money"})
UNSORTED = frozenset({"choices", "reference", "tags"})
MARKS = r"\p{Mn}"
SPACES = r"\s+"
MOMENTS = {"created": "created_at", "changed": "changed_at"}
SORTS = (*MOMENTS, "name", "stage", "owner", *TEXTS, stages.SINCE, dates.SOONEST)


class Rules:
    """Rules of segments as the language of lists."""

    def sentence(self, tree: Any, of: Record, *, is_looked_at: bool) -> str:
        return rules.sentence(rules.read(tree, of, is_looked_at=is_looked_at))

    def sorts(self) -> list[str]:
        return [*SORTS, *_own(), *_coming()]

    def places(self, asked: Asked, sort: str, *, beyond: Place | None, backwards: bool, limit: int) -> list[Place]:
        bind = _binder(asked)
        descending = sort.startswith("-") != backwards
        turn, empties = ("DESC" if descending else "ASC"), ("DESC" if backwards else "ASC")
        value = _value(sort.removeprefix("-"), bind)
        condition = _condition(asked, bind)
        if beyond:
            condition += f" AND ({_beyond(beyond, bind, descending, backwards)})"
        order = f"ORDER BY isNull(v) {empties}, v {turn}, id {turn} LIMIT {bind(limit, 'UInt32')}"
        statement = bind.statement(f"id, {value} AS v", condition, order, archived=asked.archived)
        found = facts.ask(statement, bind.parameters)
        return [Place(row["v"], row["id"]) for row in found]

    def beside(self, asked: Asked, sort: str, here: Place) -> tuple[int | None, int | None]:
        """One pass: nothing is sorted, the nearest on either side are kept."""
        bind = _binder(asked)
        value, at = _value(sort.removeprefix("-"), bind), _beside(here, bind)
        condition = _condition(asked, bind)
        inner = bind.statement(f"id, {value} AS v", condition, archived=asked.archived)
        found = facts.ask(f"SELECT {at} FROM ({inner})", bind.parameters)[0]  # noqa: S608
        down, up = found["down"] or None, found["up"] or None
        if here.value is None:  # those without a value are behind all others, whichever way the order goes
            edge = found["lowest"] if sort.startswith("-") else found["highest"]
            return (up or edge or None, down) if sort.startswith("-") else (down or edge or None, up)
        edge = found["highest"] if sort.startswith("-") else found["lowest"]
        return (up, down or edge or None) if sort.startswith("-") else (down, up or edge or None)

    def count(self, asked: Asked) -> int:
        return int(self._all(asked, "count() AS found"))

    def ids(self, asked: Asked) -> list[int]:
        return list(self._all(asked, "groupArray(id) AS found"))

    def companies(self, rule: Rule, among: QuerySet[Company], seen: Owners = None) -> QuerySet[Company]:
        asked = rules.read(rule.tree, rule.of, is_looked_at=rule.viewer is not None)
        return firms.narrowed(among, asked, rule.at, viewer=rule.viewer, owners=seen)

    def editor(self, tree: Any, of: Record, *, back: str) -> str:
        return f"{reverse(EDITORS[of])}?{urlencode({'rule': _compact(tree), 'list': back})}"

    def chooser(self, tree: Any, *, back: str) -> str:
        if tree and any(leaf.is_relative for leaf in rules.read(tree, is_looked_at=True).leaves()):
            return ""
        query = {"list": back, **({"rule": _compact(tree)} if tree else {})}
        return f"{reverse('segments:choosing')}?{urlencode(query)}"

    def among(self, ids: Iterable[int]) -> Any:
        return Among(tuple(sorted(ids))).to_json()

    def keeper(self, tree: Any) -> str:
        return f"{reverse('segments:new')}?{urlencode({'rule': _compact(tree)})}"

    def _all(self, asked: Asked, answer: str) -> Any:
        bind = _binder(asked)
        statement = bind.statement(answer, _condition(asked, bind), archived=asked.archived)
        return facts.ask(statement, bind.parameters)[0]["found"]


def _binder(asked: Asked) -> Whole:
    if asked.rule is None:
        return Whole(asked.at or datetime(1970, 1, 1, tzinfo=UTC))
    return Whole(asked.rule.at, viewer=asked.rule.viewer)


def _condition(asked: Asked, bind: Binder) -> str:
    parts = ["1"]
    if asked.ids is not None:
        parts.append(f"id IN {bind(list(asked.ids), 'Array(UInt64)')}")
    if asked.stage:
        parts.append(f"stage = {bind(asked.stage, 'String')}")
    if asked.owners is not None:
        parts.append(f"owner_id IN {bind(list(asked.owners), 'Array(UInt64)')}")
    if asked.company:
        parts.append(f"company = {bind(asked.company, 'String')}")
    if asked.consent:
        state = NEVER if asked.consent == NEVER_ASKED else asked.consent
        parts.append(Agreed(consents.NEWSLETTER, consents.EMAIL, state).sql(bind))
    if asked.patterns:
        parts += [f"position({_searched(bind)}, {bind(pattern, 'String')}) > 0" for pattern in asked.patterns]
    parts += [f"({rules.read(json.loads(leaf)).sql(bind)})" for leaf in asked.leaves]
    if asked.rule:
        is_looked_at = asked.rule.viewer is not None
        parts.append(f"({rules.read(asked.rule.tree, is_looked_at=is_looked_at).sql(bind)})")
    return " AND ".join(parts)


def _searched(bind: Binder) -> str:
    """What a contact is found by, as `contacts.rules.search_text` makes it: folded, two spaces before each word."""
    text = "lowerUTF8(concat(first_name, ' ', last_name, ' ', email, ' ', phone, ' ', company))"
    for letter, plain in (("ß", "ss"), ("æ", "ae"), ("œ", "oe")):
        text = f"replaceAll({text}, {bind(letter, 'String')}, {bind(plain, 'String')})"
    text = f"normalizeUTF8NFKD(translateUTF8({text}, {bind('łøđ', 'String')}, {bind('lod', 'String')}))"
    bare = f"replaceRegexpAll({text}, {bind(MARKS, 'String')}, '')"
    return f"replaceRegexpAll(concat(' ', {bare}), {bind(SPACES, 'String')}, '  ')"


def _beyond(place: Place, bind: Binder, descending: bool, backwards: bool) -> str:
    """What comes after a row, empty values last; or before it."""
    than = "<" if descending else ">"
    further = f"id {than} {bind(place.id, 'UInt64')}"
    if place.value is None:
        same = f"isNull(v) AND {further}"
        return f"isNotNull(v) OR ({same})" if backwards else same
    value = bind(place.value, _kind(place.value))
    rest = f"v {than} {value} OR (v = {value} AND {further})"
    return f"isNotNull(v) AND ({rest})" if backwards else f"isNull(v) OR {rest}"


def _beside(here: Place, bind: Binder) -> str:
    """The nearest below and above a row among those like it, and the ends of the others: with a value, or without."""
    row = bind(here.id, "UInt64")
    if here.value is None:
        return (
            f"maxIf(id, isNull(v) AND id < {row}) AS down, minIf(id, isNull(v) AND id > {row}) AS up,"
            " argMinIf(id, (assumeNotNull(v), id), isNotNull(v)) AS lowest,"
            " argMaxIf(id, (assumeNotNull(v), id), isNotNull(v)) AS highest"
        )
    pair, place = "(assumeNotNull(v), id)", f"({bind(here.value, _kind(here.value))}, {row})"
    return (
        f"argMaxIf(id, {pair}, isNotNull(v) AND {pair} < {place}) AS down,"
        f" argMinIf(id, {pair}, isNotNull(v) AND {pair} > {place}) AS up,"
        " minIf(id, isNull(v)) AS lowest, maxIf(id, isNull(v)) AS highest"
    )


def _kind(value: str | float) -> str:
    return "String" if isinstance(value, str) else "Int64" if isinstance(value, int) else "Float64"


def _value(sort: str, bind: Binder) -> str:
    """What the list is sorted by; NULL when somebody has no such thing."""
    if sort in MOMENTS:
        return f"toUnixTimestamp64Milli({MOMENTS[sort]})"
    if sort == "name":
        return "nullIf(name_key, '~')"
    if sort == "stage":
        return f"toInt64(indexOf({bind(list(Stage.values), 'Array(String)')}, toString(stage)))"
    if known := _own().get(sort):
        return _own_value(known, bind)
    if sort == stages.SINCE:
        return f"nullIf({Column.of_json('attributes', stages.SINCE, bind).text}, '')"
    if sort == dates.SOONEST:
        return by_day.soonest(dates.watched(Record.CONTACT), bind)
    if sort in _coming():
        return by_day.next_of(_coming()[sort], bind)
    return _owner(bind) if sort == "owner" else f"nullIf(lowerUTF8(toString({sort})), '')"


def _own() -> dict[str, Known]:
    """The fields people made that have an order."""
    found = fields.remembered(Record.CONTACT)
    return {path: known for path, known in found.items() if known.kind.code not in UNSORTED}


def _coming() -> dict[str, Important]:
    """The days that return every year, by the name of the order in which they come."""
    return {dates.NEXT + one.path: one for one in dates.important(Record.CONTACT) if one.is_yearly}


def _own_value(known: Known, bind: Binder) -> str:
    path = bind.path("attributes", f"{known.key}.{known.kind.at}".rstrip("."))
    if known.kind.code in NUMBERS:
        return f"toFloat64OrNull(toString({path}))"
    return f"nullIf(lowerUTF8(ifNull(toString({path}), '')), '')"


def _owner(bind: Binder) -> str:
    """The name of whoever takes care of somebody. A company has tens of them."""
    people = list(User.objects.order_by("pk"))
    ids, names = [one.pk for one in people], [str(one).casefold() for one in people]
    return f"nullIf(transform(owner_id, {bind(ids, 'Array(UInt64)')}, {bind(names, 'Array(String)')}, ''), '')"


def _compact(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")) if tree else ""


narrowing.answer(Rules())
