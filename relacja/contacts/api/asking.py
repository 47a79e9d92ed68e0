"""What the operations on contacts and companies share."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Schema
from pydantic import Field, create_model

from relacja.contacts import families, fields, narrowing, plain, tags
from relacja.contacts.fields import Known
from relacja.contacts.listing.shapes import Page, Row
from relacja.contacts.models import Company, Contact, Record
from relacja.lib.errors import Refused
from relacja.staff.api import Problem

MOST = 200
LARGEST = 1 << 62
Id = Annotated[int, Path(ge=1, lt=LARGEST)]
Number = Annotated[int, Field(ge=1, lt=LARGEST)]
Limit = Annotated[int, Field(ge=1, le=MOST)]


class Owner(Schema):
    id: int
    name: str


def load(contact_id: int) -> Contact:
    """The contact, archived or not, with its company and owner. Raises `Http404`.

    One that was merged is gone, and the answer says into which: its number may come back, so nobody is redirected.
    """
    contact = get_object_or_404(Contact.objects.select_related("company", "owner"), pk=contact_id)
    if (winner := families.current(contact)) is not contact:
        sentence = _("This contact was merged into contact {number}.").format(number=winner.pk)
        raise Problem(410, sentence, more={"merged_into": winner.pk})
    return contact


def owner_of(record: Any) -> dict[str, Any] | None:
    """Who takes care of a record, for the answer."""
    return {"id": record.owner.pk, "name": str(record.owner)} if record.owner else None


def attributes_of(record: Contact | Company) -> dict[str, Any]:
    """Own fields for the answer, with the tags of today by key: those that were given may have been merged since."""
    held = record.attributes.get(tags.KEY)
    meant = {tags.KEY: [tag.key for tag in tags.remembered().meant(held)]} if held else {}
    return {**record.attributes, **meant}


def refuse_choice(name: str, value: str, known: Collection[str]) -> None:
    """Refuse the parameter `name` when its value is none of those known."""
    if value not in known:
        sentence = _("Choose one of: {known}.").format(known=", ".join(sorted(known)))
        raise Problem(400, sentence, errors={name: sentence})


def rule(text: str, *, now: datetime, of: Record = Record.CONTACT) -> narrowing.Rule | None:
    """The rule that the parameter `rule` holds. A problem names the place in it, like `rule.all.1.operator`."""
    try:
        return narrowing.read(text, at=now, of=of) if text else None
    except Refused as refusal:
        place = f"rule.{refusal.field}".rstrip(".")
        raise Problem(400, str(refusal), errors={place: str(refusal)}) from refusal


def chosen(asked: str, known: Collection[str]) -> set[str]:
    """The names that the parameter `fields` lists between commas; with `id` always, everything when it is empty."""
    names = {name.strip() for name in asked.split(",") if name.strip()}
    if unknown := names - set(known):
        sentence = _("There is no such field: {names}.").format(names=", ".join(sorted(unknown))[:200])
        raise Problem(400, sentence, errors={"fields": sentence})
    return {"id", *names} if names else set(known)


def partly(whole: type[Schema], name: str, said: str) -> Any:
    """The same answer with whatever was asked for of it."""
    held: dict[str, Any] = dict(whole.model_fields)
    parts: dict[str, Any] = {name: (one.annotation | None, None) for name, one in held.items()}
    return create_model(name, __base__=Schema, __doc__=said, **parts)


def paged(page: Page[Row], show: Callable[[Row], dict[str, Any]], wanted: Collection[str]) -> dict[str, Any]:
    """A page of a list for the answer: of each record what is wanted, and where the list goes on."""
    items = [{name: value for name, value in show(one).items() if name in wanted} for one in page.rows]
    return {"items": items, "next": page.after or None}


def own_values(
    of: Record, given: Mapping[str, Any] | None, *, is_new: bool, wrong: dict[str, str]
) -> Mapping[str, Any]:
    """Own fields by key in their normal forms. What cannot be taken, or must be filled in, is named in `wrong`.

    `given` is what was sent, None for nothing. Seldom a query.
    """
    if not given and not is_new:
        return {}
    found: dict[str, str] = {}
    values = _judged(fields.remembered(of).values(), given or {}, is_new=is_new, wrong=found)
    if found:  # another process may have changed a field a moment ago
        found.clear()
        values = _judged(fields.own(of), given or {}, is_new=is_new, wrong=found)
    wrong.update(found)
    return values


def refuse(wrong: Mapping[str, str]) -> None:
    """Refuse the request when some of its fields cannot be taken: all of them at once."""
    if wrong:
        raise Problem(422, " ".join(wrong.values()), errors=wrong)


def _judged(
    own: Iterable[Known], given: Mapping[str, Any], *, is_new: bool, wrong: dict[str, str]
) -> Mapping[str, Any]:
    known = {one.key: one for one in own}
    values = dict(_taken(given, known, wrong))
    for key, one in known.items():
        held = one.field.default if is_new and one.field else None
        if one.is_required and (is_new or key in values) and plain.is_nothing(values.get(key, held)):
            wrong.setdefault(plain.ATTRIBUTE + key, _("This field is needed."))
    return values


def _taken(given: Mapping[str, Any], known: Mapping[str, Known], wrong: dict[str, str]) -> Iterable[tuple[str, Any]]:
    for key, value in given.items():
        try:
            yield key, known[key].take(value)
        except KeyError:
            wrong[plain.ATTRIBUTE + key] = _("There is no such field.")
        except Refused as refusal:
            wrong[plain.ATTRIBUTE + key] = str(refusal)
