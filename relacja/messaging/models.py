"""What we write to people, what became of it, and whom we must not write to."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relacja.contacts.models import ConsentEntry, Contact


class Kind(models.TextChoices):
    """Marketing needs a consent; a transactional message answers what somebody just did."""

    MARKETING = "marketing", _("Marketing")
    TRANSACTIONAL = "transactional", _("Transactional")


class Template(models.Model):
    """A letter with gaps. What it says is in its versions; the latest of a language is in force."""

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.MARKETING)
    purpose = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20, default="email")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="messaging_template_known_kind"),
            models.CheckConstraint(
                condition=~Q(kind="marketing") | ~Q(purpose=""), name="messaging_template_marketing_has_purpose"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """The words of a template in one language. Never changed: other words are another version."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(_("language"), max_length=2)
    subject = models.CharField(_("subject"), max_length=250)
    preheader = models.CharField(_("preheader"), max_length=250, blank=True)
    body = models.TextField(_("body"))
    text = models.TextField(_("text part"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "language", "number"], name="messaging_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.template_id}/{self.language} v{self.number}"


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", pgettext_lazy("message", "Failed")
    UNCONFIRMED = "unconfirmed", _("Sent, unconfirmed")
    REFUSED = "refused", _("Not sent")


class Reason(models.TextChoices):
    """Why a message was not sent, as a sentence."""

    NO_CONSENT = "no_consent", _("There is no consent for this purpose and channel.")
    NO_ADDRESS = "no_address", _("The contact has no address on this channel.")
    ADDRESS_CHANGED = "address_changed", _("The contact's address has changed since.")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed from this address.")
    BOUNCED = "bounced", _("Mail to this address came back.")
    COMPLAINED = "complained", _("Reported our message as spam.")
    BLOCKED = "blocked", _("The address is on the do-not-write list.")
    ARCHIVED = "archived", _("The contact is archived.")
    TOO_OFTEN = "too_often", _("The contact has already had enough messages today.")
    NO_WORDS = "no_words", _("The template has no version that can be filled in.")


class Delivery(models.TextChoices):
    KEPT = "kept", _("Kept here: no mail server is set up")
    SMTP = "smtp", _("Handed to the mail server")


class Message(models.Model):
    """One message to one contact. The row itself is the permission to send: there is one for each occasion.

    `what` and `occurrence` name the occasion, e.g. a journey's step and the entry into the journey. `made_for` is the
    contact it was written to before a merge, if another.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="messages")
    made_for = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=120)
    occurrence = models.CharField(max_length=120)
    kind = models.CharField(max_length=13, choices=Kind)
    purpose = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20)
    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, null=True, related_name="+")
    context = models.JSONField(default=dict)
    language = models.CharField(max_length=2)
    to = models.CharField(max_length=320, blank=True)
    to_key = models.CharField(max_length=64, blank=True)
    basis = models.ForeignKey(ConsentEntry, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)

    subject = models.CharField(max_length=500, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)

    state = models.CharField(max_length=11, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=15, choices=Reason, blank=True)
    delivery = models.CharField(max_length=4, choices=Delivery, blank=True)
    error = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField()
    tried_since = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "what", "occurrence"], name="messaging_message_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="messaging_message_known_state"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="messaging_message_known_kind"),
            models.CheckConstraint(
                condition=~Q(kind="marketing") | Q(basis__isnull=False) | Q(state="refused"),
                name="messaging_marketing_has_a_basis",
            ),
            models.CheckConstraint(condition=Q(state="refused") ^ Q(reason=""), name="messaging_refused_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="messaging_sent_has_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], name="messaging_due", condition=Q(state="queued")),
            models.Index(fields=["claimed_at"], name="messaging_in_doubt", condition=Q(state="sending")),
            models.Index(fields=["state", "-id"], name="messaging_by_state"),
            models.Index(fields=["contact", "-id"], name="messaging_by_contact"),
            models.Index(fields=["to_key"], name="messaging_waiting_for", condition=Q(state="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.what} → {self.to or self.contact_id}"


class Link(models.Model):
    """An address that some message led to. A click is only ever taken to one of these."""

    digest = models.BinaryField(max_length=16, unique=True)
    url = models.TextField()


class HitKind(models.TextChoices):
    OPEN = "open", _("Opened")
    CLICK = "click", _("Clicked")


class Hit(models.Model):
    """The pixel was asked for or a link followed; `machine` says why it was not a person, if so."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="hits")
    kind = models.CharField(max_length=5, choices=HitKind)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    machine = models.CharField(max_length=10, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="open", link=None) | Q(kind="click", link__isnull=False),
                name="messaging_hit_click_has_link",
            )
        ]
        indexes = [models.Index(fields=["message", "-at"], name="messaging_hits")]


class Cause(models.TextChoices):
    """Why an address is on the do-not-write list."""

    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    BOUNCED = "bounced", _("Mail came back")
    COMPLAINED = "complained", _("Reported as spam")
    BLOCKED = "blocked", _("Put there by hand")


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def standing(self) -> "SuppressionQuerySet":
        return self.filter(lifted_at=None)


class Suppression(models.Model):
    """An address we must not write to. Belongs to the address, not to a contact: it outlives imports and merges."""

    channel = models.CharField(max_length=20)
    address_key = models.CharField(max_length=64)
    address = models.CharField(max_length=320, blank=True)
    cause = models.CharField(max_length=12, choices=Cause)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lifted_because = models.CharField(max_length=300, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address_key"], condition=Q(lifted_at=None), name="messaging_suppressed_once"
            ),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="messaging_suppression_known_cause"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(lifted_because=""), name="messaging_lifted_with_a_reason"
            ),
        ]


CONFIRM_WITHIN = timedelta(days=7)


class Confirmation(models.Model):
    """A request to prove that an address belongs to whoever gave it. Answered at most once, within a week."""

    entry = models.ForeignKey(ConsentEntry, on_delete=models.CASCADE, related_name="+")
    address_key = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["address_key", "asked_at"], name="messaging_confirmations")]

    def is_over(self, now: datetime) -> bool:
        """Whether nobody may answer any more."""
        return now >= self.asked_at + CONFIRM_WITHIN

    def answer(self, *, at: datetime) -> bool:
        """Take the one answer there may be. False when it was given before, or comes too late."""
        open_ones = Confirmation.objects.filter(pk=self.pk, confirmed_at=None, asked_at__gt=at - CONFIRM_WITHIN)
        return open_ones.update(confirmed_at=at) == 1


class Pause(models.Model):
    """A channel that is resting because the outside refused to talk to us at all."""

    channel = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    failures = models.PositiveIntegerField(default=1)
