"""Imports for programs: a file is sent, mapped, checked, run and taken back, as on the pages."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Path, Query, Router, Status, UploadedFile

from relacja.imports import actions, mending, queries, tasks, words
from relacja.imports.api import answers, given
from relacja.imports.api.schemas import Asked, ImportOut, ImportsOut, Listed, Preparation, Rows, RowsListed, Targets
from relacja.imports.models import Import, State
from relacja.imports.reading import Unreadable
from relacja.jobs.work import later
from relacja.staff.api import Problem, Request, offer, once, refuse_unknown, scope
from relacja.staff.models import ApiKey

router = Router(tags=["imports"])
KEY = scope("imports.run")
Id = Annotated[int, Path(ge=1, lt=1 << 62)]


@router.get("/import-targets", auth=KEY, response=Targets)
def targets(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """What a column may hold, in a file of people or of companies."""
    refuse_unknown(request, *Asked.model_fields)
    return {"items": [{"target": target, "label": str(label)} for target, label in words.targets(asked.of) if target]}


@router.get("/imports", auth=KEY, response=ImportsOut)
def imports(request: HttpRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Imports, the last one first."""
    refuse_unknown(request, *Listed.model_fields)
    found: QuerySet[Import] = Import.objects.order_by("-pk")
    if asked.cursor:
        found = found.filter(pk__lt=int(asked.cursor))
    rows = list(found[: asked.limit + 1])
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return {"items": [answers.told(one) for one in rows], "next": str(rows[-1].pk) if more else None}


@router.post("/imports", auth=KEY, response={201: ImportOut})
@once
def receive(request: Request, file: File[UploadedFile]) -> Status[dict[str, Any]]:
    """Send a file: CSV, XLSX or vCard, up to 500 MB. How it is read and what its columns hold is guessed."""
    try:
        content: Any = file.file
        one = actions.receive(
            file=content, name=file.name or "", size=file.size or 0, by=request.auth, now=timezone.now()
        )
    except Unreadable as refusal:
        raise Problem(422, str(refusal), errors={"file": str(refusal)}) from refusal
    return Status(201, answers.told(one))


@router.get("/imports/{import_id}", auth=KEY, response=ImportOut)
def one_import(request: HttpRequest, import_id: Id) -> dict[str, Any]:
    """One import: how it is prepared, what is foretold, how far it has come."""
    return answers.told(_load(import_id))


@router.patch("/imports/{import_id}", auth=KEY, response=ImportOut)
@once
def prepare(request: Request, import_id: Id, payload: Preparation) -> Status[dict[str, Any]]:
    """Say how the file is read, what its columns hold and how it is meant. What was foretold is forgotten."""
    one = _load(import_id, with_file=True)
    if payload.format is not None:
        actions.reread(one, given.format_of(one, payload.format), of=payload.format.of)
    if payload.columns is not None or payload.options is not None:
        columns = given.columns_of(one, payload.columns) if payload.columns is not None else one.columns
        actions.choose(one, columns=columns, options=given.options_of(one, payload.options), now=timezone.now())
    return Status(200, answers.told(one))


@router.delete("/imports/{import_id}", auth=KEY, response={204: None})
@once
def remove(request: Request, import_id: Id) -> Status[None]:
    """Forget an import, its file and what became of its rows. What it brought stays."""
    actions.remove(_load(import_id))
    return Status(204, None)


@router.get("/imports/{import_id}/rows", auth=KEY, response=Rows)
def rows(request: HttpRequest, import_id: Id, asked: Query[RowsListed]) -> dict[str, Any]:
    """What became of the rows, in the order of the file."""
    refuse_unknown(request, *RowsListed.model_fields)
    found = queries.lines(_load(import_id), asked.kind, after=asked.cursor, limit=asked.limit)
    return {"items": [answers.row(line.outcome) for line in found.lines], "next": found.after or None}


@router.get(
    "/imports/{import_id}/refused",
    auth=KEY,
    openapi_extra={"responses": {200: {"description": "CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
def refused(request: HttpRequest, import_id: Id) -> HttpResponse:
    """The refused rows as a CSV file to mend and load again, with why each was refused."""
    one = _load(import_id, with_file=True)
    response: Any = StreamingHttpResponse(mending.as_csv(one), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{one.pk}.csv"'
    return response  # type: ignore[no-any-return]


def _load(import_id: int, *, with_file: bool = False) -> Import:
    found = get_object_or_404(Import, pk=import_id)
    if with_file and not found.file:
        raise Problem(409, _("The file of this import is not kept any more."))
    return found


def _check(one: Import, *, by: ApiKey, now: datetime) -> None:
    if one.state != State.CHECKING:
        actions.choose(one, columns=one.columns, options=queries.options_of(one), now=now)
    if actions.start_check(one):
        later(tasks.check, import_id=one.pk)


def _run(one: Import, *, by: ApiKey, now: datetime) -> None:
    if actions.start(one, now=now):
        later(tasks.run, import_id=one.pk)


def _pause(one: Import, *, by: ApiKey, now: datetime) -> None:
    actions.pause(one)


def _go_on(one: Import, *, by: ApiKey, now: datetime) -> None:
    actions.go_on(one)
    later(tasks.run, import_id=one.pk)


def _end(one: Import, *, by: ApiKey, now: datetime) -> None:
    actions.stop(one, now=now)


def _undo(one: Import, *, by: ApiKey, now: datetime) -> None:
    if actions.start_undo(one):
        later(tasks.undo, import_id=one.pk)


def _again(one: Import) -> dict[str, Any]:
    one.refresh_from_db()
    return answers.told(one)


act = partial(offer, router, "POST", of=KEY, load=partial(_load, with_file=True), show=_again, answer=ImportOut)
for under, how, said in (
    ("check", _check, "Foretell what would happen, in the background: the state is `checked` when that is done."),
    ("run", _run, "Let a checked import begin, in the background."),
    ("pause", _pause, "Let a running import stand still after the rows in hand."),
    ("continuation", _go_on, "Let a paused or failed import go on where it is."),
    ("end", _end, "End a check, or an import where it is: what it did stays, and can be taken back."),
    ("reversal", _undo, "Take an import back, in the background. What others changed since stays; `kept` tells it."),
):
    act(f"/imports/{{import_id}}/{under}", how, said)
