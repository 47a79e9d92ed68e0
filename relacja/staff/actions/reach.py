"""Which customers a role lets see, and which of the people who work here see others."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from relacja.lib.errors import Refused
from relacja.staff.access import Reach, Role
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import Author, RoleReach, User

PERSON, ROLE = "reach_of_person", "reach_of_role"
Whose = User | RoleReach


class AdministratorsSeeAll(Refused):
    """Whoever gives rights could give them back to themselves."""


def reach_of_person(
    user: User, reach: str, *, now: datetime, by: Author | None = None, into: Recorder | None = None
) -> None:
    """The person sees these customers from their next click, whatever their role says; empty means as the role says."""
    if user.role == Role.ADMINISTRATOR and reach:
        raise AdministratorsSeeAll(_("Administrators see all customers. Give the person another role first."))
    _change(user, PERSON, reach, now=now, by=by, into=into)


def reach_of_role(
    role: str, reach: str, *, now: datetime, by: Author | None = None, into: Recorder | None = None
) -> None:
    """Everybody of the role sees these customers from their next click, but for those with an exception."""
    if role == Role.ADMINISTRATOR:
        raise AdministratorsSeeAll(_("Administrators see all customers."))
    found, _is_new = RoleReach.objects.get_or_create(role=role, defaults={"reach": Reach.ALL})
    _change(found, ROLE, reach, now=now, by=by, into=into)


def put_reach(whose: Whose, reach: str) -> None:
    """Store it, in the caller's transaction."""
    type(whose).objects.filter(pk=whose.pk).update(reach=reach)
    if isinstance(whose, RoleReach):
        User.objects.filter(role=whose.role).update(reach_of_role=reach)
    whose.reach = reach


@transaction.atomic
def _change(whose: Whose, kind: str, reach: str, *, now: datetime, by: Author | None, into: Recorder | None) -> None:
    before: dict[str, Any] = {"reach": whose.reach}
    if before["reach"] == reach:
        return
    put_reach(whose, reach)
    with one_set("staff.reach", by=by, source="staff", now=now, into=into) as noted:
        noted.note(kind, whose.pk, before=before, after={"reach": reach})
