"""A trigram index over everything a contact is found by, kept by the database itself."""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE contacts_search USING fts5("
    "search_text, content='contacts_contact', content_rowid='id', tokenize='trigram', columnsize=0)",
    """CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts_contact BEGIN
        INSERT INTO contacts_search(rowid, search_text) VALUES (new.id, new.search_text); END""",
    """CREATE TRIGGER contacts_search_delete AFTER DELETE ON contacts_contact BEGIN
        INSERT INTO contacts_search(contacts_search, rowid, search_text)
        VALUES ('delete', old.id, old.search_text); END""",
    """CREATE TRIGGER contacts_search_update AFTER UPDATE OF search_text ON contacts_contact
        WHEN old.search_text IS NOT new.search_text BEGIN
        INSERT INTO contacts_search(contacts_search, rowid, search_text)
        VALUES ('delete', old.id, old.search_text);
        INSERT INTO contacts_search(rowid, search_text) VALUES (new.id, new.search_text); END""",
]
SQLITE_BACK = [
    "DROP TRIGGER contacts_search_insert",
    "DROP TRIGGER contacts_search_delete",
    "DROP TRIGGER contacts_search_update",
    "DROP TABLE contacts_search",
]
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX contacts_search ON contacts_contact USING gin (search_text gin_trgm_ops)",
]
POSTGRESQL_BACK = ["DROP INDEX contacts_search"]


def build(apps, schema_editor):
    """Build the index over what is there, and keep it from now on."""
    _run(schema_editor, [*SQLITE, "INSERT INTO contacts_search(contacts_search) VALUES ('rebuild')"], POSTGRESQL)


def drop(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


def _run(schema_editor, sqlite, postgresql):
    for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgresql:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]
    operations = [migrations.RunPython(build, drop)]
