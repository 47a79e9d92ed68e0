"""Segments for programs: described, counted, read member by member, and explained for one person."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field, JsonValue

from relacja.contacts.api.asking import Id, Limit, load
from relacja.lib.errors import Refused
from relacja.segments import actions, audience, exclusions, queries, rules
from relacja.segments.audience import Audience
from relacja.segments.exclusions import Aim
from relacja.segments.models import Segment
from relacja.segments.rules import Rule
from relacja.staff.api import Problem, Request, Strict, offer, once, refuse_unknown, scope
from relacja.staff.models import ApiKey

SAMPLE = 10
router = Router(tags=["segments"])
SegmentId = Annotated[int, Path(ge=1, lt=1 << 62)]
MemberLimit = Annotated[int, Field(ge=1, le=10_000)]


class SegmentFields(Strict):
    """What may be said about a segment. Only what is sent is changed.

    `rule` is one of docs/reference/segment-rules.md.
    """

    name: str = ""
    description: str = ""
    rule: dict[str, JsonValue] = {}


class NewSegment(SegmentFields):
    name: str
    rule: dict[str, JsonValue]


class Aimed(Strict):
    """How those who are meant are to be reached: on a `channel`, for a `purpose` of consents; none is no marketing."""

    channel: str = ""
    purpose: str = ""

    def read(self) -> Aim:
        """Raises `Problem` for what nobody can be reached by."""
        if self.channel and not Aim.of_code(f"{self.channel}/{self.purpose}").channel:
            words = _("Nobody can be reached like that.")
            raise Problem(422, words, errors={"aim": words})
        return Aim(self.channel, self.purpose)


class Meant(Strict):
    """Whom to ask about: a `rule`, or an `audience` of docs/guide/audiences.md, which may hold one.

    With an `aim` only those are meant who can be reached.
    """

    rule: dict[str, JsonValue] = {}
    audience: dict[str, JsonValue] = {}
    aim: Aimed = Aimed()

    def read(self) -> Audience:
        """Raises `Problem` naming the place at fault, like `audience.except`."""
        if bool(self.rule) == bool(self.audience):
            raise Problem(422, _("Send a rule or an audience."), errors={"rule": _("Send a rule or an audience.")})
        if self.rule:
            return Audience(rule=_rule(dict(self.rule)))
        try:
            return audience.read(dict(self.audience))
        except Refused as refusal:
            place = f"audience.{refusal.field}".rstrip(".")
            raise Problem(422, str(refusal), errors={place: str(refusal)}) from refusal


class Asked(Meant):
    """A rule or an audience to ask without keeping it; `sample` says how many people to name."""

    sample: Annotated[int, Field(ge=0, le=100)] = SAMPLE


class MeantMembers(Meant):
    """The page of people after the `cursor` that the one before told."""

    cursor: Annotated[str, Field(pattern="^([0-9]{1,18})?$")] = ""
    limit: MemberLimit = 1000


class Excluded(Schema):
    """How many would be meant but for this reason, and for none before it."""

    reason: str
    people: int


class Counted(Schema):
    """How many are meant, of how many; together with the `excluded` they are those who were asked for."""

    size: int
    everybody: int
    excluded: list[Excluded]
    sentence: str
    sample: list[int]


class Listed(Schema):
    archived: bool = False
    cursor: Annotated[str, Field(pattern="^([0-9]{1,18})?$")] = ""
    limit: Limit = 50


class MembersListed(Schema):
    cursor: Annotated[str, Field(pattern="^([0-9]{1,18})?$")] = ""
    limit: MemberLimit = 1000


class SegmentOut(Schema):
    """A segment. `counted_at` is null until its members are known; `broken` says why it is not kept true any more."""

    id: int
    key: str
    name: str
    description: str
    rule: dict[str, Any]
    sentence: str
    size: int
    counted_at: datetime | None
    broken: str
    created_at: datetime
    archived_at: datetime | None


class Segments(Schema):
    items: list[SegmentOut]
    next: str | None


class Members(Schema):
    """Ids of contacts in rising order."""

    items: list[int]
    next: str | None


class EventOut(Schema):
    id: str
    name: str
    at: datetime
    sentence: str


class ClauseOut(Schema):
    """A line of a rule, `depth` groups deep: whether it is true of the contact, and for a condition what says so."""

    depth: int
    words: str
    holds: bool
    value: str | None
    events: list[EventOut]


class ExplanationOut(Schema):
    """Why a contact meets the rule, or why not: the whole rule first, then its parts in reading order.

    `missing` says what would have to become true; it is empty for who meets the rule.
    """

    contact: int
    holds: bool
    missing: str
    clauses: list[ClauseOut]


class MembershipOut(Schema):
    """Whether a contact is in the segment, as it was last counted."""

    contact: int
    member: bool
    counted_at: datetime | None


class VersionOut(Schema):
    number: int
    name: str
    description: str
    rule: dict[str, Any]
    at: datetime


class Versions(Schema):
    items: list[VersionOut]


class SizeOut(Schema):
    day: date
    size: int


class Sizes(Schema):
    """How many were in at the end of each day, oldest first."""

    items: list[SizeOut]


SEE, EDIT = scope("segments.view"), scope("segments.edit")


@router.get("/segments", auth=SEE, response=Segments)
def segments(request: HttpRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Segments, the oldest first."""
    refuse_unknown(request, *Listed.model_fields)
    there = Segment.objects.named()
    kept = there.exclude(archived_at=None) if asked.archived else there.live()
    found = list(kept.defer("members").filter(pk__gt=int(asked.cursor or 0)).order_by("pk")[: asked.limit + 1])
    more, rows = len(found) > asked.limit, found[: asked.limit]
    return {"items": [shown(one) for one in rows], "next": str(rows[-1].pk) if more else None}


@router.post("/segments", auth=EDIT, response={201: SegmentOut})
@once
def create_segment(request: Request, payload: NewSegment) -> Status[dict[str, Any]]:
    """Describe a segment. Its members are counted right after."""
    made = actions.create(
        name=payload.name, description=payload.description, rule=_rule(payload.rule).to_json(), now=timezone.now()
    )
    return Status(201, shown(made))


@router.post("/segment-counts", auth=SEE, response=Counted)
def count(request: Request, payload: Asked) -> dict[str, Any]:
    """How many meet a rule or are meant by an audience right now, some of them, and who is left out and why."""
    chosen, aim, now = payload.read(), payload.aim.read(), timezone.now()
    rule, left_out = exclusions.reached(chosen, aim), exclusions.of(chosen, aim)
    size, everybody, *gone = queries.counts([rule, rules.Every(), *(one.rule for one in left_out)], now)
    return {
        "size": size,
        "everybody": everybody,
        "excluded": [{"reason": one.words, "people": n} for one, n in zip(left_out, gone, strict=True) if n],
        "sentence": chosen.words(),
        "sample": queries.members(rule, 0, payload.sample, now) if payload.sample else [],
    }


@router.post("/audience-members", auth=SEE, response=Members)
def audience_members(request: Request, payload: MeantMembers) -> dict[str, Any]:
    """Who meets a rule or is meant by an audience right now: up to 10,000 ids at once. Nothing is kept."""
    rule = exclusions.reached(payload.read(), payload.aim.read())
    found = queries.members(rule, int(payload.cursor or 0), payload.limit + 1, timezone.now())
    rows = found[: payload.limit]
    return {"items": rows, "next": str(rows[-1]) if len(found) > payload.limit else None}


@router.get("/segments/{segment_id}", auth=SEE, response=SegmentOut)
def segment(request: HttpRequest, segment_id: SegmentId) -> dict[str, Any]:
    """One segment, archived or not."""
    return shown(_load(segment_id))


@router.patch("/segments/{segment_id}", auth=EDIT, response=SegmentOut)
@once
def change_segment(request: Request, segment_id: SegmentId, payload: SegmentFields) -> Status[dict[str, Any]]:
    """Describe the segment anew. Another rule means other members, counted from the start."""
    found = _live(segment_id)
    sent = payload.model_dump(exclude_unset=True)
    actions.change(
        found,
        name=sent.get("name", found.name),
        description=sent.get("description", found.description),
        rule=_rule(sent["rule"]).to_json() if "rule" in sent else found.rule,
        now=timezone.now(),
    )
    return Status(200, shown(found))


@router.get("/segments/{segment_id}/members", auth=SEE, response=Members)
def members(request: HttpRequest, segment_id: SegmentId, asked: Query[MembersListed]) -> dict[str, Any]:
    """Who is in the segment, as it was last counted: up to 10,000 ids at once."""
    refuse_unknown(request, *MembersListed.model_fields)
    people = _live(segment_id).people()
    start = people.rank(int(asked.cursor)) if asked.cursor else 0
    found = list(people[start : start + asked.limit])
    return {"items": found, "next": str(found[-1]) if start + len(found) < len(people) else None}


@router.get("/segments/{segment_id}/members/{contact_id}", auth=SEE, response=MembershipOut)
def membership(request: HttpRequest, segment_id: SegmentId, contact_id: Id) -> dict[str, Any]:
    """Whether one contact is in the segment."""
    found, contact = _live(segment_id), load(contact_id)
    return {"contact": contact.pk, "member": contact.pk in found.people(), "counted_at": found.counted_at}


@router.get("/segments/{segment_id}/explanations/{contact_id}", auth=SEE, response=ExplanationOut)
def explanation(request: HttpRequest, segment_id: SegmentId, contact_id: Id) -> dict[str, Any]:
    """Why a contact meets the rule of the segment right now, or why not."""
    found, contact = _live(segment_id), load(contact_id)
    told = queries.explain(rules.read(found.rule), contact.pk, timezone.now())
    clauses = [_clause(one) for one in told.clauses]
    return {"contact": contact.pk, "holds": told.holds, "missing": told.missing, "clauses": clauses}


@router.get("/segments/{segment_id}/versions", auth=SEE, response=Versions)
def versions(request: HttpRequest, segment_id: SegmentId) -> dict[str, Any]:
    """How the segment was described, the newest version first."""
    return {"items": list(_load(segment_id).versions.order_by("-number"))}


@router.get("/segments/{segment_id}/sizes", auth=SEE, response=Sizes)
def sizes(request: HttpRequest, segment_id: SegmentId) -> dict[str, Any]:
    """How large the segment was, day by day."""
    return {"items": list(_load(segment_id).sizes.order_by("day"))}


@router.get("/contacts/{contact_id}/segments", auth=SEE, response=list[SegmentOut])
def segments_of(request: HttpRequest, contact_id: Id) -> list[dict[str, Any]]:
    """The live segments a contact is in, by name."""
    return [shown(one) for one in queries.segments_of(load(contact_id).pk)]


def archive(segment: Segment, *, by: ApiKey, now: datetime) -> None:
    actions.archive(segment, now=now)


def restore(segment: Segment, *, by: ApiKey, now: datetime) -> None:
    actions.restore(segment, now=now)


def shown(segment: Segment) -> dict[str, Any]:
    """A segment as the answer has it."""
    names = SegmentOut.model_fields.keys() - {"id", "sentence"}
    return {"id": segment.pk, "sentence": rules.said(segment.rule), **{name: getattr(segment, name) for name in names}}


def _clause(clause: queries.Clause) -> dict[str, Any]:
    evidence = clause.evidence
    return {
        "depth": clause.depth,
        "words": clause.words,
        "holds": clause.holds,
        "value": evidence.value if evidence else None,
        "events": [_event(one) for one in (evidence.events if evidence else ())],
    }


def _event(event: rules.Happened) -> dict[str, Any]:
    return {"id": str(event.id), "name": event.name, "at": event.at, "sentence": event.sentence}


def _rule(data: Any) -> Rule:
    """The rule that was sent. A problem names the place in it, like `rule.all.1.value`."""
    try:
        return rules.read(data)
    except Refused as refusal:
        place = f"rule.{refusal.field}".rstrip(".")
        raise Problem(422, str(refusal), errors={place: str(refusal)}) from refusal


def _load(segment_id: int) -> Segment:
    return get_object_or_404(Segment.objects.named(), pk=segment_id)


def _live(segment_id: int) -> Segment:
    return get_object_or_404(Segment.objects.live().named(), pk=segment_id)


offer(
    router,
    "DELETE",
    "/segments/{segment_id}",
    archive,
    "Put the segment away: nothing counts it any more.",
    of=EDIT,
    load=_live,
    show=shown,
    answer=SegmentOut,
)
offer(
    router,
    "POST",
    "/segments/{segment_id}/restoration",
    restore,
    "Take the segment back from the archive.",
    of=EDIT,
    load=_load,
    show=shown,
    answer=SegmentOut,
)
