"""Tables and views of a ClickHouse, read in blocks by a client that may only read."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from django.utils.translation import gettext as _

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

LIMITS = {"readonly": 2, "max_execution_time": SECONDS, "max_block_size": 10_000}
HIDDEN = ("system", "information_schema", "INFORMATION_SCHEMA")


class ClickHouse:
    def __init__(self, connection: Connection) -> None:
        self._to = connection

    def tables(self) -> list[Table]:
        statement = (
            "SELECT database, name FROM system.tables WHERE NOT is_temporary"
            " AND database NOT IN {hidden:Array(String)} ORDER BY 1, 2 LIMIT 2000"
        )
        with self.opened() as client:
            found = client.query(statement, parameters={"hidden": list(HIDDEN)}, settings=limits(client))
            return [Table(*row) for row in found.result_rows]

    def table(self, schema: str, name: str) -> "ClickHouseTable":
        return ClickHouseTable(self, Table(schema, name))

    @contextmanager
    def opened(self) -> Iterator[Client]:
        """A client for some questions; what goes wrong outside becomes `Unavailable`."""
        try:
            with closing(
                clickhouse_connect.get_client(
                    host=self._to.host,
                    port=self._to.port,
                    username=self._to.user,
                    password=sealing.unseal(self._to.sealed) if self._to.sealed else "",
                    database=self._to.database or "default",
                    secure=self._to.is_encrypted,
                    connect_timeout=CONNECTING_SECONDS,
                    send_receive_timeout=SECONDS,
                    autogenerate_session_id=False,
                )
            ) as client:
                yield client
        except ClickHouseError as error:
            raise _said(error) from error
        except OSError as error:
            raise Unavailable(_("The database did not let us read: {reason}").format(reason=error)) from error


class ClickHouseTable:
    """One table. Its name and those of its columns go into statements quoted, never as they are."""

    def __init__(self, database: ClickHouse, table: Table) -> None:
        self._database, self._table = database, table
        self.said = str(table)

    def seen(self, count: int = SHOWN) -> Seen:
        with self._database.opened() as client:
            headings = self._headings(client)
            found = client.query(self._statement(headings, count), settings=limits(client))
            return Seen(headings, [list(row) for row in found.result_rows])

    def rows(self, headings: Sequence[str]) -> Iterator[Row]:
        until, number = time.monotonic() + SECONDS, 0
        with self._database.opened() as client:
            places_of(headings, self._headings(client))
            statement = self._statement(headings, MOST_ROWS + 1)
            with client.query_row_block_stream(statement, settings=limits(client)) as blocks:
                for block in blocks:
                    for cells in block:
                        number += 1
                        yield Row(number, [cell or "" for cell in cells])
                    if time.monotonic() > until:
                        raise too_slow()

    def _headings(self, client: Client) -> list[str]:
        statement = (
            "SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String}"
            " ORDER BY position LIMIT 300"
        )
        names = {"database": self._table.schema, "table": self._table.name}
        found = [row[0] for row in client.query(statement, parameters=names, settings=limits(client)).result_rows]
        if not found:
            sentence = _("The table {table} is not there, or its user may not read it.")
            raise Gone(sentence.format(table=self._table))
        return found

    def _statement(self, headings: Sequence[str], limit: int) -> str:
        columns = ", ".join(f"toString({_quoted(heading)})" for heading in headings)
        table = f"{_quoted(self._table.schema)}.{_quoted(self._table.name)}"
        return f"SELECT {columns} FROM {table} LIMIT {int(limit)}"  # noqa: S608


def _quoted(name: str) -> str:
    """An identifier. The client's own way for parameters of this kind escapes a backtick twice."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def limits(client: Client) -> dict[str, Any]:
    """What every question is held to; a user who may change no setting is held to what the server says."""
    known = client.server_settings
    return {name: value for name, value in LIMITS.items() if not (name in known and known[name].readonly)}


def _said(error: ClickHouseError) -> Unavailable:
    text = str(error).strip()
    if "TIMEOUT_EXCEEDED" in text:
        return too_slow()
    return Unavailable(_("The database did not let us read: {reason}").format(reason=text.splitlines()[0][:300]))
