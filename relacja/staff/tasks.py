"""Work on the history that takes longer than a click."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relacja.jobs.work import task
from relacja.staff import changes
from relacja.staff.models import ChangeSet, User

KEPT_FOR = timedelta(days=30)


@task(label=_("Take changes back"))
def undo(*, change_set_id: int, by_id: int) -> None:
    """Take a set back. One that the history has let go of meanwhile is not an error."""
    change_set = ChangeSet.objects.filter(pk=change_set_id).first()
    by = User.objects.filter(pk=by_id).first()
    if change_set is not None:
        changes.undo(change_set, by=by, now=timezone.now())


@task(label=_("Let go of old changes"))
def forget_changes() -> None:
    """What was changed can be taken back for 30 days."""
    changes.purge(before=timezone.now() - KEPT_FOR)
