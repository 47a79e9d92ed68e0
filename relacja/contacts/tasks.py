"""Work on contacts that takes longer than a request."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from relacja.contacts import deeds, exports, reach
from relacja.contacts.actions import document, merge, noticing, several, sweeping, viewing
from relacja.contacts.models import Batch, Progress, Sweep
from relacja.jobs import runner
from relacja.jobs.work import later, task
from relacja.staff import changes
from relacja.staff.changes import Note, Recorder
from relacja.staff.models import ChangeSet, User

A_MONTH = timedelta(days=30)


@task(label=_("Look through everybody for duplicates"), lease=timedelta(minutes=2))
def sweep(*, sweep_id: int) -> None:
    """Go on with a sweep to its end, or until somebody stops it."""
    found = Sweep.objects.filter(pk=sweep_id).first()
    while found is not None and sweeping.step(found, now=timezone.now()):
        runner.progress(found.percent)


@task(label=_("Merge the sure duplicates"), lease=timedelta(minutes=2))
def merge_sure(*, user_id: int, change_set_id: int) -> None:
    """Merge all of whom we are sure and whom nothing tells apart: one set of changes, taken back as one.

    Each merge is a transaction of its own. Whoever takes over after a kill goes on with those that are left.
    """
    user = User.objects.filter(pk=user_id).first()
    made = ChangeSet.objects.get(pk=change_set_id)
    after, merges = 0, 0
    while True:
        now = timezone.now()
        with transaction.atomic():
            noted = Recorder("contacts.merged", by=user, source="staff", now=now)
            after, merged = merge.merge_sure(after=after, by=user, now=now, into=noted)
            if merged is not None:
                notes = [Note(merged.pk, None, {"winner": merged.winner_id, "loser": merged.loser_id})]
                changes.note_many(made, merge.MERGE, notes)
        if not after:
            ChangeSet.objects.filter(pk=made.pk, count=0).delete()
            return
        merges += merged is not None
        runner.progress(min(99, merges))


@task(label=_("Look for duplicates from time to time"))
def sweep_now_and_then() -> None:
    """Look through everybody when nobody did for a month: what was loaded past the log is found as well."""
    now = timezone.now()
    if not Sweep.objects.filter(started_at__gt=now - A_MONTH).exists():
        begun = sweeping.begin(by=None, now=now)
        later(sweep, sweep_id=begun.pk)


@task(label=_("Change many people at once"), lease=timedelta(minutes=2))
def do_batch(*, batch_id: int) -> None:
    """Go on with a batch to its end, or until somebody stops it. An export begins its file anew."""
    found = Batch.objects.select_related("by").filter(pk=batch_id, state=Progress.RUNNING).first()
    if found is None:
        return
    try:
        with translation.override(found.by.language or None), reach.read_by(reach.owners(found.by)):
            _go_on(found)
    except Exception as error:  # it is raised again: whoever looks at the batch sees that it stands still, and why
        found.fail(str(error) or repr(error), at=timezone.now())
        raise


def _go_on(batch: Batch) -> None:
    if batch.doing == deeds.EXPORT:
        exports.run(batch, now=timezone.now(), say=runner.progress)
        return
    while several.step(batch, now=timezone.now()):
        runner.progress(batch.percent)


@task(label=_("Delete exported files whose time is over"))
def forget_exports() -> None:
    """Files of people are kept for a week."""
    exports.forget_old(now=timezone.now())


@task(label=_("Delete views of lists for good that were deleted a month ago"))
def forget_views() -> None:
    """A deleted view can be brought back for a month."""
    viewing.forget_removed(before=timezone.now() - A_MONTH)


@task(label=_("Forget which dates were written into the history long ago"))
def forget_noted() -> None:
    """What is past cannot come again."""
    noticing.forget_noted(now=timezone.now())


@task(label=_("Delete removed documents whose time is over"), lease=timedelta(hours=1))
def forget_documents() -> None:
    """What was removed is kept for 30 days; what an interrupted upload left behind, for one."""
    document.forget_removed(now=timezone.now())
