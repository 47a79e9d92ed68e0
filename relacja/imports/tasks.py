"""The work of imports. Each loads and calls one action, and is safe to run twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relacja.imports import actions
from relacja.imports.actions.running import fail
from relacja.imports.models import Import, Refusal, State
from relacja.jobs import apart, runner
from relacja.jobs.work import task
from relacja.lib import disk, live
from relacja.staff.models import User

LEASE = timedelta(minutes=2)
KEPT_FOR = timedelta(days=30)


@task(label=_("Check an import"), lease=LEASE)
def check(*, import_id: int) -> None:
    """Foretell what the import would do."""
    _apart(check_here, import_id)


@task(label=_("Import a file"), lease=LEASE)
def run(*, import_id: int) -> None:
    """Handle the rows that are left."""
    _apart(run_here, import_id)


@task(label=_("Take an import back"), lease=timedelta(minutes=30))
def undo(*, import_id: int) -> None:
    """Put back what the import did."""
    _work(import_id, State.UNDOING, actions.undo)


@task(label=_("Mend rows of an import"), lease=timedelta(minutes=30))
def mend_alike(*, import_id: int, refusal_id: int, text: str, user_id: int) -> None:
    """Put a text into every row that is refused for the same reason as this one, and try them again."""
    one = Import.objects.filter(pk=import_id).select_related("by", "api_key").first()
    refusal = Refusal.objects.filter(pk=refusal_id, of=one).first()
    if one is not None and refusal is not None:
        actions.mend_alike(one, refusal, text, by=User.objects.filter(pk=user_id).first(), now=_now())
        live.publish(f"import:{import_id}")


@task(label=_("Let go of old import files"))
def forget_rows() -> None:
    """An import can be taken back for 30 days. After that its numbers stay; its file and its rows do not."""
    actions.forget_rows(before=_now() - KEPT_FOR)


def check_here(*, import_id: int) -> None:
    """Foretell, in this process."""
    _work(import_id, State.CHECKING, actions.check)


def run_here(*, import_id: int) -> None:
    """Handle the rows, in this process."""
    _work(import_id, State.RUNNING, partial(actions.run, clock=_now))


def _apart(work: Callable[..., None], import_id: int) -> None:
    """A file of a million rows is reckoned beside the server; pages are told from here how far it is."""
    for _second in apart.perform(work, import_id=import_id):
        if one := Import.objects.filter(pk=import_id).first():
            runner.progress(max(1, one.percent))
            live.publish(f"import:{import_id}")
    live.publish(f"import:{import_id}")


def _work(import_id: int, state: State, act: Callable[..., Any]) -> None:
    one = Import.objects.filter(pk=import_id, state=state).select_related("by", "api_key").first()
    if one is None:
        return
    try:
        act(one, now=_now())
    except Exception as error:  # it is raised again: whoever looks at the import sees that it stands still, and why
        full = str(_("The disk is full. Make room, then let it go on."))
        fail(one, full if disk.is_full(error) else str(error) or repr(error))
        raise


def _now() -> datetime:
    return timezone.now()
