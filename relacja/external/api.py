"""External data for programs: which sources there are, how old they are, and reading one now."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Router, Schema, Status

from relacja.external import actions
from relacja.external.models import Cause, Refresh, Source
from relacja.staff.api import Request, once, refuse_unknown, scope

router = Router(tags=["external data"])
SourceId = Annotated[int, Path(ge=1, lt=1 << 62)]
EDIT = scope("external.edit")


class ExternalColumnOut(Schema):
    """A column; `path` is how rules call it."""

    key: str
    path: str
    heading: str
    kind: str
    name: str


class SourceOut(Schema):
    """A table of somebody else. `people` are those its rows speak of, `taken_at` is when they were read; `trouble`
    says why the last refresh failed."""

    id: int
    key: str
    name: str
    kind: str
    people: int
    taken_at: datetime | None
    trouble: str
    next_at: datetime | None
    columns: list[ExternalColumnOut]


class Sources(Schema):
    items: list[SourceOut]


class RefreshOut(Schema):
    """A reading of a source. `state` goes from waiting over running to done or failed; `error` says why it failed.

    Of its rows, `strangers` are about nobody we know, `unnamed` name nobody, `twice` are about somebody of an earlier
    row, `broken` could not be read and `flawed` held a value that could not.
    """

    id: int
    state: str
    cause: str
    at: datetime
    ended_at: datetime | None
    rows: int
    people: int
    strangers: int
    unnamed: int
    twice: int
    broken: int
    flawed: int
    changed: int | None
    error: str


@router.get("/external-sources", auth=EDIT, response=Sources)
def external_sources(request: HttpRequest) -> dict[str, Any]:
    """Every source in use, the oldest first."""
    refuse_unknown(request)
    found = Source.objects.live().prefetch_related("columns").order_by("pk")
    return {"items": [_shown(one) for one in found]}


@router.get("/external-sources/{source_id}", auth=EDIT, response=SourceOut)
def external_source(request: HttpRequest, source_id: SourceId) -> dict[str, Any]:
    """One source in use."""
    return _shown(_load(source_id))


@router.post("/external-sources/{source_id}/refreshes", auth=EDIT, response={202: RefreshOut})
@once
def refresh_external_source(request: Request, source_id: SourceId) -> Status[dict[str, Any]]:
    """Read the source now. The answer says under which number; ask for it until it is done or failed."""
    begun = actions.begin(_load(source_id), cause=Cause.API, now=timezone.now())
    return Status(202, _told(begun))


@router.get("/external-sources/{source_id}/refreshes/{refresh_id}", auth=EDIT, response=RefreshOut)
def external_refresh(request: HttpRequest, source_id: SourceId, refresh_id: SourceId) -> dict[str, Any]:
    """How a refresh goes, or went."""
    return _told(get_object_or_404(_load(source_id).refreshes, pk=refresh_id))


def _load(source_id: int) -> Source:
    return get_object_or_404(Source.objects.live(), pk=source_id)


def _shown(source: Source) -> dict[str, Any]:
    columns = [
        {
            "key": one.key,
            "path": f"external.{source.key}.{one.key}",
            "heading": one.heading,
            "kind": one.kind,
            "name": str(one),
        }
        for one in source.columns.all()
    ]
    names = SourceOut.model_fields.keys() - {"id", "name", "columns"}
    return {
        "id": source.pk,
        "name": str(source),
        "columns": columns,
        **{name: getattr(source, name) for name in names},
    }


def _told(refresh: Refresh) -> dict[str, Any]:
    return {name: getattr(refresh, name) for name in RefreshOut.model_fields}
