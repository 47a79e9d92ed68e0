"""Writing many contacts at once: what `actions.create` and `actions.edit` do to one, in a few statements for a block.

SQLite flushes its search index after every statement that changes contacts, so rows go in by the thousand: one at a
time they cost twice as much (measured 2026-11).
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from relacja.contacts import fields, rules
from relacja.contacts.actions.record import told
from relacja.contacts.fields import Known
from relacja.contacts.models import Candidate, Company, Consent, Contact, Identity, MatchKey, Record
from relacja.events.actions import append
from relacja.events.event import Event
from relacja.lib import live, rows
from relacja.lib.errors import Conflict
from relacja.lib.text import folded
from relacja.staff.changes import person
from relacja.staff.models import Author, User

DEFAULTS: dict[str, Any] = {
    one.attname: one.get_default() for one in Contact._meta.concrete_fields if one.name not in {"id", "attributes"}
}
_COLUMNS = [one.attname for one in Contact._meta.concrete_fields]


class Overtaken(Conflict):
    """Somebody else changed one of these contacts, or took an address, since they were read. Nothing is written."""

    def __init__(self) -> None:
        super().__init__(_("Others keep changing the same people. Go on in a moment."))


@dataclass(frozen=True, slots=True)
class Addition:
    """A new contact: all its columns by name (see `DEFAULTS`), what its company is called, and what names it.

    When it was made, by whom and from where is the writer's to say.
    """

    fields: Mapping[str, Any]
    company: str
    identities: Sequence[rules.IdentityPair]


@dataclass(frozen=True, slots=True)
class Alteration:
    """A contact as it was read, by its columns, and those that become something else.

    `changes` says it in people's words: the field, its value before and after. `said` are the events that tell what is
    not a change of fields, as that somebody was put away; `reason` is what the event of another owner says besides.
    """

    contact_id: int
    held: Mapping[str, Any]
    fields: Mapping[str, Any]
    company: str
    changes: Mapping[str, tuple[str, str]]
    gained: Sequence[rules.IdentityPair] = ()
    lost: Sequence[rules.IdentityPair] = ()
    said: Sequence[str] = ()
    reason: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Writer:
    """Writes blocks of contacts in the caller's transaction, and their history as one entry of the log."""

    now: datetime
    by: Author | None
    source: str
    channel: str
    context: Mapping[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def write(self, additions: Sequence[Addition], alterations: Sequence[Alteration] = ()) -> list[int]:
        """Store both; the ids of the new contacts, in order.

        Raises `Overtaken` when a contact is not any more as it was read, or an identity names somebody else.
        """
        _unname(pair for one in alterations for pair in one.lost)
        moment = _moment(self.now)
        ids = self._add(additions, moment)
        self._alter(alterations, moment)
        names = [(*pair, pk, moment) for pk, one in zip(ids, additions, strict=True) for pair in one.identities]
        names += [(*pair, one.contact_id, moment) for one in alterations for pair in one.gained]
        _name(names)
        return ids

    def record(self, name: str, contact_id: int, properties: dict[str, Any], *, at: datetime | None = None) -> None:
        """One more event of the block."""
        self.events.append(
            Event.of(
                id=uuid4(),
                name=name,
                at=at or self.now,
                received_at=self.now,
                profile_id=contact_id,
                channel=self.channel,
                properties=properties,
                context=self.context,
                by=person(self.by),
            )
        )

    def finish(self) -> None:
        """Append the history of the block to the log, and tell the pages that look."""
        append(self.events)
        self.events = []
        live.publish("contacts")

    def _add(self, additions: Sequence[Addition], moment: Any) -> list[int]:
        ids = ids_for(Contact, len(additions))
        start = {"source": self.source, "created_at": moment, "changed_at": moment, "last_changes": "{}"}
        made = []
        for pk, addition in zip(ids, additions, strict=True):
            columns = {"attributes": None, **addition.fields, **start, "id": pk}
            columns.update(described(columns, addition.company))
            own = columns["attributes"]
            columns["attributes"] = json.dumps(own, ensure_ascii=False) if own else "{}"
            made.append([columns[name] for name in _COLUMNS])
            self.record("Contact Created", pk, {"source": self.source})
        rows.insert_many(Contact, _COLUMNS, made)
        return ids

    def _alter(self, alterations: Sequence[Alteration], moment: Any) -> None:
        known = fields.among(Record.CONTACT, (name for one in alterations for name in one.changes))
        owners = _owners(alterations)
        groups: dict[tuple[str, ...], list[list[Any]]] = {}
        for one in alterations:
            columns = self._altered(one)
            row = [*columns.values(), moment, one.contact_id, one.held["version"]]
            groups.setdefault(tuple(columns), []).append(row)
            self._tell(one, known, owners)
        for names, altered in groups.items():
            _update(names, altered)

    def _tell(self, one: Alteration, known: Mapping[str, Known], owners: Mapping[int | None, str]) -> None:
        """What the timeline says about a change: the same as when people make it one by one."""
        changes, author = dict(one.changes), str(self.by) if self.by else ""
        for name in one.said:
            self.record(name, one.contact_id, {})
        if stage := changes.pop("stage", None):
            said = {"stage": stage[1], "before": stage[0], "author": author}
            self.record("Stage Changed", one.contact_id, said)
        if changes.pop("owner", None):
            said = {"owner": owners.get(one.fields["owner_id"], ""), **one.reason}
            self.record("Owner Changed", one.contact_id, said)
        if changes or not (one.changes or one.said):
            self.record("Contact Updated", one.contact_id, told(changes, by=self.by, known=known))

    def _altered(self, one: Alteration) -> dict[str, Any]:
        version = one.held["version"] + 1
        note = [version, person(self.by), self.now.isoformat()]
        whole = {**one.held, **one.fields}
        said = {name: value for name, value in described(whole, one.company).items() if value != one.held[name]}
        columns = {**one.fields, **said}
        if one.changes:
            columns["last_changes"] = {**one.held["last_changes"], **dict.fromkeys(one.changes, note)}
        for name in ("attributes", "last_changes"):
            if name in columns:
                columns[name] = json.dumps(columns[name], ensure_ascii=False)
        for name in ("archived_at", "trashed_at"):
            if columns.get(name):
                columns[name] = _moment(columns[name])
        return columns


def remove(contact_ids: Collection[int]) -> None:
    """Take contacts out of the records for good, with what names them and what was worked out about them.

    Nothing else may speak of them: who has messages, orders or consents in the ledger cannot go this way.
    """
    Candidate.objects.filter(Q(first_id__in=contact_ids) | Q(second_id__in=contact_ids)).delete()
    for model in (MatchKey, Consent, Identity):
        found = model._base_manager.filter(contact_id__in=contact_ids)
        found._raw_delete(found.db)
    contacts = Contact.objects.filter(pk__in=contact_ids)
    contacts._raw_delete(contacts.db)


def _owners(alterations: Iterable[Alteration]) -> dict[int | None, str]:
    """What the new owners among these are called. One query when there are any."""
    ids = {one.fields["owner_id"] for one in alterations if one.fields.get("owner_id")}
    return {pk: str(person) for pk, person in User.objects.in_bulk(ids).items()} if ids else {}


_folded = lru_cache(20_000)(folded)


def described(columns: Mapping[str, Any], company: str) -> dict[str, str]:
    """What a contact is sorted and found by, as `rules` have it; names that repeat are folded once."""
    first, last, email = _folded(columns["first_name"]), _folded(columns["last_name"]), folded(columns["email"])
    words = [] if columns["archived_at"] else f"{first} {last} {email} {columns['phone']} {_folded(company)}".split()
    return {
        "name_key": (f"{last} {first}".strip() or email or "~")[:250],
        "search_text": "".join([f"  {word}" for word in words]),
    }


def companies_named(names: Collection[str], *, now: datetime) -> tuple[dict[str, int], list[int]]:
    """The ids of the companies of these names, by folded name, and of those among them that had to be made."""
    by_key = {folded(name)[:200]: name for name in names}
    found = companies_known(by_key)
    made = [Company(name=name, name_key=key, created_at=now) for key, name in by_key.items() if key not in found]
    Company.objects.bulk_create(made)
    found.update({company.name_key: company.pk for company in made})
    return found, [company.pk for company in made]


def companies_known(keys: Iterable[str]) -> dict[str, int]:
    """The ids of the companies of these folded names. One query."""
    found = Company.objects.filter(name_key__in=list(keys), archived_at=None).order_by("-pk")
    return dict(found.values_list("name_key", "pk"))


def ids_for(model: type[models.Model], count: int) -> list[int]:
    """Ids that nobody else gets, for rows about to be inserted in this transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # there is one writer at a time, and this transaction is it
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            last = row[0] if row else 0
            return list(range(last + 1, last + 1 + count))
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


def _update(columns: Sequence[str], altered: list[list[Any]]) -> None:
    """Each row: the new values, when, the id, and the version that was read."""
    quote = connection.ops.quote_name
    setting = ", ".join(f"{quote(name)} = %s" for name in [*columns, "changed_at"])
    statement = (
        f"UPDATE {quote(Contact._meta.db_table)} SET {setting}, version = version + 1"  # noqa: S608
        " WHERE id = %s AND version = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, altered)
        if cursor.rowcount != len(altered):
            raise Overtaken


def _name(names: Sequence[tuple[str, str, int, Any]]) -> None:
    try:
        with transaction.atomic():
            rows.insert_many(Identity, ["kind", "value", "contact_id", "since"], names)
    except IntegrityError as error:
        raise Overtaken from error


def _unname(pairs: Iterable[rules.IdentityPair]) -> None:
    by_kind: dict[str, list[str]] = {}
    for kind, value in pairs:
        by_kind.setdefault(kind, []).append(value)
    for kind, values in by_kind.items():
        Identity.objects.filter(kind=kind, value__in=values).delete()


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
