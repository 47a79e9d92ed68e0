"""People who work here, the keys of programs that do, and what both have changed."""

import hashlib
import secrets
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from relacja.staff import access
from relacja.staff.access import Reach, Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Someone who may sign in with `password`, or not at all without one, and sees what their role lets see."""
        user = self.model(email=email.strip().lower(), **fields)
        user.reach_of_role = RoleReach.of(user.role)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who works here. Signs in by e-mail; holds one role.

    `reach` says which customers they see if that is not what their role lets see; `reach_of_role` repeats what
    `RoleReach` says of their role, so that whoever is signed in brings it along.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.VIEWER)
    reach = models.CharField(_("customers they see"), max_length=12, choices=Reach, blank=True, default="")
    reach_of_role = models.CharField(max_length=12, choices=Reach, default=Reach.ALL)
    language = models.CharField(
        _("language"), max_length=2, choices=[("pl", "Polski"), ("en", "English")], default="pl"
    )
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    one_time_until = models.DateTimeField(null=True, blank=True)
    away_until = models.DateField(_("away until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="staff_user_known_role"),
            models.CheckConstraint(
                condition=models.Q(reach__in=["", *Reach.values], reach_of_role__in=Reach.values),
                name="staff_user_known_reach",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def may(self, code: str) -> bool:
        """Whether this person holds the permission `code`. Costs nothing."""
        if not self.is_active or not access.role_may(self.role, code):
            return False
        return self.reaches == Reach.ALL or not access.concerns_all(code)

    @property
    def reaches(self) -> Reach:
        """Which customers this person sees: administrators all, the others by exception or as their role says."""
        if self.role == Role.ADMINISTRATOR:
            return Reach.ALL
        return Reach(self.reach or self.reach_of_role)

    def is_away(self, today: date) -> bool:
        """Whether no new people should come to them today."""
        return self.away_until is not None and today <= self.away_until

    def introduce(self, *, name: str, language: str) -> None:
        """What they are called and which language they read, from now on."""
        self.name, self.language = name, language
        self.save(update_fields=["name", "language"])


class RoleReach(models.Model):
    """Which customers a role lets see. A role without a row lets see all."""

    role = models.CharField(max_length=16, choices=Role, unique=True)
    reach = models.CharField(max_length=12, choices=Reach)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values, reach__in=Reach.values)
                & (~models.Q(role=Role.ADMINISTRATOR) | models.Q(reach=Reach.ALL)),
                name="staff_known_reach_of_a_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.get_reach_display()}"

    @classmethod
    def of(cls, role: str) -> Reach:
        """What a role lets see. One query."""
        found = cls.objects.filter(role=role).values_list("reach", flat=True).first()
        return Reach(found) if found else Reach.ALL


class TeamQuerySet(models.QuerySet["Team"]):
    def live(self) -> "TeamQuerySet":
        return self.filter(archived_at=None)


class Team(models.Model):
    """People who look after customers together, like a shop or a region. Somebody may be in several.

    An archived team is offered no more; rules that speak of it go on to mean its people.
    """

    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=60)
    leader = models.ForeignKey(
        User, verbose_name=_("leader"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    members = models.ManyToManyField(User, verbose_name=_("members"), through="Membership", related_name="teams")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"], condition=models.Q(archived_at=None), name="staff_one_live_team_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody is in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="staff_in_a_team_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"


class SignInTries(models.Model):
    """How often somebody tried to sign in without success: per account, per network, per both, per device.

    `subject` is a keyed hash, so the table tells nobody's address.
    """

    subject = models.CharField(max_length=64, unique=True)
    tries = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.subject[:8]}…: {self.tries}"


class ApiKey(models.Model):
    """A program's key. Only a hash is kept; the key itself is shown once."""

    name = models.CharField(max_length=120, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def may(self, code: str) -> bool:
        """Whether this key was given the scope `code`."""
        return self.revoked_at is None and code in self.scopes

    def revoke(self, *, at: datetime) -> None:
        """The key opens nothing any more; taking it back twice keeps the first time."""
        ApiKey.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=at)

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, *, name: str, scopes: list[str], now: datetime) -> tuple["ApiKey", str]:
        """A new key and, this once, its text."""
        text = f"rk_{secrets.token_urlsafe(32)}"
        key = cls.objects.create(
            name=name, digest=cls.digest_of(text), prefix=text[:9], scopes=sorted(scopes), created_at=now
        )
        return key, text


class Answer(models.Model):
    """What was answered to a request with an `Idempotency-Key`: the same request again gets the same answer."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "key"], name="staff_answer_once")]


Author = User | ApiKey


class ChangeSet(models.Model):
    """What was changed at one go, by somebody, by a program, or by the house itself when there is neither.

    `label` is a key of `changes.words`, `source` the way it came by. A set that takes another one back says which in
    `undoes`: the constraint lets that happen once. `place` is the last change it has dealt with, going backwards.
    """

    label = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)
    undoes = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="undoing")
    place = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.label} ({self.count})"


class Change(models.Model):
    """One record in a set: the fields that were changed, as they were and as they became, in plain JSON.

    `before` is null for a record that was added, `after` for one that was put away.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "record_id", "-id"], name="staff_changes_of_a_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class KeptValue(models.Model):
    """A value that taking a set back left as it was, because somebody had changed it since.

    `expected` is what the set had made of it; an empty `field` speaks of the record as a whole.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="kept")
    kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    field = models.CharField(max_length=120, blank=True)
    present = models.JSONField(null=True)
    expected = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "record_id"], name="staff_kept_of_a_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id} {self.field}"
