"""Files and imports for tests."""

import hashlib
import io
import json
import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from relacja.imports import actions, queries
from relacja.imports.actions.checking import start_check
from relacja.imports.meaning import FILL
from relacja.imports.models import Import, State
from relacja.imports.world import Foretold

HEAD = ("Imię", "Nazwisko", "E-mail", "Telefon", "Miasto", "Firma")
TABLES = {
    "contacts_contact": "id, first_name, last_name, email, phone, company_id, job_title, street, postal_code, city,"
    " country, language, owner_id, stage, source, attributes, created_at, archived_at, name_key, search_text",
    "contacts_company": "id, name, name_key, vat_id, website, phone, street, postal_code, city, country, parent_id,"
    " owner_id, attributes, created_at, archived_at",
    "contacts_identity": "kind, value, contact_id",
    "contacts_consent": "contact_id, purpose, channel, act, entry_id",
    "contacts_consententry": "id, contact_id, act, source",
}


def table(*rows: Sequence[str], sign: str = ";") -> bytes:
    return "\n".join(sign.join(row) for row in rows).encode()


def make_import(
    content: bytes,
    now: datetime,
    *,
    by: Any = None,
    name: str = "klienci.csv",
    policies: dict[str, str] | None = None,
    **options: Any,
) -> Import:
    """An import with its guessed columns, whose policies and options may be others."""
    one = actions.receive(file=io.BytesIO(content), name=name, size=len(content), by=by, now=now)
    columns = [
        {**column, "policy": (policies or {}).get(column["target"], column["policy"] or FILL)} for column in one.columns
    ]
    given = {**one.options, **options}
    one.options = given
    actions.choose(one, columns=columns, options=queries.options_of(one), now=now)
    return one


def checked(one: Import, now: datetime) -> dict[str, Any]:
    """What the check foretells."""
    start_check(one)
    one.refresh_from_db()
    actions.check(one, now=now)
    one.refresh_from_db()
    assert one.state == State.CHECKED
    return one.forecast


def ran(one: Import, now: datetime) -> Import:
    """Checked, run to its end, and read again."""
    if one.state != State.CHECKED:
        checked(one, now)
    actions.start(one, now=now)
    one.refresh_from_db()
    actions.run(one, now=now)
    one.refresh_from_db()
    return one


def undone(one: Import, now: datetime) -> Import:
    actions.start_undo(one)
    one.refresh_from_db()
    actions.undo(one, now=now)
    one.refresh_from_db()
    return one


def counts(one: Any) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, refused; of an import or a forecast."""
    names = ("created", "updated", "unchanged", "refused")
    return tuple(one[name] if isinstance(one, dict) else getattr(one, name) for name in names)


def digest() -> dict[str, str]:
    """What stands in the records about people, table by table."""
    found = {}
    for name, columns in TABLES.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {name} ORDER BY {columns.split(',')[0]}, 2, 3")
            rows = sorted(json.dumps(row, default=str) for row in cursor.fetchall())
        found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def everything() -> str:
    """One digest of every table there is, but for imports themselves and jobs."""
    whole = hashlib.sha256()
    for name in sorted(connection.introspection.table_names()):
        if name.startswith(("imports_import", "jobs_", "django_", "contacts_search")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{name}"')
            whole.update("\n".join(sorted(repr(row) for row in cursor.fetchall())).encode())
    return whole.hexdigest()


def running_world(one):
    return Foretold(queries.records_of(one))


def mixed(number: int, *, seed: int = 3) -> bytes:
    """People new and known, twice, changed and broken."""
    dice = random.Random(seed)
    rows = [HEAD, ("Anna", "Żółć", "anna@zolc.example", "", "Nowe Miasto", "")]
    for _ in range(number):
        who = dice.randrange(number // 2)
        email = f"osoba{who}@x.example" if dice.random() > 0.01 else "zły adres"
        phone = f"6{dice.randrange(number * 3):08d}" if dice.random() < 0.5 else ""
        firm = f"Firma {dice.randrange(40)}" if dice.random() < 0.3 else ""
        rows.append((f"Imię{who}", "Nazwisko", email, phone, dice.choice(["Sopot", "Gdynia", "", "ŁÓDŹ"]), firm))
    return table(*rows)
