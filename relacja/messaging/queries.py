"""Questions about messages, templates and the do-not-write list."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Lower

from relacja.contacts import reach
from relacja.contacts.models import Contact, Identity
from relacja.lib.text import cleaned
from relacja.messaging import stops
from relacja.messaging.models import Message, Pause, State, Suppression, Template, TemplateVersion
from relacja.staff.models import User
from relacja.staff.reach import Owners

COUNTED_UP_TO = 1_000


def versions_in_force(template: Template) -> dict[str, TemplateVersion]:
    """The latest version per language, the company's language first. One query."""
    found: dict[str, TemplateVersion] = {}
    for version in template.versions.order_by("-number"):
        found.setdefault(version.language, version)
    return dict(sorted(found.items(), key=lambda item: item[0] != "pl"))


def messages(*, state: str = "", before_id: int | None = None, seen: Owners = None) -> QuerySet[Message]:
    """The messages to people of these owners, newest first, without their bodies. One index."""
    found = among(Message.objects.all(), seen).select_related("contact").defer("html", "text", "context")
    found = found.order_by("-pk")
    if state:
        found = found.filter(state=state)
    return found if before_id is None else found.filter(pk__lt=before_id)


def among(messages: QuerySet[Message], seen: Owners) -> QuerySet[Message]:
    """Those of the messages that are to people of these owners."""
    return messages if seen is None else messages.filter(reach.owned(seen, "contact__"), contact__isnull=False)


def counts_by_state(seen: Owners = None) -> dict[str, int]:
    """How many messages are in each state. One short query for each."""
    return {state: count_of(state, seen) for state in State.values}


def count_of(state: str, seen: Owners = None) -> int:
    """How many messages are in a state, counted up to 1,000 so that pages stay fast."""
    return among(Message.objects.filter(state=state), seen)[:COUNTED_UP_TO].count()


def messages_of(contact_id: int, limit: int) -> list[Message]:
    """The latest messages to one contact. One query."""
    return list(Message.objects.filter(contact_id=contact_id).defer("html", "text", "context").order_by("-pk")[:limit])


def suppressions(*, user: User, search: str = "", before_id: int | None = None) -> QuerySet[Suppression]:
    """The do-not-write list as it stands, newest first: addresses of whom this person sees, or added by them."""
    found = Suppression.objects.standing().select_related("added_by").order_by("-pk")
    if reach.owners(user) is not None:
        theirs = Identity.objects.filter(contact__in=reach.people(user).values("pk")).values("value")
        found = found.alias(lowered=Lower("address")).filter(Q(added_by=user) | Q(lowered__in=theirs))
    if words := cleaned(search):
        found = found.filter(address__icontains=words)
    return found if before_id is None else found.filter(pk__lt=before_id)


def stop_of(contact: Contact) -> Suppression | None:
    """Why nothing may be written to a contact's e-mail address, if so. One query."""
    return stops.standing("email", [contact.email]).get(contact.email) if contact.email else None


def is_suppressed(channel: str, address_key: str) -> bool:
    """Whether an address is on the do-not-write list."""
    return Suppression.objects.standing().filter(channel=channel, address_key=address_key).exists()


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template as its list shows it."""

    template: Template
    languages: list[str]
    changed_at: datetime | None


def template_lines() -> list[TemplateLine]:
    """All templates by name, with their languages and when they were last changed. Two queries."""
    found = Template.objects.annotate(changed_at=Max("versions__created_at")).order_by("name", "pk")
    languages: dict[int, list[str]] = {}
    for template_id, language in (
        TemplateVersion.objects.values_list("template_id", "language").distinct().order_by("-language")
    ):
        languages.setdefault(template_id, []).append(language)
    return [TemplateLine(template, languages.get(template.pk, []), template.changed_at) for template in found]


def resting_channels(now: datetime) -> list[Pause]:
    """Channels the outside does not talk to at the moment, with the reason."""
    return list(Pause.objects.filter(until__gt=now))
