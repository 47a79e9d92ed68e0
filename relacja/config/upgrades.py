"""Bringing an installation up to date: a copy first, then the migrations, then what every installation has."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from relacja.config import copies
from relacja.journeys import actions as journeys
from relacja.lib.errors import Refused
from relacja.messaging import actions as messaging
from relacja.segments import actions as segments
from relacja.web import sign_ups

log = logging.getLogger("relacja")


def bring_up_to_date() -> None:
    """Migrate if there is anything to migrate, with a backup taken before; make sure of what must exist."""
    waiting = pending_safely()
    if waiting:
        if not _is_empty():
            log.info("backup before the upgrade: %s", copies.backup_before_upgrade(now=timezone.now()))
        call_command("migrate", verbosity=0, interactive=False)
    ensure(now=timezone.now())


def pending() -> list[str]:
    """Names of migrations that were not applied yet."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def pending_safely() -> list[str]:
    """The same, as a refusal when the database cannot be opened."""
    try:
        return pending()
    except DatabaseError as error:
        reason = str(error).strip().split("\n")[0]
        raise Refused(
            _("The database of records cannot be opened: {reason}. Check DATABASE_URL.").format(
                reason=reason.rstrip(".")
            )
        ) from error


def refuse_old_records() -> None:
    """Several processes share the records: none of them migrates by itself."""
    if waiting := pending_safely():
        raise Refused(
            _("The records are not up to date, migrations waiting: {count}. Run: relacja migrate").format(
                count=len(waiting)
            )
        )


def ensure(*, now: datetime) -> None:
    """What every installation starts with. Adds what is missing, changes nothing that somebody made theirs."""
    with translation.override(settings.LANGUAGE_CODE):
        sign_ups.ensure_texts(now)
        messaging.ensure_ready_made(now)
        segments.ensure_ready_made(now=now)
        journeys.ensure_ready_made(now=now)


def _is_empty() -> bool:
    return "django_migrations" not in connections[DEFAULT_DB_ALIAS].introspection.table_names()
