"""Where events come from, what was taken of them and what was not, and who signed up but is not known yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import ConsentEntry, ConsentText
from relacja.web.refusals import Reason

ACCEPTED = "accepted"


class SourceKind(models.TextChoices):
    """A browser's key can be read by every visitor; a server's key is kept secret and believed."""

    BROWSER = "browser", _("Browser")
    SERVER = "server", _("Server")


class Source(models.Model):
    """Something that sends events: a website, a shop's server, an app. Known by its write key."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=SourceKind)
    key = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=64)
    namespace = models.CharField(max_length=60)
    allowed_origins = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=SourceKind.values), name="web_source_known_kind")
        ]

    def __str__(self) -> str:
        return self.name


class IntakeCount(models.Model):
    """How many messages of a source were taken, or not for a reason, on a day. No source: nobody knows the key."""

    source = models.CharField(max_length=60, blank=True)
    on = models.DateField()
    reason = models.CharField(max_length=20)
    count = models.PositiveBigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "on", "reason"], name="web_intake_count_once"),
            models.CheckConstraint(
                condition=models.Q(reason__in=[ACCEPTED, *Reason.values]), name="web_intake_known_reason"
            ),
        ]


class Refusal(models.Model):
    """A sample of what was not taken, for the person who has to mend it. Only the latest are kept."""

    source = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=Reason)
    detail = models.CharField(max_length=200, blank=True)
    excerpt = models.TextField(blank=True)


class Term(models.Model):
    """A name that came from outside: of an event, or of a property. Their number is limited."""

    kind = models.CharField(max_length=8)
    word = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "word"], name="web_term_once")]


class Sighting(models.Model):
    """A customer number was seen together with another identity before anybody knew whose number it is."""

    external = models.CharField(max_length=320)
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=320)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["external", "kind", "value"], name="web_sighting_once")]


class SignUp(models.Model):
    """Somebody asked for the newsletter in a form. Kept as it came; whose it is, is found out afterwards.

    So the form answers the same, and as fast, whether we know the address or not.
    """

    email = models.CharField(max_length=320)
    first_name = models.CharField(max_length=120, blank=True)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    anonymous_id = models.CharField(max_length=255, blank=True)
    network = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=400, blank=True)
    page = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    entry = models.ForeignKey(ConsentEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["email", "at"], name="web_sign_up_by_address"),
            models.Index(fields=["network", "at"], name="web_sign_up_by_network"),
        ]
