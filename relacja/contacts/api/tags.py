"""Tags for programs: which there are, and who has them."""

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from relacja.contacts.actions import tags as actions
from relacja.contacts.api import companies, contacts
from relacja.contacts.api.asking import Id, Number, load, refuse
from relacja.contacts.models import Colour, Tag
from relacja.lib.text import folded
from relacja.staff.api import Request, Strict, offer, once, refuse_unknown, scope

router = Router(tags=["tags"])
Name = Annotated[str, Field(max_length=200)]
Names = Annotated[list[Name], Field(max_length=100)]


class NewTag(Strict):
    """A tag to make. Its name is one's own, however it is written."""

    name: Name
    colour: Colour = Colour.GREY


class ChangedTag(Strict):
    """What changes. Who has the tag keeps it."""

    name: Name | None = None
    colour: Colour | None = None


class Target(Strict):
    """The tag that all who have this one shall have."""

    into: Number


class Tagging(Strict):
    """Tags to put on and to take off, by name or key."""

    on: Names = []
    off: Names = []


class TagOut(Schema):
    """A tag. Records hold its `key`, which stays when it is renamed."""

    id: int
    key: str
    name: str
    colour: str


class Tags(Schema):
    items: list[TagOut]


@router.get("/tags", auth=scope("contacts.view"), response=Tags)
def tags(request: HttpRequest) -> dict[str, Any]:
    """Every tag there is, by name."""
    refuse_unknown(request)
    return {"items": [_tag(tag) for tag in Tag.objects.live().order_by("name_key")]}


@router.post("/tags", auth=scope("contacts.tags"), response={201: TagOut})
@once
def make_tag(request: Request, payload: NewTag) -> Status[dict[str, Any]]:
    """Make a tag."""
    made = actions.make_tag(payload.name, colour=payload.colour, by=request.auth, now=timezone.now())
    return Status(201, _tag(made))


@router.patch("/tags/{tag_id}", auth=scope("contacts.tags"), response=TagOut)
@once
def change_tag(request: Request, tag_id: Id, payload: ChangedTag) -> Status[dict[str, Any]]:
    """Call a tag otherwise, or give it another colour."""
    tag = _load(tag_id)
    actions.change_tag(
        tag,
        name=payload.name if payload.name is not None else tag.name,
        colour=payload.colour or tag.colour,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(200, _tag(tag))


@router.post("/tags/{tag_id}/merge", auth=scope("contacts.tags"), response=TagOut)
@once
def merge_tag(request: Request, tag_id: Id, payload: Target) -> Status[dict[str, Any]]:
    """Whoever has this tag has the other one from now on; the answer is the other one."""
    target = _load(payload.into)
    actions.merge_tag(_load(tag_id), target, by=request.auth, now=timezone.now())
    return Status(200, _tag(target))


@router.post("/contacts/{contact_id}/tags", auth=scope("contacts.edit"), response=contacts.ContactOut)
@once
def tag_contact(request: Request, contact_id: Id, payload: Tagging) -> Status[dict[str, Any]]:
    """Put tags on a contact, and take others off."""
    return Status(200, contacts.shown(_tagged(load(contact_id), payload, request)))


@router.post("/companies/{company_id}/tags", auth=scope("contacts.edit"), response=companies.CompanyOut)
@once
def tag_company(request: Request, company_id: Id, payload: Tagging) -> Status[dict[str, Any]]:
    """Put tags on a company, and take others off."""
    return Status(200, companies.shown(_tagged(companies.load(company_id), payload, request)))


def _tagged(record: Any, payload: Tagging, request: Request) -> Any:
    wrong: dict[str, str] = {}
    on, off = _named("on", payload.on, wrong), _named("off", payload.off, wrong)
    refuse(wrong)
    actions.retag(record, on=on, off=off, by=request.auth, now=timezone.now())
    return record


def _named(field: str, names: list[str], wrong: dict[str, str]) -> list[Tag]:
    """The tags of these names or keys. One query."""
    live = list(Tag.objects.live())
    known = {**{tag.name_key: tag for tag in live}, **{tag.key: tag for tag in live}}
    found = []
    for number, name in enumerate(names):
        tag = known.get(name) or known.get(folded(name)[:60])
        if tag is None:
            wrong[f"{field}.{number}"] = _("There is no tag “{text}”.").format(text=name[:60])
        else:
            found.append(tag)
    return found


def _load(tag_id: int) -> Tag:
    return get_object_or_404(Tag.objects.live(), pk=tag_id)


def _tag(tag: Tag) -> dict[str, Any]:
    return {name: getattr(tag, name) for name in ("id", "key", "name", "colour")}


remove = partial(offer, router, "DELETE", of=scope("contacts.tags"), load=_load, show=_tag, answer=TagOut)
remove("/tags/{tag_id}", actions.remove_tag, "Remove a tag: nobody has it any more.")
