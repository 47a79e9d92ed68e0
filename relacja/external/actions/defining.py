"""Saying what a source is: where it lies, whom its rows are about, which columns are taken and what they are."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from relacja.external import guessing, matching, places, rhythms, sources, uses
from relacja.external.actions import beginning, noting, refreshing
from relacja.external.actions.forgetting import drop_file
from relacja.external.models import Cause, Column, Connection, Refresh, Rhythm, Source, SourceKind
from relacja.external.places.folder import safe
from relacja.lib import disk
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.changes import Recorder
from relacja.staff.models import User

LARGEST = 500_000_000
MOST_COLUMNS = 50
SAMPLED = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column as somebody chose it."""

    heading: str
    kind: str
    labels: Mapping[str, str]
    currency: str = "PLN"
    was: str = ""


def upload(*, file: BinaryIO, name: str, size: int, now: datetime) -> Source:
    """A draft of a source out of a file that somebody loaded. Raises `Refused` when it is no table."""
    made = Source(kind=SourceKind.UPLOAD, created_at=now)
    _keep(made, file, name, size, now)
    try:
        return _draft(made, made.file_name.rpartition(".")[0] or made.file_name)
    except Refused:
        made.file.delete(save=False)
        raise


def reload(source: Source, *, file: BinaryIO, name: str, size: int, by: User, now: datetime) -> Refresh | None:
    """Another file takes the place of the one there was. A source in use is refreshed from it."""
    before, was_named = source.file.name, source.file_name
    _keep(source, file, name, size, now)
    try:
        source.headings = places.of(source).seen().headings
    except Refused:
        source.file.delete(save=False)
        source.file, source.file_name = before, was_named
        raise
    with transaction.atomic():
        source.save(update_fields=["file", "file_name", "headings"])
        begun = beginning.begin(source, cause=Cause.HAND, by=by, now=now) if source.live_at else None
        if before:
            transaction.on_commit(lambda: default_storage.delete(before))
    return begun


def from_folder(pattern: str, *, now: datetime) -> Source:
    """A draft of a source out of the newest file that fits, in the folder that the administrator names."""
    made = Source(kind=SourceKind.FOLDER, pattern=safe(pattern.strip()), created_at=now)
    return _draft(made, re.sub(r"[*?\[\]]+", "", pattern.rpartition("/")[2].rpartition(".")[0]).strip("-_ ") or pattern)


def from_table(connection: Connection, schema: str, table: str, *, now: datetime) -> Source:
    """A draft of a source out of one of the tables that the database offers. Any other is refused."""
    offered = places.database[connection.kind](connection).tables()
    if places.Table(schema, table) not in offered:
        raise Refused(_("This table is not among those the database offers."))
    made = Source(kind=SourceKind.TABLE, connection=connection, schema=schema, table=table, created_at=now)
    return _draft(made, table)


def choose(
    source: Source,
    *,
    names: Mapping[str, str],
    identities: Sequence[matching.By],
    columns: Sequence[Wanted],
    now: datetime,
    by: User | None = None,
    into: Recorder | None = None,
    is_noted: bool = True,
) -> Refresh | None:
    """Settle what the source is called, by what people are known, and what is taken. A column that something asks for
    stays, with its kind. A source in use is refreshed, and the refresh is returned."""
    _refuse_incomplete(names, identities, columns)
    kept = {column.key: column for column in source.columns.all()}
    wanted = [(one, _kept(one, kept)) for one in columns]
    staying = {column.pk for _one, column in wanted if column}
    _refuse_uses(source, [column for column in kept.values() if column.pk not in staying])
    other = [column for one, column in wanted if column and column.kind != one.kind]
    _refuse_uses(source, other)
    before = noting.plain(source)
    with transaction.atomic():
        source.names = {language: cleaned(name)[:80] for language, name in names.items() if name.strip()}
        source.identities = [{"heading": one.heading, "kind": one.kind, "system": one.system} for one in identities]
        if source.live_at is None:
            source.key = free_key(str(source), Source.objects.exclude(pk=source.pk).values_list("key", flat=True))
        source.save(update_fields=["names", "identities", "key"])
        source.columns.exclude(pk__in=staying).delete()
        _put_columns(source, wanted)
        if is_noted:
            noting.note(source, before, by=by, now=now, into=into)
        begun = beginning.begin(source, cause=Cause.HAND, by=by, now=now) if source.live_at else None
    sources.forget_remembered()
    return begun


def put_in_use(source: Source, *, by: User | None, now: datetime) -> Refresh:
    """What was a draft is a source from now on: conditions may ask for it, and it is read for the first time."""
    if not source.columns.exists() or not source.identities:
        raise Refused(_("Say by which column people are known, and take at least one column."))
    with transaction.atomic():
        if not Source.objects.filter(pk=source.pk, live_at=None, archived_at=None).update(live_at=now):
            raise Refused(_("This source is in use already."))
        source.refresh_from_db()
        Source.objects.filter(pk=source.pk).update(next_at=rhythms.after(source, now))
        begun = beginning.begin(source, cause=Cause.FIRST, by=by, now=now)
    sources.forget_remembered()
    return begun


@transaction.atomic
def set_rhythm(
    source: Source,
    *,
    rhythm: str,
    at: time | None,
    weekday: int | None,
    now: datetime,
    by: User | None = None,
    into: Recorder | None = None,
) -> None:
    """When the source is refreshed by itself."""
    before = noting.plain(source)
    put_rhythm(source, rhythm=rhythm, at=at, weekday=weekday, now=now)
    noting.note(source, before, by=by, now=now, into=into)


def put_rhythm(source: Source, *, rhythm: str, at: time | None, weekday: int | None, now: datetime) -> None:
    """Store it."""
    source.rhythm, source.at, source.weekday = Rhythm(rhythm), at, weekday
    source.next_at = rhythms.after(source, now) if source.live_at else None
    source.save(update_fields=["rhythm", "at", "weekday", "next_at"])


def archive(source: Source, *, now: datetime) -> None:
    """Nobody asks for the source any more, and its rows are gone from the facts; what it is stays, to be taken back.

    Refused while something asks for it.
    """
    found = uses.of(source)
    if found:
        names = ", ".join(f"{use.what} “{use.name}”" for use in found[:5])
        raise Refused(_("This source is still asked for: {names}. Change that first.").format(names=names))
    with transaction.atomic():
        nothing = {"generation": 0, "people": 0, "taken_at": None, "next_at": None, "trouble": "", "troubled_at": None}
        if not Source.objects.kept().filter(pk=source.pk).update(archived_at=now, **nothing):
            raise Refused(_("This source is archived already."))
    sources.forget_remembered()
    refreshing.clear(source)


def restore(source: Source, *, by: User | None, now: datetime) -> Refresh | None:
    """The source is in use again, and is read anew."""
    if not Source.objects.filter(pk=source.pk).exclude(archived_at=None).update(archived_at=None):
        raise Refused(_("This source is not archived."))
    source.refresh_from_db()
    sources.forget_remembered()
    if source.live_at is None:
        return None
    Source.objects.filter(pk=source.pk).update(next_at=rhythms.after(source, now))
    return beginning.begin(source, cause=Cause.HAND, by=by, now=now)


def discard(source: Source) -> None:
    """A draft and its file are gone."""
    if source.live_at is not None:
        raise Refused(_("This source is in use. Archive it instead."))
    drop_file(source)
    source.delete()


def free_key(name: str, taken: Collection[str]) -> str:
    """A key made of a name: Punkty klubu is punkty_klubu."""
    plain = re.sub(r"[^a-z0-9]+", "_", folded(name)).strip("_")[:50] or "x"
    first = plain if plain[0].isalpha() else f"c_{plain}"
    others = set(taken)
    return next(one for one in (first, *(f"{first}_{n}" for n in range(2, len(others) + 3))) if one not in others)


def _draft(made: Source, name: str) -> Source:
    """What we think the table is, before anybody says."""
    seen = places.of(made).seen(SAMPLED)
    if not seen.headings:
        raise Refused(_("This table has no columns."))
    made.headings = seen.headings
    made.names = {"pl": guessing.label(name), "en": ""}
    made.key = free_key(name, Source.objects.values_list("key", flat=True))
    made.identities = guessing.identities(seen)
    naming = {one["heading"] for one in made.identities}
    kinds = guessing.kinds(seen)
    with transaction.atomic():
        made.save()
        wanted = [
            (Wanted(heading, kinds[heading], {"pl": guessing.label(heading)}), None)
            for heading in seen.headings
            if heading not in naming
        ]
        _put_columns(made, wanted[:MOST_COLUMNS])
    return made


def _keep(source: Source, file: BinaryIO, name: str, size: int, now: datetime) -> None:
    if size > LARGEST:
        raise Refused(_("This file is larger than 500 MB. Leave it in the folder for external data instead."))
    file.seek(0)
    path = f"external/{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    try:
        source.file.name = default_storage.save(path, File(file))
    except OSError as error:
        default_storage.delete(path)
        if not disk.is_full(error):
            raise
        raise Refused(_("The disk of the server is full. Nothing was loaded.")) from error
    source.file_name = cleaned(name).replace("\n", " ")[-200:] or "?"


def _put_columns(source: Source, wanted: Sequence[tuple[Wanted, Column | None]]) -> None:
    taken = set(source.columns.values_list("key", flat=True))
    for position, (one, column) in enumerate(wanted):
        labels = {language: cleaned(label)[:80] for language, label in one.labels.items() if label.strip()}
        if column is None:
            name = next(iter(labels.values()), one.heading)
            column = Column(source=source, key=one.was if one.was and one.was not in taken else free_key(name, taken))
            taken.add(column.key)
        column.position, column.heading, column.kind = position, one.heading, one.kind
        column.currency, column.labels = one.currency, labels
        column.save()


def _kept(one: Wanted, kept: Mapping[str, Column]) -> Column | None:
    """The column that this one goes on with: the one it says, or the one of its heading."""
    return kept.get(one.was) or next((column for column in kept.values() if column.heading == one.heading), None)


def _refuse_incomplete(names: Mapping[str, str], identities: Sequence[matching.By], columns: Sequence[Wanted]) -> None:
    if not any(name.strip() for name in names.values()):
        raise Refused(_("Give the source a name."), field="names")
    if not identities:
        raise Refused(_("Say by which column people are known."), field="identities")
    if not columns:
        raise Refused(_("Take at least one column."), field="columns")
    if len(columns) > MOST_COLUMNS:
        raise Refused(_("Take at most {number} columns.").format(number=MOST_COLUMNS), field="columns")
    if any(one.kind not in sources.KINDS for one in columns):
        raise Refused(_("A column is of a kind that there is not."), field="columns")


def _refuse_uses(source: Source, columns: Sequence[Column]) -> None:
    if source.live_at is None:
        return
    for column in columns:
        found = uses.of(source, column.key)
        if found:
            names = ", ".join(f"{use.what} “{use.name}”" for use in found[:5])
            sentence = _("The column “{column}” is still asked for: {names}. It stays as it is.")
            raise Refused(sentence.format(column=column, names=names), field="columns")
