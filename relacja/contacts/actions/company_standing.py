"""Putting a company away, in the trash, and back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils.translation import ngettext

from relacja.contacts import plain
from relacja.contacts.actions.company import hand_on, refuse_taken, refusing_shared_id
from relacja.contacts.actions.record import COMPANY, CONTACT, in_words, source_of, told
from relacja.contacts.actions.writing import describe, write
from relacja.contacts.models import Company, Contact
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.staff.changes import Recorder, one_set, person
from relacja.staff.models import Author


@transaction.atomic
def archive_company(company: Company, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Put the company away: found no more, kept with its history. Refused while people work there."""
    people = Contact.objects.active().filter(company=company).count()
    if people:
        sentence = ngettext(
            "{number} person still works at {company}. Move them first.",
            "{number} people still work at {company}. Move them first.",
            people,
        )
        raise Refused(sentence.format(number=people, company=company))
    with one_set("companies.archived", by=by, source=source_of(by), now=now, into=into) as made:
        if put_standing(company, {"archived_at": None}, archived_at=now, now=now):
            made.note(COMPANY, company.pk, before={plain.PUT_AWAY: None}, after={plain.PUT_AWAY: now.isoformat()})
    company.refresh_from_db()


@transaction.atomic
def restore_company(company: Company, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Take an archived company back. Refused when another one has its name or VAT id by now.

    One in the trash stays there: `retrieve_company` takes it out.
    """
    if company.archived_at is None or company.trashed_at is not None:
        return
    refuse_taken(company)
    before = plain.of(company, [plain.PUT_AWAY])
    with one_set("companies.restored", by=by, source=source_of(by), now=now, into=into) as made:
        if put_standing(company, {"archived_at__isnull": False, "trashed_at": None}, archived_at=None, now=now):
            made.note(COMPANY, company.pk, before=before, after={plain.PUT_AWAY: None})
    company.refresh_from_db()


@transaction.atomic
def discard_company(company: Company, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Put the company in the trash. Its people stay, without a company; they are back when it is, until it is gone."""
    with one_set("companies.discarded", by=by, source=source_of(by), now=now, into=into) as made:
        there = {"trashed_at": None, "archived_at": company.archived_at}
        if Company.objects.filter(pk=company.pk, **there).exists():
            left = employ(Contact.objects.filter(company=company), None, by=by, now=now, into=made)
            away = company.archived_at or now
            if put_standing(company, there, archived_at=away, trashed_at=now, left=left, now=now):
                before = {**plain.of(company, [plain.PUT_AWAY]), plain.LEFT: left}
                made.note(COMPANY, company.pk, before=before, after=None)
    company.refresh_from_db()


@transaction.atomic
def retrieve_company(
    company: Company, *, now: datetime, by: Author | None = None, into: Recorder | None = None
) -> None:
    """Take the company out of the trash, with those of its people who have no other by now.

    One that was archived before is so again. Refused when another company has its name or VAT id by now.
    """
    if company.trashed_at is None:
        return
    was_archived = company.archived_at != company.trashed_at
    if not was_archived:
        refuse_taken(company)
    with one_set("companies.retrieved", by=by, source=source_of(by), now=now, into=into) as made:
        back = company.archived_at if was_archived else None
        left = company.left
        if put_standing(company, {"trashed_at__isnull": False}, archived_at=back, trashed_at=None, left=[], now=now):
            company.refresh_from_db()
            after = {**plain.of(company, [plain.PUT_AWAY]), plain.LEFT: left}
            made.note(COMPANY, company.pk, before=None, after=after)
            employ(Contact.objects.filter(pk__in=left, company=None), company, by=by, now=now, into=made)
    company.refresh_from_db()


def put_standing(company: Company, there: dict[str, Any], *, now: datetime, **to: Any) -> bool:
    """Let the company stand otherwise; False when it does not stand as `there` says. What it gives up is free."""
    with refusing_shared_id(company):
        found = Company.objects.filter(pk=company.pk, **there)
        done = bool(found.update(**to, doubled_at=None, changed_at=now, version=F("version") + 1))
    if done:
        hand_on(company.vat_id)
        live.publish(f"company:{company.pk}")
        live.publish("companies")
    return done


def employ(
    people: Iterable[Contact], company: Company | None, *, by: Author | None, now: datetime, into: Recorder
) -> list[int]:
    """They all work there from now on, or nowhere; their histories say so. Returns who. A millisecond for each."""
    done, happened = [], []
    for contact in list(people):
        was, contact.company = contact.company, company
        before, after = {"company": was.pk if was else None}, {"company": company.pk if company else None}
        describe(contact)
        write(contact, ["company", "search_text"], changed=after, by=by, now=now)
        into.note(CONTACT, contact.pk, before=before, after=after)
        changes = in_words(before, after, firms=[was, company], known={})
        happened.append(_event(contact.pk, told(changes, by=by, known={}), by=by, now=now))
        done.append(contact.pk)
    events.append(happened)
    return done


def _event(contact_id: int, properties: dict[str, Any], *, by: Author | None, now: datetime) -> Event:
    return Event.of(
        id=uuid4(),
        name="Contact Updated",
        at=now,
        received_at=now,
        profile_id=contact_id,
        channel=source_of(by),
        properties=properties,
        by=person(by),
    )
