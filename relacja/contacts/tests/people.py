"""People for tests."""

from datetime import datetime

from relacja.contacts import actions, rules
from relacja.contacts.models import ConsentText, Contact


def make_contact(now: datetime, *, company: str = "", **fields: str) -> Contact:
    """Anna Żółć, or whoever `fields` say."""
    given = {"first_name": "Anna", "last_name": "Żółć", "email": "anna@zolc.example", **fields}
    return actions.create(values=rules.values(given), company=company, now=now)


def make_people(now: datetime, number: int) -> list[Contact]:
    return [make_contact(now, first_name=f"Anna {n}", email=f"anna{n}@zolc.example") for n in range(number)]


def make_words(now: datetime) -> ConsentText:
    """The words of the newsletter, in Polish."""
    return ConsentText.objects.update_or_create(
        purpose="newsletter", channel="email", version=1, language="pl", defaults={"body": "Tak, proszę", "since": now}
    )[0]
