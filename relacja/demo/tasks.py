"""Demonstration data comes and goes in the background."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relacja.demo import actions, queries
from relacja.demo.models import Mark
from relacja.jobs.work import later, task


@task(label=_("Load demo data"), lease=timedelta(minutes=15))
def load() -> None:
    """Load the data; there already, it stays as it is."""
    if not Mark.objects.exists():
        actions.load(now=timezone.now())


@task(label=_("Remove demo data"), lease=timedelta(minutes=15))
def remove() -> None:
    """Remove the data, once the facts have read what was loaded: they must not write down what was just forgotten."""
    if queries.is_in_the_facts():
        actions.remove()
    else:
        later(remove, run_at=timezone.now() + timedelta(seconds=5))
