"""Creating, changing and putting away one contact."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from relacja.contacts import families, fields, plain, taking
from relacja.contacts.actions.writing import claim, describe, refuse_overwriting, refuse_taken, rename, write
from relacja.contacts.fields import Known
from relacja.contacts.models import Company, Contact, Record, Stage
from relacja.contacts.rules import Values
from relacja.events.actions import record
from relacja.lib import live, rows
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.changes import Recorder, one_set, person
from relacja.staff.models import Author, User

CONTACT = "contact"
COMPANY = "company"
Words = dict[str, tuple[str, str]]


@transaction.atomic
def create(
    *,
    values: Values,
    now: datetime,
    by: Author | None = None,
    source: str = "staff",
    channel: str = "staff",
    company: str = "",
    owner: User | None = None,
    into: Recorder | None = None,
) -> Contact:
    """A new contact with its identities, its history begun. Refused when somebody else has the e-mail or phone."""
    made = into or Recorder("contacts.added", by=by, source=channel, now=now)
    contact = Contact(
        **values.fields,
        company=company_named(company, now=now, into=made),
        owner=owner,
        source=source,
        attributes={**fields.defaults(Record.CONTACT), **_given(values)},
        created_at=now,
        changed_at=now,
    )
    describe(contact)
    rows.insert(contact)
    claim(contact, values.identities, now=now)
    made.note(CONTACT, contact.pk, before=None, after=plain.filled(contact))
    if into is None:
        made.store()
    record(
        "Contact Created",
        profile_id=contact.pk,
        at=now,
        now=now,
        channel=channel,
        properties={"source": source},
        by=person(by),
    )
    live.publish("contacts")
    return contact


@transaction.atomic
def edit(
    contact: Contact,
    *,
    values: Values,
    now: datetime,
    by: Author | None = None,
    channel: str = "staff",
    company: str | None = None,
    version: int | None = None,
    into: Recorder | None = None,
) -> Words:
    """Change what differs and return it as {field: (before, after)}. Nothing differs: nothing is written.

    `version` is the one the change was decided on: fields that somebody changed since are not overwritten, but raise
    `ChangedMeanwhile`.
    """
    with one_set("contacts.edited", by=by, source=channel, now=now, into=into) as made:
        held = Contact.objects.select_related("company").get(pk=contact.pk)
        wanted = {**values.fields, **{plain.ATTRIBUTE + key: value for key, value in values.attributes.items()}}
        firm = company_named(company, now=now, into=made) if company is not None else held.company
        wanted["company"] = firm.pk if firm else None
        before, after = plain.changed(held, wanted)
        if not after:
            return {}
        known = fields.among(Record.CONTACT, after)
        changes = in_words(before, after, firms=[held.company, firm], known=known)
        refuse_overwriting(held, changes, version)
        refuse_taken(values.identities, by_other_than=held)
        rename(held, values, changes, now=now)
        plain.put(held, after)
        held.company = firm
        describe(held)
        write(held, {*map(plain.column, after), "name_key", "search_text"}, changed=after, by=by, now=now)
        made.note(CONTACT, held.pk, before=before, after=after)
    contact.refresh_from_db()
    record(
        "Contact Updated",
        profile_id=contact.pk,
        at=now,
        now=now,
        channel=channel,
        properties=told(changes, by=by, known=known),
        by=person(by),
    )
    live.publish(f"contact:{contact.pk}")
    return changes


@transaction.atomic
def archive(contact: Contact, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Put the contact away: found and counted no more, kept with its history."""
    with one_set("contacts.archived", by=by, source=source_of(by), now=now, into=into) as made:
        if (
            Contact.objects.active()
            .filter(pk=contact.pk)
            .update(archived_at=now, changed_at=now, version=F("version") + 1, search_text="")
        ):
            made.note(CONTACT, contact.pk, before={plain.PUT_AWAY: None}, after={plain.PUT_AWAY: now.isoformat()})
            record("Contact Archived", profile_id=contact.pk, at=now, now=now, channel="staff", by=person(by))
            live.publish(f"contact:{contact.pk}")
    contact.refresh_from_db()


@transaction.atomic
def restore(contact: Contact, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Take an archived contact back, as it was. One in the trash stays there: `retrieve` takes it out.

    Refused for one that was merged: the merge is taken apart instead.
    """
    if contact.trashed_at is not None:
        return
    if (winner := families.successor(contact.pk)) is not None:
        raise Refused(_("{person} is part of {winner}. Take that merge apart.").format(person=contact, winner=winner))
    before = plain.of(contact, [plain.PUT_AWAY])
    contact.archived_at = None
    describe(contact)
    with one_set("contacts.restored", by=by, source=source_of(by), now=now, into=into) as made:
        if (
            Contact.objects.filter(pk=contact.pk)
            .exclude(archived_at=None)
            .update(archived_at=None, changed_at=now, version=F("version") + 1, search_text=contact.search_text)
        ):
            made.note(CONTACT, contact.pk, before=before, after={plain.PUT_AWAY: None})
            record("Contact Restored", profile_id=contact.pk, at=now, now=now, channel="staff", by=person(by))
            live.publish(f"contact:{contact.pk}")
    contact.refresh_from_db()


@transaction.atomic
def discard(contact: Contact, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Put the contact in the trash. It comes back from there as it was, until the trash is emptied."""
    with one_set("contacts.discarded", by=by, source=source_of(by), now=now, into=into) as made:
        if Contact.objects.filter(pk=contact.pk, trashed_at=None, archived_at=contact.archived_at).update(
            trashed_at=now,
            archived_at=contact.archived_at or now,
            changed_at=now,
            version=F("version") + 1,
            search_text="",
        ):
            made.note(CONTACT, contact.pk, before=plain.of(contact, [plain.PUT_AWAY]), after=None)
            record("Contact Discarded", profile_id=contact.pk, at=now, now=now, channel=source_of(by), by=person(by))
            live.publish(f"contact:{contact.pk}")
    contact.refresh_from_db()


@transaction.atomic
def retrieve(contact: Contact, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Take the contact out of the trash; who was archived before is so again."""
    was_archived = contact.archived_at != contact.trashed_at
    contact.archived_at = contact.archived_at if was_archived else None
    describe(contact)
    with one_set("contacts.retrieved", by=by, source=source_of(by), now=now, into=into) as made:
        if (
            Contact.objects.filter(pk=contact.pk)
            .exclude(trashed_at=None)
            .update(
                trashed_at=None,
                archived_at=contact.archived_at,
                changed_at=now,
                version=F("version") + 1,
                search_text=contact.search_text,
            )
        ):
            made.note(CONTACT, contact.pk, before=None, after=plain.of(contact, [plain.PUT_AWAY]))
            record("Contact Restored", profile_id=contact.pk, at=now, now=now, channel=source_of(by), by=person(by))
            live.publish(f"contact:{contact.pk}")
    contact.refresh_from_db()


@transaction.atomic
def set_stage(
    contact_id: int,
    stage: Stage,
    *,
    now: datetime,
    at: datetime | None = None,
    by: Author | None = None,
    version: int | None = None,
    into: Recorder | None = None,
) -> bool:
    """Move a contact to `stage`; its history says when and from where. False when it is there already.

    `version` is the one it was decided on, as in `edit`.
    """
    contact = Contact.objects.filter(pk=contact_id).exclude(stage=stage).first()
    if contact is None:
        return False
    refuse_overwriting(contact, {"stage": (str(Stage(contact.stage).label), str(stage.label))}, version)
    before, contact.stage = contact.stage, stage
    with one_set("contacts.edited", by=by, source=source_of(by), now=now, into=into) as made:
        write(contact, ["stage"], changed=["stage"], by=by, now=now, at=at)
        made.note(CONTACT, contact_id, before={"stage": before}, after={"stage": str(stage)})
    record(
        "Stage Changed",
        profile_id=contact_id,
        at=at or now,
        now=now,
        channel=source_of(by),
        properties={"stage": str(stage), "before": before, "author": str(by) if by else ""},
        by=person(by),
    )
    live.publish(f"contact:{contact_id}")
    return True


@transaction.atomic
def assign(
    contact: Contact,
    owner: User | None,
    *,
    by: Author,
    now: datetime,
    version: int | None = None,
    into: Recorder | None = None,
) -> None:
    """From now on `owner` takes care of the contact, or nobody does. `version` is the one it was decided on.

    Refused when the rule of taking people over says no.
    """
    held = Contact.objects.select_related("owner").get(pk=contact.pk)
    if held.owner_id != (owner.pk if owner else None):
        refuse_overwriting(held, {"owner": (str(held.owner or ""), str(owner or ""))}, version)
        taking.refuse(held, owner, by=by)
        with one_set("contacts.assigned", by=by, source=source_of(by), now=now, into=into) as made:
            before = plain.of(held, ["owner"])
            held.owner = owner
            write(held, ["owner"], changed=["owner"], by=by, now=now)
            made.note(CONTACT, held.pk, before=before, after=plain.of(held, ["owner"]))
        record(
            "Owner Changed",
            profile_id=contact.pk,
            at=now,
            now=now,
            channel=source_of(by),
            properties={"owner": str(owner) if owner else ""},
            by=person(by),
        )
        live.publish(f"contact:{contact.pk}")
    contact.refresh_from_db()


@transaction.atomic
def add_note(contact: Contact, *, text: str, by: User, now: datetime) -> None:
    """A note by a member of staff, on the timeline."""
    text = cleaned(text)
    if not text:
        raise Refused(_("Write something first: an empty note says nothing."))
    if len(text) > 10_000:
        raise Refused(_("This note is too long. Keep it under 10,000 characters."))
    record(
        "Note Added",
        profile_id=contact.pk,
        at=now,
        now=now,
        channel="staff",
        properties={"text": text, "author": str(by)},
        by=by.pk,
    )


def touch(contact_ids: Iterable[int]) -> None:
    """Something about these contacts that the facts hold has changed; they are copied within a second."""
    Contact.objects.filter(pk__in=list(contact_ids)).update(version=F("version") + 1)


def company_named(name: str, *, now: datetime, into: Recorder) -> Company | None:
    """The company of that name, made if there is none yet; None for an empty name."""
    name = cleaned(name)[:200]
    if not name:
        return None
    known = Company.objects.active().filter(name_key=folded(name)[:200]).first()
    if known is None:
        known = Company.objects.create(name=name, name_key=folded(name)[:200], created_at=now, changed_at=now)
        into.note(COMPANY, known.pk, before=None, after={"name": name})
    return known


def in_words(
    before: Mapping[str, Any], after: Mapping[str, Any], *, firms: Iterable[Company | None], known: Mapping[str, Known]
) -> Words:
    """What was changed, as text. One query when own fields among it refer to records; those are in `known`."""
    return all_in_words([(before, after)], firms=firms, known=known)[0]


def all_in_words(
    pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    *,
    firms: Iterable[Company | None],
    known: Mapping[str, Known],
) -> list[Words]:
    """The same for many changes, for the price of one."""
    given = [(known[name], value) for pair in pairs for one in pair for name, value in one.items() if name in known]
    names = {**fields.named(given), **{("company", firm.pk): firm.name for firm in firms if firm}}

    def text(name: str, value: Any) -> str:
        if name == "company":
            return names.get(("company", value), "")
        return known[name].show(value, names) if name in known else str(value or "")

    return [{name: (text(name, before[name]), text(name, after[name])) for name in after} for before, after in pairs]


def told(changes: Mapping[str, tuple[str, str]], *, by: Author | None, known: Mapping[str, Known]) -> dict[str, Any]:
    """What the event says about an edit: it stays on the timeline when the history has let go of it."""
    labels = {path: str(one.label) for path, one in known.items() if one.field}
    return {
        "fields": ", ".join(sorted(labels.get(name, name) for name in changes)),
        "changes": {labels.get(name, name): list(pair) for name, pair in changes.items()},
        "author": str(by) if by else "",
    }


def _given(values: Values) -> dict[str, Any]:
    return {key: value for key, value in values.attributes.items() if not plain.is_nothing(value)}


def source_of(by: Author | None) -> str:
    """How a change came, when nobody says more."""
    if by is None:
        return "system"
    return "staff" if isinstance(by, User) else "api"
