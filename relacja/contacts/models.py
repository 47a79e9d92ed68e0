"""People and companies we know, what names them, and what they agreed to."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from relacja.staff.models import ChangeSet, User


class Stage(models.TextChoices):
    """Where somebody stands in the life of a customer."""

    LEAD = "lead", _("Lead")
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    DORMANT = "dormant", _("Dormant")
    LOST = "lost", _("Lost")
    WON_BACK = "won_back", _("Won back")


class Company(models.Model):
    """A company we deal with, through its people. It may belong to another one, but never to itself in the end."""

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True, db_index=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent company"), on_delete=models.SET_NULL, null=True, blank=True, related_name="parts"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(parent=F("id")), name="contacts_company_not_its_own_parent")]


class Record(models.TextChoices):
    """What a field describes."""

    CONTACT = "contact", _("Contact")
    COMPANY = "company", _("Company")


class Field(models.Model):
    """A field of one's own, made without code. Its values stand in `attributes` of the record, under `key`.

    `kind` is a code of `field_kinds` and stays; so does `key`, for conditions and texts speak of it. `choices` is a
    list of {key, label}; `default` is in the normal form of the kind.
    """

    of = models.CharField(max_length=10, choices=Record)
    key = models.CharField(max_length=40)
    label = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20)
    help_text = models.CharField(_("help"), max_length=200, blank=True)
    is_required = models.BooleanField(_("needed"), default=False)
    is_personal = models.BooleanField(_("personal data"), default=False)
    default = models.JSONField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True)
    currency = models.CharField(max_length=3, default="PLN")
    target = models.CharField(max_length=10, choices=Record, default=Record.CONTACT)
    position = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "key"], name="contacts_field_key_once"),
            models.CheckConstraint(condition=Q(of__in=Record.values), name="contacts_field_known_record"),
            models.CheckConstraint(condition=Q(target__in=Record.values), name="contacts_field_known_target"),
        ]

    def __str__(self) -> str:
        return self.label


class ContactQuerySet(models.QuerySet["Contact"]):
    def active(self) -> "ContactQuerySet":
        return self.filter(archived_at=None)


class Contact(models.Model):
    """A person. `version` grows with every change; the facts copy what they have not seen yet.

    `last_changes` keeps, for each field that was ever edited, the version, the person (or null) and the time. Who is in
    the trash is archived as well, since then or longer.
    """

    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    email = models.CharField(_("e-mail"), max_length=320, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, default="PL")
    language = models.CharField(_("language"), max_length=2, default="pl")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.LEAD)
    source = models.CharField(_("source"), max_length=40, default="staff")
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    name_key = models.CharField(max_length=250)
    search_text = models.TextField(blank=True)
    last_changes = models.JSONField(default=dict, blank=True)
    version = models.BigIntegerField(default=1)
    copied_version = models.BigIntegerField(default=0)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="contacts_known_stage"),
            models.CheckConstraint(
                condition=Q(trashed_at=None) | Q(archived_at__isnull=False), name="contacts_trash_is_put_away"
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="contacts_by_name", condition=Q(archived_at=None)),
            models.Index(fields=["-created_at", "-id"], name="contacts_by_created", condition=Q(archived_at=None)),
            models.Index(fields=["-changed_at", "-id"], name="contacts_by_changed", condition=Q(archived_at=None)),
            models.Index(
                fields=["stage", "-created_at", "-id"], name="contacts_by_stage", condition=Q(archived_at=None)
            ),
            models.Index(
                fields=["owner", "-created_at", "-id"], name="contacts_by_owner", condition=Q(archived_at=None)
            ),
            models.Index(
                fields=["-created_at", "-id"], name="contacts_put_away", condition=Q(archived_at__isnull=False)
            ),
            models.Index(fields=["trashed_at"], name="contacts_in_the_trash", condition=Q(trashed_at__isnull=False)),
            models.Index(fields=["id"], name="contacts_to_copy", condition=~Q(version=F("copied_version"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or self.phone or f"#{self.pk}"


class Position(models.Model):
    """What somebody does for a company besides the one they work at: sits on its board, signs its contracts."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="positions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="positions")
    role = models.CharField(_("role"), max_length=120)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "company"], name="contacts_one_position_at_a_company")
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.company}"


class IdentityKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL = "external", _("Customer number elsewhere")
    VISITOR = "visitor", _("Browser")


class Identity(models.Model):
    """Something that names exactly one contact.

    `made_for` is the contact it named before a merge, if another: what comes under it later is still that one's.
    """

    kind = models.CharField(max_length=10, choices=IdentityKind)
    value = models.CharField(max_length=320)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    made_for = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="contacts_identity_names_one"),
            models.CheckConstraint(condition=Q(kind__in=IdentityKind.values), name="contacts_identity_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def profile_id(self) -> int:
        """Under which profile things happen to whom it names."""
        return self.made_for_id or self.contact_id


class ConsentText(models.Model):
    """The words somebody agreed to. Never changed: new words are a new version."""

    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    body = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "channel", "language", "version"], name="contacts_consent_text_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.channel} v{self.version} ({self.language})"


class ConsentAct(models.TextChoices):
    ASKED = "asked", _("Asked to confirm")
    GIVEN = "given", _("Given")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentEntry(models.Model):
    """One line of the consent ledger: never changed, never deleted while the contact exists."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consent_entries")
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    act = models.CharField(max_length=10, choices=ConsentAct)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, null=True, blank=True)
    address = models.CharField(max_length=320, blank=True)
    source = models.CharField(max_length=80)
    proof = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=ConsentAct.values), name="contacts_consent_known_act"),
            models.CheckConstraint(
                condition=~Q(act="given") | Q(text__isnull=False), name="contacts_consent_given_to_a_text"
            ),
        ]
        indexes = [models.Index(fields=["contact", "purpose", "channel", "-id"], name="contacts_consent_latest")]


class Consent(models.Model):
    """How things stand: the latest entry per contact, purpose and channel."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    act = models.CharField(max_length=10, choices=ConsentAct)
    entry = models.ForeignKey(ConsentEntry, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "purpose", "channel"], name="contacts_consent_one_state")
        ]
        indexes = [models.Index(fields=["purpose", "channel", "act", "contact"], name="contacts_consent_by_act")]


class MatchKey(models.Model):
    """A key under which a contact is looked for among possible duplicates; see `matching.keys`."""

    key = models.BigIntegerField()
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "contact"], name="contacts_match_key_once")]


class Likeness(models.TextChoices):
    """How much speaks for two contacts being one person. Sure ones wait for a person as well."""

    SURE = "sure", _("Sure")
    DOUBTFUL = "doubtful", _("Doubtful")


class Decision(models.TextChoices):
    OPEN = "open", _("Waiting")
    MERGED = "merged", _("Merged")
    DISMISSED = "dismissed", _("Two people")


class Finder(models.TextChoices):
    """What a candidate was found by."""

    ARRIVAL = "arrival", _("A form or a program")
    CHANGE = "change", _("A new or changed contact")
    SWEEP = "sweep", _("Looking through everybody")
    PERSON = "person", _("A person")


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def waiting(self) -> "CandidateQuerySet":
        """Those that a person still has to decide about: both contacts are there."""
        return self.filter(decision=Decision.OPEN, first__archived_at=None, second__archived_at=None)


class Candidate(models.Model):
    """Two contacts who may be one person. Once dismissed it stays so: the two are never suggested again.

    `first` is the older one. `reasons` are codes of `matching.reasons`, the weightiest first.
    """

    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=8, choices=Likeness)
    reasons = models.JSONField(default=list)
    found_by = models.CharField(max_length=8, choices=Finder)
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=9, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="contacts_candidate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="contacts_candidate_in_order"),
            models.CheckConstraint(condition=Q(level__in=Likeness.values), name="contacts_candidate_known_level"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="contacts_candidate_known_decision"),
            models.CheckConstraint(condition=Q(found_by__in=Finder.values), name="contacts_candidate_known_finder"),
            models.CheckConstraint(
                condition=Q(decision="open") ^ Q(decided_at__isnull=False), name="contacts_candidate_decided_has_a_time"
            ),
        ]
        indexes = [models.Index(fields=["-score", "id"], name="contacts_candidates_open", condition=Q(decision="open"))]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"

    def decide(self, decision: Decision, *, by: User | None, at: datetime) -> bool:
        """Give it an outcome, once: of two people who click at the same moment, one gets False."""
        opened = Candidate.objects.filter(pk=self.pk, decision=Decision.OPEN)
        decided = opened.update(decision=decision, decided_by=by, decided_at=at) == 1
        self.refresh_from_db()
        return decided

    def reopen(self) -> None:
        """It waits for a person again."""
        Candidate.objects.filter(pk=self.pk).update(decision=Decision.OPEN, decided_by=None, decided_at=None)
        self.refresh_from_db()


class Sweep(models.Model):
    """Looking through everybody for duplicates. `position` is how far it is: a killed sweep goes on from there.

    First the keys of all contacts are brought up to date, by id; then those who share a key are compared, by key.
    """

    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_keyed = models.BooleanField(default=False)
    position = models.BigIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    compared = models.PositiveBigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_stopped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(Case(When(ended_at__isnull=True, then=1)), name="contacts_one_sweep_at_a_time")
        ]


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> "MergeQuerySet":
        """Those that nobody took back."""
        return self.filter(parted_at=None)


class Merge(models.Model):
    """Two records of one person made one. The loser stays, put away; `kept` is all that it takes to part them again."""

    winner = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    loser = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kept = models.JSONField(default=dict)
    parted_at = models.DateTimeField(null=True, blank=True)
    parted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loser"], condition=Q(parted_at=None), name="contacts_merged_into_one"),
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="contacts_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.winner_id}"


class Doing(models.TextChoices):
    """What is done with many people at once."""

    CHANGE = "change", _("Change a field")
    ARCHIVE = "archive", _("Archive")
    RESTORE = "restore", _("Take back from the archive")
    DISCARD = "discard", _("Put in the trash")
    RETRIEVE = "retrieve", _("Take out of the trash")
    EXPORT = "export", _("Export")


class Progress(models.TextChoices):
    """Where work on many people stands."""

    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Batch(models.Model):
    """Something done with many people: who they were when it was asked for, and how far it has come.

    `people` is a roaring bitmap of their ids, `position` how many of them were handled, in the order of the ids; it
    grows with the block that handled them. `options` say what is changed, or how the file is written. `changes` takes
    all of it back; `path` is the file of an export, empty once it is gone.
    """

    doing = models.CharField(max_length=8, choices=Doing)
    options = models.JSONField(default=dict)
    people = models.BinaryField()
    total = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=7, choices=Progress, default=Progress.RUNNING)
    error = models.TextField(blank=True)
    changes = models.OneToOneField(ChangeSet, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(doing__in=Doing.values), name="contacts_batch_known_doing"),
            models.CheckConstraint(condition=Q(state__in=Progress.values), name="contacts_batch_known_state"),
            models.CheckConstraint(condition=Q(position__lte=F("total")), name="contacts_batch_position"),
        ]

    def __str__(self) -> str:
        return f"{self.get_doing_display()} {self.total}"

    @property
    def percent(self) -> int:
        return 100 * self.position // self.total if self.total else 100

    @property
    def is_running(self) -> bool:
        return self.state == Progress.RUNNING

    def stop(self, *, at: datetime) -> None:
        """Nobody goes on with it; what is done stays, and can be taken back."""
        running = Batch.objects.filter(pk=self.pk, state=Progress.RUNNING)
        running.update(state=Progress.STOPPED, ended_at=at)
        self.refresh_from_db()

    def fail(self, sentence: str, *, at: datetime) -> None:
        """It cannot go on, and `sentence` says why; what is done stays, and can be taken back."""
        running = Batch.objects.filter(pk=self.pk, state=Progress.RUNNING)
        running.update(state=Progress.FAILED, error=sentence[:500], ended_at=at)


class Refusal(models.Model):
    """Somebody whom a batch left as they were, and why."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="refusals")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    sentence = models.CharField(max_length=300)
