"""Who is known: in the records, and, for a check, who would be there by then."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q

from relacja.contacts.models import Company, Consent, ConsentText, Contact, Identity
from relacja.contacts.rules import IdentityPair
from relacja.imports.firms import TEXTS, Firm, Key
from relacja.imports.meaning import FIELDS
from relacja.imports.person import Person
from relacja.imports.plans import Plan

_READ = (
    *(*FIELDS, "owner_id", "company_id", "attributes", "version"),
    *("last_changes", "archived_at", "name_key", "search_text"),
)

_FIRM = ("parent__name", "owner_id", "attributes")


class Records:
    """The people in the records. Five queries a block, whatever its size."""

    def __init__(self, consent: ConsentText | None = None) -> None:
        """`consent` is the text whose standing is asked for as well."""
        self._consent = consent

    def named(self, pairs: Iterable[IdentityPair]) -> dict[IdentityPair, Person]:
        by_kind: dict[str, list[str]] = {}
        for kind, value in pairs:
            by_kind.setdefault(kind, []).append(value)
        found: dict[IdentityPair, int] = {}
        for kind, values in by_kind.items():
            found.update({(kind, value): pk for value, pk in _named(kind, values)})
        people = self.people(found.values())
        return {pair: people[pk] for pair, pk in found.items() if pk in people}

    def firms(self, keys: Iterable[Key]) -> dict[Key, Firm]:
        """The companies these name; of two of one name the older. One query."""
        wanted = set(keys)
        if not wanted:
            return {}
        values = {kind: [value for of, value in wanted if of == kind] for kind in ("name", "vat_id")}
        named = Q(name_key__in=values["name"]) | Q(vat_id__in=values["vat_id"])
        found: dict[Key, Firm] = {}
        rows = Company.objects.filter(named, archived_at=None).order_by("-pk")
        for pk, parent, owner, attributes, *texts in rows.values_list("pk", *_FIRM, *TEXTS):
            columns = dict(zip(TEXTS, texts, strict=True))
            firm = Firm(pk, {**columns, "parent": parent or "", "owner": owner, "attributes": attributes})
            found.update(dict.fromkeys(firm.keys, firm))
        return {key: firm for key, firm in found.items() if key in wanted}

    def people(self, ids: Iterable[int]) -> dict[int, Person]:
        """Contacts by id, with all that names them."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        people = {}
        for pk, company, *values in Contact.objects.filter(pk__in=wanted).values_list("pk", "company__name", *_READ):
            columns = dict(zip(_READ, values, strict=True))
            people[pk] = Person(pk, columns, company or "", set(), held=dict(columns))
        names = Identity.objects.filter(contact_id__in=people).values_list("contact_id", "kind", "value")
        for pk, kind, value in names:
            people[pk].identities.add((kind, value))
        if text := self._consent:
            states = Consent.objects.filter(contact_id__in=people, purpose=text.purpose, channel=text.channel)
            for pk, act in states.values_list("contact_id", "act"):
                people[pk].consent = act
        return people


def _named(kind: str, values: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Whom these values name. The ORM looks at each value of an IN, which costs as much as the database does."""
    quote = connection.ops.quote_name
    table, marks = quote(Identity._meta.db_table), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value, contact_id FROM {table} WHERE kind = %s AND value IN ({marks})", [kind, *values])  # noqa: S608
        yield from cursor.fetchall()


class _Kept(msgspec.Struct, array_like=True):
    """A person as a check keeps them between blocks."""

    id: int
    columns: dict[str, Any]
    company: str
    identities: list[IdentityPair]
    consent: str
    is_new: bool


class Foretold:
    """The records as they would be after the blocks checked so far.

    What those blocks would write is kept in a nameless database of its own, which spills to the disk when it grows: a
    million people cost as little memory as a thousand.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.execute("PRAGMA cache_size=-16000")
        self._kept.execute("CREATE TABLE name (key TEXT PRIMARY KEY, person INTEGER) WITHOUT ROWID")
        self._kept.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, packed BLOB)")
        self._kept.execute("CREATE TABLE firm_name (key TEXT PRIMARY KEY, firm INTEGER) WITHOUT ROWID")
        self._kept.execute("CREATE TABLE firm (id INTEGER PRIMARY KEY, packed BLOB)")
        self._next = -1

    def close(self) -> None:
        self._kept.close()

    def named(self, pairs: Iterable[IdentityPair]) -> dict[IdentityPair, Person]:
        wanted = list(pairs)
        kept = self._kept_names(wanted)
        recorded = self._records.named(pair for pair in wanted if pair not in kept)
        ids = {*(pk for pk in kept.values() if pk), *(person.id for person in recorded.values() if person.id)}
        changed = self._kept_people(ids)
        missing = [pk for pk in ids if pk > 0 and pk not in changed]
        same = {person.id: person for person in recorded.values()}
        unseen = self._records.people(pk for pk in missing if pk not in same)
        people = {**unseen, **{pk: person for pk, person in same.items() if pk is not None}, **changed}
        found = {pair: people[pk] for pair, pk in kept.items() if pk and pk in people}
        found.update({pair: people[person.id] for pair, person in recorded.items() if person.id in people})
        return found

    def firms(self, keys: Iterable[Key]) -> dict[Key, Firm]:
        wanted = list(dict.fromkeys(keys))
        kept = self._kept_names(wanted, "firm_name", "firm")
        recorded = self._records.firms(key for key in wanted if key not in kept)
        ids = {*(pk for pk in kept.values() if pk), *(firm.id for firm in recorded.values() if firm.id)}
        changed = self._kept_firms(ids)
        same = {firm.id: firm for firm in recorded.values()}
        found = {key: changed[pk] for key, pk in kept.items() if pk in changed}
        return found | {key: changed.get(firm.id or 0, same[firm.id]) for key, firm in recorded.items()}

    def remember(self, plan: Plan) -> None:
        """From now on the block counts as written."""
        self._remember_firms(plan)
        for person in plan.new:
            person.id, self._next = self._next, self._next - 1
        touched = {person.id or 0: person for person in plan.people if person is not None}
        self._kept.execute("BEGIN")
        self._kept.executemany(
            "INSERT OR REPLACE INTO person VALUES (?, ?)",
            [(person.id, _packed(person)) for person in touched.values()],
        )
        names = [(_key(pair), person.id) for person in touched.values() for pair in person.gained]
        gone = [(_key(pair), 0) for person in touched.values() for pair in person.lost]
        self._kept.executemany("INSERT OR REPLACE INTO name VALUES (?, ?)", [*gone, *names])
        self._kept.execute("COMMIT")

    def _remember_firms(self, plan: Plan) -> None:
        for firm in plan.new_firms:
            firm.id, self._next = self._next, self._next - 1
        touched = [*plan.new_firms, *plan.changed_firms.values()]
        if not touched:
            return
        gone = [(_key(key), 0) for firm in touched for key in _former(firm)]
        names = [(_key(key), firm.id) for firm in touched for key in firm.keys]
        self._kept.execute("BEGIN")
        self._kept.executemany(
            "INSERT OR REPLACE INTO firm VALUES (?, ?)", [(firm.id, _encode(firm.columns)) for firm in touched]
        )
        self._kept.executemany("INSERT OR REPLACE INTO firm_name VALUES (?, ?)", [*gone, *names])
        self._kept.execute("COMMIT")

    def _kept_firms(self, ids: Iterable[int]) -> dict[int, Firm]:
        wanted = list(ids)
        marks = ", ".join("?" * len(wanted))
        rows = self._kept.execute(f"SELECT id, packed FROM firm WHERE id IN ({marks})", wanted)  # noqa: S608
        return {pk: Firm(pk, msgspec.msgpack.decode(packed)) for pk, packed in rows}

    def _kept_names(
        self, pairs: list[IdentityPair], table: str = "name", column: str = "person"
    ) -> dict[IdentityPair, int]:
        by_key = {_key(pair): pair for pair in pairs}
        marks = ", ".join("?" * len(by_key))
        asked = f"SELECT key, {column} FROM {table} WHERE key IN ({marks})"  # noqa: S608 - names of our own
        rows = self._kept.execute(asked, list(by_key))
        return {by_key[key]: pk for key, pk in rows}

    def _kept_people(self, ids: Iterable[int]) -> dict[int, Person]:
        wanted = list(ids)
        marks = ", ".join("?" * len(wanted))
        rows = self._kept.execute(f"SELECT packed FROM person WHERE id IN ({marks})", wanted)  # noqa: S608
        return {one.id or 0: one for one in map(_unpacked, (packed for (packed,) in rows))}


def _former(firm: Firm) -> list[Key]:
    """What named a company before it was changed, and does not any more."""
    before = Firm(firm.id, {**firm.columns, **{name: firm.held[name] for name in TEXTS if name in firm.held}})
    return [key for key in before.keys if key not in firm.keys]


def _key(pair: IdentityPair) -> str:
    return f"{pair[0]}:{pair[1]}"


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Kept).decode


def _packed(person: Person) -> bytes:
    columns = {name: person.columns[name] for name in (*FIELDS, "owner_id", "attributes", "archived_at")}
    kept = _Kept(person.id or 0, columns, person.company, list(person.identities), person.consent, person.is_new)
    return _encode(kept)


def _unpacked(packed: bytes) -> Person:
    kept = _decode(packed)
    return Person(kept.id, kept.columns, kept.company, set(kept.identities), kept.consent)
