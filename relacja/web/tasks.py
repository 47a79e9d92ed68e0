from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relacja.jobs.work import task
from relacja.web import sign_ups
from relacja.web.models import Sighting, SignUp

KEPT_FOR = timedelta(days=90)


@task(label=_("Handle a sign-up"))
def sign_up(*, sign_up_id: int) -> None:
    """Handle one sign-up. One that is gone was forgotten meanwhile."""
    kept = SignUp.objects.select_related("text").filter(pk=sign_up_id).first()
    if kept is not None:
        sign_ups.handle(kept, now=timezone.now())


@task(label=_("Let go of old traffic"))
def forget() -> None:
    """Forget what only served a while: handled sign-ups, and sightings that came to nothing."""
    now = timezone.now()
    SignUp.objects.filter(handled_at__lt=now - KEPT_FOR).delete()
    Sighting.objects.filter(seen_at__lt=now - KEPT_FOR).delete()
