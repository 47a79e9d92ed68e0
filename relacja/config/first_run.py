"""What happens once: the first administrator, and the question about demo data."""

import sys
from datetime import datetime

import click
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from relacja.contacts.models import Contact
from relacja.staff import access, actions
from relacja.staff.models import User


def prepare(*, demo: str, host: str, port: int) -> None:
    """See to a way in and to demo data, and print where to go."""
    now = timezone.now()
    if _wants_demo(demo):
        from relacja.demo import actions as demo_actions

        click.echo(_("Loading demo data: 2,000 customers with a year of history…"))
        demo_actions.load(now=now)
    _print_way_in(host=host, port=port, now=now)


def _wants_demo(answer: str) -> bool:
    """Demo data is offered on an empty base only; without a terminal to ask on, it is loaded."""
    if answer == "no" or Contact.objects.exists():
        return False
    if answer == "yes" or not sys.stdin.isatty():
        return True
    return click.confirm(_("The base is empty. Load demo data? One click removes it later."), default=True)


def _print_way_in(*, host: str, port: int, now: datetime) -> None:
    click.echo("")
    click.echo(_("Relacja:    http://{host}:{port}/").format(host=host, port=port))
    click.echo(_("Demo shop:  http://{host}:{port}/shop/").format(host=host, port=port))
    newcomer = _newcomer(now=now)
    if newcomer is not None:
        password = actions.give_one_time_password(newcomer, now=now)
        click.echo(_("Sign in as: {email}").format(email=newcomer.email))
        click.echo(_("Password:   {password}  (for one use; you choose your own then)").format(password=password))
    click.echo("", nl=True)


def _newcomer(*, now: datetime) -> User | None:
    """The first administrator as long as they have no password of their own; made now if there is none yet.

    Colleagues who were made up with the demo data are none.
    """
    administrators = User.objects.filter(role=access.Role.ADMINISTRATOR)
    if not administrators.exists():
        actions.invite(
            email=settings.ADMIN_EMAIL,
            name="",
            role=access.Role.ADMINISTRATOR,
            language="pl",
            now=now,
        )
    only = list(administrators[:2])
    return only[0] if len(only) == 1 and only[0].must_change_password else None
