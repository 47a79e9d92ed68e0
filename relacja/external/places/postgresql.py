"""Tables and views of a PostgreSQL, read through a cursor in a transaction that can write nothing."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from relacja.external import sealing
from relacja.external.models import Connection
from relacja.external.places.place import (
    CONNECTING_SECONDS,
    MOST_ROWS,
    SECONDS,
    SHOWN,
    Gone,
    Seen,
    Table,
    places_of,
    too_slow,
)
from relacja.imports.reading import Row
from relacja.lib.errors import Unavailable

AT_ONCE = 5_000
TABLES = """
    SELECT space.nspname, class.relname
    FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
    WHERE class.relkind IN ('r', 'v', 'm', 'p', 'f') AND space.nspname NOT IN ('pg_catalog', 'information_schema')
        AND space.nspname NOT LIKE 'pg\\_%%' AND has_schema_privilege(space.oid, 'USAGE')
        AND has_table_privilege(class.oid, 'SELECT')
    ORDER BY 1, 2 LIMIT 2000
"""
COLUMNS = """
    SELECT attribute.attname
    FROM pg_catalog.pg_attribute AS attribute
    JOIN pg_catalog.pg_class AS class ON class.oid = attribute.attrelid
    JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
    WHERE space.nspname = %s AND class.relname = %s AND attribute.attnum > 0 AND NOT attribute.attisdropped
    ORDER BY attribute.attnum LIMIT 300
"""


class PostgreSQL:
    def __init__(self, connection: Connection) -> None:
        self._to = connection

    def tables(self) -> list[Table]:
        with self.opened() as open_one:
            return [Table(*row) for row in open_one.execute(TABLES)]

    def table(self, schema: str, name: str) -> "PostgreSQLTable":
        return PostgreSQLTable(self, Table(schema, name))

    @contextmanager
    def opened(self) -> "Iterator[psycopg.Connection[Any]]":
        """A connection that reads and is cut off in time; what goes wrong outside becomes `Unavailable`."""
        limits = f"-c default_transaction_read_only=on -c statement_timeout={SECONDS * 1000} -c datestyle=ISO"
        try:
            with psycopg.connect(
                host=self._to.host,
                port=self._to.port,
                dbname=self._to.database,
                user=self._to.user,
                password=sealing.unseal(self._to.sealed) if self._to.sealed else None,
                sslmode="require" if self._to.is_encrypted else "prefer",
                connect_timeout=CONNECTING_SECONDS,
                application_name="Relacja",
                options=limits,
            ) as open_one:
                yield open_one
        except psycopg.errors.QueryCanceled as error:
            raise too_slow() from error
        except psycopg.Error as error:
            raise _said(error) from error


class PostgreSQLTable:
    """One table. Its name and those of its columns go into statements quoted by the driver, never as they are."""

    def __init__(self, database: PostgreSQL, table: Table) -> None:
        self._database, self._table = database, table
        self.said = str(table)

    def seen(self, count: int = SHOWN) -> Seen:
        with self._database.opened() as open_one:
            headings = self._headings(open_one)
            statement = self._statement(headings, count)
            return Seen(headings, [list(row) for row in open_one.execute(statement)])

    def rows(self, headings: Sequence[str]) -> Iterator[Row]:
        until = time.monotonic() + SECONDS
        with self._database.opened() as open_one:
            places_of(headings, self._headings(open_one))
            with open_one.cursor(name="relacja") as cursor:
                cursor.itersize = AT_ONCE
                for number, cells in enumerate(cursor.execute(self._statement(headings, MOST_ROWS + 1)), start=1):
                    yield Row(number, [cell or "" for cell in cells])
                    if not number % AT_ONCE and time.monotonic() > until:
                        raise too_slow()

    def _headings(self, open_one: "psycopg.Connection[Any]") -> list[str]:
        found = [row[0] for row in open_one.execute(COLUMNS, [self._table.schema, self._table.name])]
        if not found:
            sentence = _("The table {table} is not there, or its user may not read it.")
            raise Gone(sentence.format(table=self._table))
        return found

    def _statement(self, headings: Sequence[str], limit: int) -> sql.Composed:
        columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(one)) for one in headings)
        table = sql.Identifier(self._table.schema, self._table.name)
        return sql.SQL("SELECT {} FROM {} LIMIT {}").format(columns, table, sql.Literal(limit))


def _said(error: psycopg.Error) -> Unavailable:
    """What went wrong, in one line: psycopg tells of every address it tried."""
    text = str(error).strip()
    reason = text.splitlines()[0].removeprefix("FATAL:").strip()[:300] if text else error.__class__.__name__
    return Unavailable(_("The database did not let us read: {reason}").format(reason=reason))
