"""Rows that are written and found so often that the same statement is not compiled anew for each; and one at a time."""

import zlib
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import NOT_PROVIDED

Row = TypeVar("Row", bound=models.Model)
Columns = tuple["models.Field[Any, Any]", ...]
Converters = list[Callable[[Any], Any]]
VALUES = 30_000  # in one statement; SQLite takes 32,766 where nobody said otherwise


def insert(row: Row) -> Row:
    """The row is stored and has its key, in the caller's transaction. A third of what `save()` costs (2026-11).

    For new rows only, and nobody hears of them: the house has no signals. What the database fills in by itself
    (`db_default`) is left to it and not read back.
    """
    columns, statement = _statement(type(row), connection.vendor)
    with connection.cursor() as cursor:
        values = [column.get_db_prep_save(column.pre_save(row, add=True), connection) for column in columns]
        cursor.execute(statement, values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias
    return row


def find(model: type[Row], **given: Any) -> Row | None:
    """The one row in which these columns hold these values, or None. A tenth of what `get()` costs (2026-11)."""
    columns, statement = _question(model, tuple(given), connection.vendor)
    fields = [model._meta.get_field(name) for name in given]
    values = [field.get_db_prep_value(value, connection) for field, value in zip(fields, given.values(), strict=True)]  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        return None
    found = [_converted(value, converters) for value, converters in zip(row, columns, strict=True)]
    return model.from_db(connection.alias, [column.attname for column in model._meta.concrete_fields], found)


def insert_many(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows of plain values, many in a statement. Constraints hold; `IntegrityError` says so."""
    quote = connection.ops.quote_name
    head = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608
    one = f"({', '.join(['%s'] * len(columns))})"
    most = VALUES // len(columns)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), most):
            part = rows[start : start + most]
            values = [value for row in part for value in row]
            cursor.execute(f"{head}{', '.join([one] * len(part))}", values)


def one_at_a_time(what: str) -> None:
    """Until the transaction ends nobody else does `what`. SQLite has one writer at a time as it is."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(what.encode())])


@cache
def _statement(model: type[models.Model], _vendor: str) -> tuple[Columns, str]:
    meta = model._meta
    columns = tuple(
        field
        for field in meta.concrete_fields
        if not field.primary_key and not field.generated and field.db_default is NOT_PROVIDED
    )
    names = ", ".join(_quoted(column) for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    return columns, (
        f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own models
        f" RETURNING {_quoted(meta.pk)}"
    )


@cache
def _question(model: type[models.Model], names: tuple[str, ...], _vendor: str) -> tuple[list[Converters], str]:
    """The converters of each column and the statement."""
    meta = model._meta
    converters: list[Converters] = []
    for column in meta.concrete_fields:
        as_read = column.get_col(meta.db_table)
        raw = [*connection.ops.get_db_converters(as_read), *column.get_db_converters(connection)]
        converters.append([partial(_convert, one, as_read) for one in raw])
    wanted = ", ".join(_quoted(column) for column in meta.concrete_fields)
    table = connection.ops.quote_name(meta.db_table)
    where = " AND ".join(f"{_quoted(meta.get_field(name))} = %s" for name in names)  # type: ignore[arg-type]
    return converters, f"SELECT {wanted} FROM {table} WHERE {where}"  # noqa: S608 - names of our own models


def _convert(converter: Callable[..., Any], expression: Any, value: Any) -> Any:
    return converter(value, expression, connection)


def _converted(value: Any, converters: Converters) -> Any:
    for convert in converters:
        value = convert(value)
    return value


def _quoted(field: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))
