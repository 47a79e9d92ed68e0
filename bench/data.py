"""A base of any size, the same every time: contacts in the records, events in the facts.

Events are made inside ClickHouse from row numbers and hashes, so 20 million take a minute and need no input.
`NOW` is a constant: "the last 90 days" selects the same rows for ever.
"""

import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = "Anna Piotr Ewa Jan Maria Tomasz Łucja Marcin Katarzyna Józef Zuzanna Michał Elżbieta Paweł Agnieszka".split()
LAST = "Nowak Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Żuk Mazur".split()
CITIES = "Warszawa Kraków Gdańsk Poznań Wrocław Łódź Gdynia Lublin Katowice Szczecin Toruń Białystok".split()
TAGS = "vip b2b hurt targi allegro reklamacja".split()
STAGES = "lead lead prospect customer customer customer dormant lost".split()
COLUMNS = (
    "id first_name last_name email phone job_title street postal_code city country language stage source"
    " attributes created_at changed_at name_key search_text version copied_version last_changes"
).split()

ORDER = """concat(
        ',"order_id":"', toString(number), '","currency":"PLN","channel":"', ['web', 'store', 'app'][1 + kind - 92],
        '","total":', toString(cityHash64(number, 5) % 900 + cityHash64(number, 8) % 300), '.5,"products":[',
        arrayStringConcat(arrayMap(line -> concat(
            '{"product_id":"p', toString(cityHash64(number, line) % 500), '","name":"Produkt ',
            toString(cityHash64(number, line) % 500), '","brand":"b', toString(cityHash64(number, line) % 30),
            '","category":"c', toString(cityHash64(number, line, 4) % 20), '"}'), [6, 7]), ','), ']')"""
LETTER = """concat(',"message":"m', toString(cityHash64(number, 9) % 50), '"')"""
PROFILE = "1 + toUInt64(pow((cityHash64(number, 3) % 1000000) / 1000000, 2) * {contacts:UInt64}) % {contacts:UInt64}"
ID = "reinterpretAsUUID(reverse(concat(reinterpretAsFixedString({0}), reinterpretAsFixedString(cityHash64({0})))))"
AT = "toDateTime64({now:DateTime64(3)}, 3, 'UTC') - toIntervalSecond(cityHash64(number, 2) % (400 * 86400))"
ROWS = "(SELECT number, cityHash64(number, 1) % 100 AS kind FROM numbers({start:UInt64}, {count:UInt64}))"
EVENTS = f"""
INSERT INTO event
SELECT
    {ID.format("number")},
    multiIf(kind < 46, 'Page Viewed', kind < 70, 'Product Viewed', kind < 76, 'Product Added', kind < 89,
            'Email Opened', kind < 92, 'Email Link Clicked', kind < 95, 'Order Completed', 'Signed In') AS name,
    {AT} AS at,
    at,
    {PROFILE},
    if(kind BETWEEN 76 AND 91, 'email', 'web'),
    'bench',
    concat('{{"category":"c', toString(cityHash64(number, 4) % 20), '","price":', toString(cityHash64(number, 5) % 900),
           ',"product_id":"p', toString(cityHash64(number, 6) % 500), '"',
           multiIf(name = 'Order Completed', {ORDER}, kind BETWEEN 76 AND 91, {LETTER}, ''),
           '}}')::JSON(max_dynamic_paths = 256),
    '{{}}'::JSON(max_dynamic_paths = 64)
FROM {ROWS}
"""
# One order of fifty is cancelled a day later.
CANCELLED = f"""
INSERT INTO event
SELECT
    {ID.format("bitNot(number)")}, 'Order Cancelled', {AT} + toIntervalDay(1) AS at, at, {PROFILE}, 'web', 'bench',
    concat('{{"order_id":"', toString(number), '"}}')::JSON(max_dynamic_paths = 256),
    '{{}}'::JSON(max_dynamic_paths = 64)
FROM {ROWS}
WHERE kind BETWEEN 92 AND 94 AND cityHash64(number, 10) % 50 = 0
"""


def people(count: int) -> Iterator[dict[str, Any]]:
    """Contacts as rows of the records; every detail follows from the number."""
    from relacja.contacts import rules

    dice = random.Random(7)
    for number in range(1, count + 1):
        first, last, city = dice.choice(FIRST), dice.choice(LAST), dice.choice(CITIES)
        email = f"{first}.{last}{number}@poczta.example".lower().translate(str.maketrans("łóżźćńśąę", "lozzcnsae"))
        phone = f"+48{dice.randrange(500_000_000, 899_999_999)}"
        created = NOW - timedelta(seconds=dice.randrange(1460 * 86_400))
        yield {
            "id": number, "first_name": first, "last_name": last, "email": email, "phone": phone, "job_title": "",
            "street": "", "postal_code": "", "city": city, "country": "PL", "language": "pl",
            "stage": dice.choice(STAGES), "source": "bench", "attributes": "{}",
            "created_at": created.strftime("%Y-%m-%d %H:%M:%S"), "changed_at": created.strftime("%Y-%m-%d %H:%M:%S"),
            "name_key": rules.name_key(first, last, email),
            "search_text": rules.search_text(first_name=first, last_name=last, email=email, phone=phone, company=""),
            "version": 1, "copied_version": 1, "last_changes": "{}",
        }  # fmt: skip


def fill(records: Path, *, contacts: int, events: int) -> None:
    """Fill a migrated SQLite and the facts opened in this process."""
    from relacja.clickhouse import facts

    started = time.perf_counter()
    db = sqlite3.connect(records)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=OFF")
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _sql in triggers:
        db.execute(f"DROP TRIGGER {name}")
    places = ", ".join("?" * len(COLUMNS))
    statement = f"INSERT INTO contacts_contact ({', '.join(COLUMNS)}) VALUES ({places})"
    for block in _blocks(people(contacts), 20_000):
        db.executemany(statement, [[row[column] for column in COLUMNS] for row in block])
        db.executemany(
            "INSERT INTO contacts_identity (kind, value, contact_id, since) VALUES ('email', ?, ?, ?)",
            [(row["email"], row["id"], row["created_at"]) for row in block],
        )
        db.commit()
        facts.insert_json("contact", b"\n".join(msgspec.json.encode(_flat(row)) for row in block))
    db.execute("INSERT INTO contacts_search(contacts_search) VALUES ('rebuild')")
    for _name, sql in triggers:
        db.execute(sql)
    db.execute("ANALYZE")
    db.commit()
    db.close()
    print(f"  {contacts:,} contacts in {time.perf_counter() - started:.0f} s", flush=True)
    started = time.perf_counter()
    for start in range(0, events, 1_000_000):
        count = min(1_000_000, events - start)
        given = {"now": NOW.replace(tzinfo=None), "contacts": contacts, "start": start, "count": count}
        facts.command(EVENTS, given)
        facts.command(CANCELLED, given)
    # Months that are over are one part each, as they are in an installation after a few hours.
    for table in ("contact", "event"):
        facts.command(f"OPTIMIZE TABLE {table} FINAL")
    print(f"  {events:,} events in {time.perf_counter() - started:.0f} s", flush=True)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"], "email": row["email"], "first_name": row["first_name"], "last_name": row["last_name"],
        "name": f"{row['first_name']} {row['last_name']}", "phone": row["phone"], "city": row["city"], "country": "PL",
        "company": "", "owner_id": 0, "stage": row["stage"], "created_at": row["created_at"],
        "attributes": {**_known(row["id"]), "source": "bench", "language": "pl"}, "version": 1, "is_deleted": 0,
    }  # fmt: skip


def _known(number: int) -> dict[str, Any]:
    """What else is known of somebody: seven of ten agreed, six of eight have points, one of five has tags."""
    known: dict[str, Any] = {"consent": {"newsletter": {"email": "given"}}} if number % 10 < 7 else {}
    if number % 8 < 6:
        known |= {"points": number * 7919 % 1000, "size": "SMLX"[number * 31 % 4].replace("X", "XL")}
    if number % 5 == 0:
        known["tags"] = [TAGS[number * 17 % 6], TAGS[number * 29 % 6]]
    return known


def _blocks(rows: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    block: list[dict[str, Any]] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block
