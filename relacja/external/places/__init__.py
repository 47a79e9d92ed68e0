"""Where tables of others lie, and how they are read: files, a folder, PostgreSQL, ClickHouse."""

from collections.abc import Callable

from relacja.external.models import Connection, ConnectionKind, Source, SourceKind
from relacja.external.places import clickhouse, files, folder, postgresql
from relacja.external.places.place import Database, Place, Seen, Table

__all__ = ["Database", "Place", "Seen", "Table", "database", "of"]

database: dict[str, Callable[[Connection], Database]] = {
    ConnectionKind.POSTGRESQL: postgresql.PostgreSQL,
    ConnectionKind.CLICKHOUSE: clickhouse.ClickHouse,
}


def of(source: Source) -> Place:
    """The place of a source. Raises `Refused` when there is nothing to read any more."""
    if source.kind == SourceKind.UPLOAD:
        return files.uploaded(source)
    if source.kind == SourceKind.FOLDER:
        return folder.newest(source.pattern)
    assert source.connection is not None
    return database[source.connection.kind](source.connection).table(source.schema, source.table)
