from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relacja.jobs.work import task
from relacja.places import actions
from relacja.places.models import Gazetteer


@task(label=_("Learn places"))
def read_in(*, gazetteer_id: int) -> None:
    """Read a list that somebody brought. One that was removed or is in force already is not an error."""
    found = Gazetteer.objects.filter(pk=gazetteer_id, loaded_at=None, problem="").first()
    if found is not None:
        actions.read_in(found, now=timezone.now())


@task(label=_("Learn the places that come with the program"))
def load_supplied() -> None:
    actions.load_supplied(now=timezone.now())
