"""Made-up people who work here, their two teams, and the rules by which new customers go to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from relacja.assignments import actions as assignments
from relacja.assignments.actions.ruling import RULE
from relacja.assignments.models import AssignmentRule
from relacja.contacts.models import Contact
from relacja.demo.actors import Actor
from relacja.demo.models import Mark, MarkKind
from relacja.staff import actions as staff
from relacja.staff import changes, teams
from relacja.staff.access import Role
from relacja.staff.actions.teams import TEAM
from relacja.staff.models import Team, User

PEOPLE = ("Ola Jankowska", "Michał Dąbrowski", "Kasia Formela", "Tomek Lis")
OF_FIRMS = 2
FIRMS: dict[str, object] = {"all": [{"kind": "attribute", "field": "company", "op": "filled"}]}
EVERYBODY: dict[str, object] = {"all": []}


@dataclass(frozen=True, slots=True)
class Crew:
    """Who takes care of firms, and who of everybody else."""

    firms: tuple[User, ...]
    others: tuple[User, ...]


def hire(*, now: datetime) -> Crew:
    """The colleagues are there and marked as demonstration data. None of them can sign in."""
    people = tuple(_person(number, name) for number, name in enumerate(PEOPLE))
    crew = Crew(people[:OF_FIRMS], people[OF_FIRMS:])
    with translation.override(settings.LANGUAGE_CODE):
        named = [(_("Business customers"), crew.firms, FIRMS, "fewest"), (_("Shop"), crew.others, EVERYBODY, "turns")]
        for name, members, rule, way in named:
            if not Team.objects.live().filter(name=name).exists():
                _team(str(name), members, rule, way, now=now)
    return crew


def give_customers(actors: Collection[Actor], crew: Crew) -> None:
    """Everybody made up has an owner, but for one in nine who came before the rules."""
    firms, others = cycle(crew.firms), cycle(crew.others)
    for number, actor in enumerate(actors):
        if number % 9:
            actor.contact.owner = next(firms) if actor.person.company else next(others)


def leave(users: Collection[int], made: Collection[int], rules: Collection[int]) -> None:
    """The colleagues, their teams and the rules are gone; whoever they took care of is nobody's."""
    changes.forget(RULE, rules)
    changes.forget(TEAM, made)
    AssignmentRule.objects.filter(pk__in=rules).delete()
    for team in Team.objects.filter(pk__in=made):
        if not team.members.exclude(pk__in=users).exists():
            AssignmentRule.objects.filter(team=team).delete()
            team.delete()
    Contact.objects.filter(owner__in=users).update(owner=None, version=F("version") + 1)
    User.objects.filter(pk__in=users).delete()
    teams.forget_remembered()


def _person(number: int, name: str) -> User:
    user, is_new = User.objects.get_or_create(
        email=f"demo{number + 1}@zespol.example", defaults={"name": name, "role": Role.SALES, "password": "!"}
    )
    if is_new:
        Mark.objects.create(kind=MarkKind.USER, number=user.pk)
    return user


def _team(name: str, members: tuple[User, ...], rule: dict[str, object], way: str, *, now: datetime) -> None:
    made = staff.make_team(name=name, members=[one.pk for one in members], leader=members[0].pk, now=now)
    values = {"name": name, "rule": rule, "person": None, "team": made.pk, "way": way}
    assigning = assignments.make_rule(values=values, now=now)
    Mark.objects.create(kind=MarkKind.TEAM, number=made.pk)
    Mark.objects.create(kind=MarkKind.RULE, number=assigning.pk)
