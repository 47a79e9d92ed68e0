"""Signing up for the newsletter: what was typed is kept first; whose it is, is found out afterwards."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from relacja.contacts import actions as contacts
from relacja.contacts import consents, families, rules
from relacja.contacts.models import ConsentAct, ConsentEntry, ConsentText, Contact, Identity, IdentityKind
from relacja.jobs.work import later
from relacja.lib import emails
from relacja.messaging import actions as messaging
from relacja.web import tasks
from relacja.web.models import SignUp

SOURCE = "newsletter form"
A_DAY = timedelta(days=1)
FROM_A_NETWORK = 300
OF_AN_ADDRESS = 20
ASKED_A_DAY = 3


def ensure_texts(now: datetime) -> None:
    """The words of the newsletter's consent exist in both languages. Safe to run twice."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words = gettext("I want to receive the newsletter of {company} by e-mail. I can withdraw this at any time.")
        ConsentText.objects.get_or_create(
            purpose=consents.NEWSLETTER,
            channel=consents.EMAIL,
            version=1,
            language=language,
            defaults={"body": words.format(company=settings.COMPANY_NAME), "since": now},
        )


def text_in(language: str, *, now: datetime) -> ConsentText:
    """The words to agree to, in `language` or else in the company's; written down first if nobody did."""
    wanted = language[:2] if language[:2] in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    try:
        return consents.text_in_force(consents.NEWSLETTER, consents.EMAIL, wanted)
    except ConsentText.DoesNotExist:
        ensure_texts(now)
        return consents.text_in_force(consents.NEWSLETTER, consents.EMAIL, wanted)


@transaction.atomic
def keep(*, email: str, first_name: str, text: ConsentText, now: datetime, **seen: Any) -> SignUp | None:
    """Keep a sign-up and have it handled. It costs the same whoever it is; None when far too many came already.

    `seen` is the proof: anonymous_id, network, agent and page.
    """
    recent = SignUp.objects.filter(at__gt=now - A_DAY)
    if (network := seen.get("network")) and recent.filter(network=network).count() >= FROM_A_NETWORK:
        return None
    if recent.filter(email=email).count() >= OF_AN_ADDRESS:
        return None
    kept = SignUp.objects.create(email=email, first_name=first_name, text=text, at=now, **seen)
    later(tasks.sign_up, sign_up_id=kept.pk)
    return kept


@transaction.atomic
def handle(kept: SignUp, *, now: datetime) -> None:
    """Find or make the contact, note what was asked, and ask the address itself. Once for every sign-up.

    A stranger may type anybody's address: nothing of a known contact changes before its mailbox has answered.
    """
    if not SignUp.objects.filter(pk=kept.pk, handled_at=None).update(handled_at=now):
        return
    contact = _contact(kept, now=now)
    if consents.state(contact, purpose=consents.NEWSLETTER, channel=consents.EMAIL) == ConsentAct.GIVEN:
        return
    asked = ConsentEntry.objects.filter(
        contact=contact, purpose=consents.NEWSLETTER, act=ConsentAct.ASKED, at__gt=now - A_DAY
    )
    if asked.count() >= ASKED_A_DAY:
        return
    kept.entry = consents.ask(
        contact,
        purpose=consents.NEWSLETTER,
        channel=consents.EMAIL,
        now=now,
        at=kept.at,
        source=SOURCE,
        text=kept.text,
        address=kept.email,
        proof={"ip": kept.network, "user_agent": kept.agent, "page": kept.page},
    )
    SignUp.objects.filter(pk=kept.pk).update(entry=kept.entry)
    messaging.send_confirmation(contact, kept.entry, now=now)


def prove(entry: ConsentEntry, *, now: datetime) -> None:
    """The mailbox has answered: the browser that signed up is theirs, and so is the name it gave."""
    kept = SignUp.objects.filter(entry=entry).first()
    if kept is None:
        return
    contact = entry.contact
    contacts.join_visitor(contact, anonymous_id=kept.anonymous_id, now=now)
    contact = families.current(contact)
    if kept.first_name and not contact.first_name:
        contacts.edit(contact, values=rules.values({"first_name": kept.first_name}), now=now, channel="web")


def _contact(kept: SignUp, *, now: datetime) -> Contact:
    """Whoever has the address. Somebody new is also the browser's: there is nobody yet to be mistaken for."""
    named = Identity.objects.select_related("contact")
    identity = named.filter(kind=IdentityKind.EMAIL, value=emails.key(kept.email)).first()
    if identity is not None:
        return identity.contact
    contact = contacts.identify(
        identities=[(IdentityKind.EMAIL, kept.email)],
        traits={"email": kept.email, "first_name": kept.first_name, "language": kept.text.language},
        now=now,
        source="newsletter",
    )
    contacts.join_visitor(contact, anonymous_id=kept.anonymous_id, now=now)
    return contact
