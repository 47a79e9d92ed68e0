"""External data out of a live PostgreSQL, and out of a stand-in for ClickHouse."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from relacja.external import actions, places, queries, sources
from relacja.external.matching import By
from relacja.external.models import Connection, State
from relacja.external.places import postgresql
from relacja.external.tests.making import make_contact, work
from relacja.lib.errors import Refused, Unavailable
from tests.processes import Installation, free_port

DATABASE = os.environ.get("TEST_DATABASE_URL", "")
pytestmark = pytest.mark.scaled
needs_postgresql = pytest.mark.skipif(not DATABASE, reason="NOT TESTED: PostgreSQL is missing (run: make test)")
SCHEMA, TABLE = 'till "s', "points; DROP TABLE x --`"
COLUMNS = ["e-mail", 'points "of" club', "since`", "{p0:String}", "%s"]


@pytest.fixture
def there(db):
    """A PostgreSQL of somebody else, with a table of a hostile name and a view that never ends."""
    with psycopg.connect(DATABASE, autocommit=True) as door:
        door.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA)))
        door.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
        names = [sql.Identifier(one) for one in COLUMNS]
        kinds = [sql.SQL(one) for one in ("text", "numeric(10,2)", "timestamptz", "boolean", "jsonb")]
        columns = sql.SQL(", ").join(sql.SQL("{} {}").format(*pair) for pair in zip(names, kinds, strict=True))
        table = sql.Identifier(SCHEMA, TABLE)
        door.execute(sql.SQL("CREATE TABLE {} ({})").format(table, columns))
        insert = sql.SQL("INSERT INTO {} VALUES (%s, %s, %s, %s, NULL)").format(table)
        door.execute(insert, ["anna@zolc.example", "120.50", "2026-10-20 12:00:00+02", True])
        door.execute(insert, ["nobody@x.example", None, None, None])
        slow = sql.Identifier(SCHEMA, "slow")
        door.execute(sql.SQL("CREATE VIEW {} AS SELECT 'a@b.example' AS email, pg_sleep(60)::text AS x").format(slow))
        yield door
        door.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(SCHEMA)))


def connected(now, **other) -> Connection:
    parts = urlsplit(DATABASE)
    given = {
        "name": "Till",
        "host": parts.hostname or "",
        "port": parts.port or 5432,
        "database": parts.path.lstrip("/"),
        "user": parts.username or "",
        "is_encrypted": False,
    }
    return actions.connect(kind="postgresql", password=parts.password or "x", now=now, **{**given, **other})


def in_use(connection: Connection, schema: str, table: str, wanted: dict[str, str], *, email: str, now):
    source = actions.from_table(connection, schema, table, now=now)
    columns = [actions.Wanted(heading, kind, {"pl": heading}) for heading, kind in wanted.items()]
    actions.choose(source, names={"pl": "Till"}, identities=[By(email, "email")], columns=columns, now=now)
    refresh = work(actions.put_in_use(source, by=None, now=now), is_fine=None)
    source.refresh_from_db()
    return source, refresh


@needs_postgresql
def test_a_table_of_a_hostile_name_is_read(facts, there, now):
    anna = make_contact(now)
    connection = connected(now)
    wanted = {COLUMNS[1]: "money", COLUMNS[2]: "date", COLUMNS[3]: "yes_no"}

    _source, refresh = in_use(connection, SCHEMA, TABLE, wanted, email=COLUMNS[0], now=now)

    assert refresh.error == ""
    assert (refresh.rows, refresh.people, refresh.strangers) == (2, 1, 1)
    assert [said for _label, said in queries.held([anna.pk])[anna.pk]["till"].shown] == [
        "120,50\xa0zł",
        "20 paź 2026",
        "tak",
    ]


@needs_postgresql
def test_only_what_the_database_offers_is_read_and_nothing_is_written(there, now):
    connection = connected(now)

    for name in ("nothing", "pg_shadow", 'x" UNION SELECT 1 --'):
        with pytest.raises(Refused):
            actions.from_table(connection, SCHEMA, name, now=now)
    with pytest.raises(Unavailable, match="read-only"), postgresql.PostgreSQL(connection).opened() as door:
        door.execute("CREATE TABLE stolen (x int)")


@needs_postgresql
def test_a_table_that_does_not_come_in_time_is_said(there, now, monkeypatch):
    monkeypatch.setattr(postgresql, "SECONDS", 1)

    with pytest.raises(Unavailable) as failure:
        places.database["postgresql"](connected(now)).table(SCHEMA, "slow").seen()

    assert failure.value.permanent


@needs_postgresql
def test_a_column_that_was_renamed_over_there_is_said(facts, there, now):
    make_contact(now)
    source, _refresh = in_use(connected(now), SCHEMA, TABLE, {COLUMNS[1]: "money"}, email=COLUMNS[0], now=now)
    table, before = sql.Identifier(SCHEMA, TABLE), sql.Identifier(COLUMNS[1])
    there.execute(sql.SQL("ALTER TABLE {} RENAME COLUMN {} TO other").format(table, before))

    failed = work(actions.begin(source, cause="hand", now=now), is_fine=None)

    assert failed.state == State.FAILED
    assert COLUMNS[1] in failed.error


@needs_postgresql
@pytest.mark.parametrize("other", [{"port": 1}, {"user": "nobody"}, {"database": "none"}])
def test_a_database_that_does_not_answer_says_why_without_its_password(as_alice, there, now, other):
    connection = connected(now, **other)

    response = as_alice.post(f"/settings/external/connections/{connection.pk}/trial/", follow=True)

    assert "Baza danych nie pozwoliła" in response.text
    assert "hunter2" not in response.text


def test_a_password_is_kept_encrypted_and_sent_nowhere_else(db, now, settings):
    given = {"name": "Till", "host": "db.example", "port": 5432, "database": "x", "user": "u", "is_encrypted": False}
    connection = actions.connect(kind="postgresql", password="hunter2", now=now, **given)
    from relacja.external import sealing

    assert "hunter2" not in connection.sealed
    assert sealing.unseal(connection.sealed) == "hunter2"
    with pytest.raises(Refused):
        actions.change_connection(connection, password="", **{**given, "host": "evil.example"})
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert sealing.unseal(connection.sealed) == "hunter2"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Refused):
        sealing.unseal(connection.sealed)


@pytest.mark.slow
def test_a_table_of_clickhouse_is_read(facts, now, tmp_path: Path):
    anna = make_contact(now)
    port = free_port()
    with Installation(tmp_path / "home") as installation:
        installation.clickhouse(port=port, path=tmp_path / "store")
        connection = actions.connect(
            kind="clickhouse", password="", now=now,
            name="Lake", host="127.0.0.1", port=port, database="default", user="default", is_encrypted=False,
        )  # fmt: skip
        with places.database["clickhouse"](connection).opened() as client:
            client.command(
                "CREATE TABLE `lo``y \\ x` (email Nullable(String), `po``int.s` Decimal(10, 2), since DateTime('UTC'),"
                " x Array(UInt8)) ENGINE = MergeTree ORDER BY since"
            )
            client.command(
                "INSERT INTO `lo``y \\ x` VALUES ('anna@zolc.example', 12.5, '2026-10-20 12:00:00', [1]),"
                " (NULL, 1, '2026-10-21 12:00:00', [])"
            )
        [table] = [one for one in actions.look(connection) if one.name.startswith("lo`y")]
        wanted = {"po`int.s": "number", "since": "date"}

        source, refresh = in_use(connection, table.schema, table.name, wanted, email="email", now=now)

        assert refresh.error == ""
        assert (refresh.rows, refresh.people, refresh.unnamed) == (2, 1, 1)
        assert [said for _label, said in queries.held([anna.pk])[anna.pk]["till"].shown] == ["12,5", "20 paź 2026"]
        gone = places.database["clickhouse"](connection).table("default", "none")
        with pytest.raises(Unavailable):
            gone.seen()
    sources.forget_remembered()
    failed = work(actions.begin(source, cause="hand", now=now), is_fine=None)
    assert failed.state == State.FAILED
    assert queries.held([anna.pk])[anna.pk]["till"]
