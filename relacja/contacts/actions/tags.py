"""Tags: making, renaming, merging and removing them, and putting them on records."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from relacja.contacts import fields, tags
from relacja.contacts.actions.company import edit_company
from relacja.contacts.actions.record import edit
from relacja.contacts.models import Colour, Company, Contact, Tag
from relacja.contacts.tags import Vocabulary
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import Author

TAG = "tag"
MOST = 500
PARTING = re.compile(r"[;,|\n]")


class TagTaken(Refused):
    """There is a tag of that name."""


@transaction.atomic
def make_tag(
    name: str, *, now: datetime, by: Author | None = None, colour: str = Colour.GREY, into: Recorder | None = None
) -> Tag:
    """A new tag. Refused when there is one of that name, however it is written."""
    name = _name(name)
    if Tag.objects.live().count() >= MOST:
        raise Refused(_("There are {most} tags already. Merge or remove some first.").format(most=MOST))
    made = Tag(key=_key(name), name=name, name_key=folded(name)[:60], colour=_colour(colour), created_at=now)
    _save(made)
    with one_set("tags.made", by=by, source="staff", now=now, into=into) as noted:
        noted.note(TAG, made.pk, before=None, after={"name": made.name, "colour": made.colour})
    tags.moved([made.key])
    return made


@transaction.atomic
def change_tag(
    tag: Tag, *, name: str, colour: str, now: datetime, by: Author | None = None, into: Recorder | None = None
) -> None:
    """Call it so from now on. Who has it keeps it."""
    wanted = {"name": _name(name), "colour": _colour(colour)}
    before = {field: getattr(tag, field) for field, value in wanted.items() if getattr(tag, field) != value}
    if not before:
        return
    put_tag(tag, {field: wanted[field] for field in before})
    with one_set("tags.changed", by=by, source="staff", now=now, into=into) as noted:
        noted.note(TAG, tag.pk, before=before, after={field: wanted[field] for field in before})


@transaction.atomic
def merge_tag(tag: Tag, target: Tag, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Whoever has `tag` has `target` from now on. Costs the same however many they are."""
    if tag.pk == target.pk:
        raise Refused(_("Choose another tag: one cannot be merged into itself."))
    refuse_gone(target)
    refuse_gone(tag)
    put_tag(tag, {"merged_into": target.pk})
    with one_set("tags.merged", by=by, source="staff", now=now, into=into) as noted:
        noted.note(TAG, tag.pk, before={"merged_into": None}, after={"merged_into": target.pk})


@transaction.atomic
def remove_tag(tag: Tag, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """Nobody has it any more; taken back, all who had it have it again."""
    refuse_gone(tag)
    put_tag(tag, {"archived_at": now.isoformat()})
    with one_set("tags.removed", by=by, source="staff", now=now, into=into) as noted:
        noted.note(TAG, tag.pk, before={"archived_at": None}, after={"archived_at": now.isoformat()})


def retag(
    record: Contact | Company,
    *,
    on: Collection[Tag] = (),
    off: Collection[Tag] = (),
    now: datetime,
    by: Author | None = None,
    into: Recorder | None = None,
) -> None:
    """Put tags on somebody or a company, and take others off. What is so already stays."""
    record.refresh_from_db(fields=["attributes", "archived_at"])
    if record.archived_at is not None:
        raise Refused(_("This record is archived. Take it back first."))
    wanted = retagged(record, tags.vocabulary(), on=on, off=off)
    if isinstance(record, Company):
        edit_company(record, values=wanted, by=by, now=now, into=into)
    else:
        edit(record, values=fields.values(wanted), by=by, now=now, into=into)


def retagged(
    record: Contact | Company, known: Vocabulary, *, on: Collection[Tag] = (), off: Collection[Tag] = ()
) -> dict[str, Any]:
    """The tags somebody has then, as a value of their field."""
    gone = {one for tag in off for one in known.behind(tag.key)}
    kept = [key for key in record.attributes.get(tags.KEY) or [] if key not in gone]
    meant = {tag.pk for tag in known.meant(kept)}
    return {tags.PATH: [*kept, *(tag.key for tag in on if tag.pk not in meant)] or None}


def tags_named(text: str, *, may_make: bool, now: datetime, by: Author | None, into: Recorder) -> list[Tag]:
    """The tags of these names, parted by commas; those that are not there are made by who may."""
    known = {tag.name_key: tag for tag in Tag.objects.live()}
    found: dict[int, Tag] = {}
    for part in PARTING.split(text):
        if not (key := folded(part)[:60]):
            continue
        if key not in known and not may_make:
            raise Refused(_("There is no tag “{name}”, and you may not make one.").format(name=cleaned(part)))
        if key not in known:
            known[key] = make_tag(part, now=now, by=by, into=into)
        found[known[key].pk] = known[key]
    return list(found.values())


def put_tag(tag: Tag, values: Mapping[str, Any]) -> None:
    """Store these fields of a tag, as the history has them. Raises `TagTaken`."""
    for field, value in values.items():
        if field == "merged_into":
            tag.merged_into_id = value
        elif field == "archived_at":
            tag.archived_at = datetime.fromisoformat(value) if value else None
        else:
            setattr(tag, field, value)
    tag.name_key = folded(tag.name)[:60]
    before = tags.vocabulary().behind(tag.key)
    _save(tag)
    tags.moved({*before, *tags.vocabulary().behind(tag.key)})


def refuse_gone(tag: Tag) -> None:
    """Raise `Refused` when somebody merged the tag into another one, or removed it."""
    if not Tag.objects.live().filter(pk=tag.pk).exists():
        raise Refused(_("The tag “{name}” is not there any more.").format(name=tag.name))


def _save(tag: Tag) -> None:
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError as error:
        raise TagTaken(_("There is a tag “{name}” already.").format(name=tag.name), field="name") from error


def _name(text: str) -> str:
    name = " ".join(cleaned(text).split())
    if not folded(name):
        raise Refused(_("Give the tag a name."), field="name")
    if len(name) > 60 or len(folded(name)) > 60:
        raise Refused(_("This is too long. Keep it under {most} characters.").format(most=60), field="name")
    if PARTING.search(name):
        raise Refused(_("Commas, semicolons and bars part one tag from the next; leave them out."), field="name")
    return name


def _colour(text: str) -> str:
    return text if text in Colour.values else Colour.GREY


def _key(name: str) -> str:
    """A key made of a name, of its own for ever: Klient złoty is klient_zloty."""
    plain = re.sub(r"[^a-z0-9]+", "_", folded(name)).strip("_")[:32] or "tag"
    taken = set(Tag.objects.filter(key__startswith=plain).values_list("key", flat=True))
    return next(key for key in _tried(plain) if key not in taken)


def _tried(key: str) -> Iterable[str]:
    yield key
    for number in range(2, 10**6):
        yield f"{key}_{number}"
