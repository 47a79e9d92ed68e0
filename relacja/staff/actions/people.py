"""Changes to who works here."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from relacja.lib import emails
from relacja.lib.errors import Refused
from relacja.staff import passwords
from relacja.staff.access import Role
from relacja.staff.models import RoleReach, User


class LastAdministrator(Refused):
    """Somebody must be able to let people in."""


@transaction.atomic
def invite(*, email: str, name: str, role: str, language: str, now: datetime) -> tuple[User, str]:
    """A new person and, this once, their one-time password, good for seven days. A known address is refused."""
    email = emails.address(email)
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Refused(_("%(email)s already works here. Look for them on the list.") % {"email": email})
    password = passwords.one_time()
    user = User.objects.create_user(
        email,
        password,
        name=name,
        role=role,
        language=language,
        must_change_password=True,
        one_time_until=now + passwords.VALID_FOR,
    )
    return user, password


@transaction.atomic
def give_one_time_password(user: User, *, now: datetime) -> str:
    """A new one-time password; the old one ends, and with it every session of the person."""
    password = passwords.one_time()
    user.set_password(password)
    user.must_change_password = True
    user.one_time_until = now + passwords.VALID_FOR
    user.save(update_fields=["password", "must_change_password", "one_time_until"])
    return password


@transaction.atomic
def set_password(user: User, password: str) -> None:
    """The person's own password, from now on. Their other sessions end."""
    user.set_password(password)
    user.must_change_password = False
    user.one_time_until = None
    user.save(update_fields=["password", "must_change_password", "one_time_until"])


@transaction.atomic
def change_role(user: User, role: str) -> None:
    """Holds from the person's next click, with what the role lets see. The last administrator stays one."""
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(user)
    User.objects.filter(pk=user.pk).update(role=role, reach_of_role=RoleReach.of(role))


@transaction.atomic
def let_go(user: User, *, by: User) -> None:
    """The person cannot come in any more, and what they had open ends with their next click."""
    if user.pk == by.pk:
        raise Refused(_("You cannot close your own account. Ask another administrator."))
    _keep_an_administrator(user)
    User.objects.filter(pk=user.pk).update(is_active=False)


def take_back(user: User) -> None:
    """The person may come in again, with the password they had."""
    User.objects.filter(pk=user.pk).update(is_active=True)


def set_absence(user: User, until: date | None) -> None:
    """No new people come to this person up to and with that day; None when they are here."""
    User.objects.filter(pk=user.pk).update(away_until=until)


def _keep_an_administrator(user: User) -> None:
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if user.role == Role.ADMINISTRATOR and user.is_active and not others.exists():
        raise LastAdministrator(
            _("%(person)s is the only administrator. Make somebody else one first.") % {"person": user}
        )
