"""What pages about segments have in common."""

from django.http import QueryDict
from django.utils import timezone

from relacja.contacts import searching
from relacja.contacts.models import Contact
from relacja.segments import queries
from relacja.segments.rules import Rule


def checked(rule: Rule, who: str, viewer: int | None = None) -> dict[str, object]:
    """Whom the text names, and why they meet the rule or not; several people are offered to choose from."""
    number = who.removeprefix("#")
    people = Contact.objects.active().filter(pk=int(number)) if number.isdecimal() and len(number) < 19 else None
    matches = list((people or searching.found(who))[:6])
    explained = None
    if len(matches) == 1:
        explained = queries.explain(rule, matches[0].pk, timezone.now(), viewer=viewer)
    return {"matches": matches, "person": matches[0] if explained else None, "explained": explained}


def number(given: QueryDict, name: str) -> int:
    text = given.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
