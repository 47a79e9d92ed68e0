"""Imports for programs: a file is sent, mapped, checked, run and taken back, as on the pages."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Path, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from relacja.contacts.models import ConsentText
from relacja.imports import actions, mending, outcomes, queries, tasks, unifying, words
from relacja.imports.models import Import, State
from relacja.imports.plans import Options
from relacja.imports.reading import Fault, Format, Unreadable
from relacja.imports.reading.encodings import LABELS
from relacja.jobs.work import later
from relacja.staff.api import Problem, Request, Strict, offer, once, refuse_unknown, scope
from relacja.staff.models import ApiKey

router = Router(tags=["imports"])
KEY = scope("imports.run")
Id = Annotated[int, Path(ge=1, lt=1 << 62)]
PAGE = 50


class ColumnIn(Strict):
    """What a column holds, as `GET /import-targets` has it, empty to leave it out; and what becomes of a value that is
    there already."""

    target: str
    policy: Literal["skip", "fill", "overwrite"] = "fill"


class ConsentIn(Strict):
    """The words that a column of consents speaks of, and where they were agreed to."""

    purpose: Annotated[str, Field(max_length=40)]
    channel: Annotated[str, Field(max_length=20)]
    text_version: Annotated[int, Field(ge=1, lt=1 << 31)]
    language: Annotated[str, Field(max_length=2)] = "pl"
    source: Annotated[str, Field(min_length=1, max_length=80)]


class Meaning(Strict):
    """How the file is meant as a whole. Only what is sent is changed."""

    country: Annotated[str, Field(max_length=60)] = "PL"
    day_first: bool = True
    tame: bool = True
    system: Annotated[str, Field(max_length=20, pattern=r"^[-a-zA-Z0-9_]*$")] = ""
    match: list[Literal["external", "email", "phone"]] = []
    shared_phone: Literal["refuse", "leave"] = "refuse"
    automations: bool = False
    consent: ConsentIn | None = None


class FormatIn(Strict):
    """How the file is written. Only what is sent is changed."""

    encoding: str = ""
    delimiter: Literal[";", ",", "\t", "|", ""] = ""
    sheet: Annotated[str, Field(max_length=200)] = ""
    headed: bool = True


class Preparation(Strict):
    """What changes: how the file is read, what its columns hold (all of them, in order), how it is meant."""

    format: FormatIn | None = None
    columns: Annotated[list[ColumnIn], Field(max_length=300)] | None = None
    options: Meaning | None = None


class ColumnOut(Schema):
    heading: str
    target: str
    policy: str


class ImportOut(Schema):
    """A file of people, how far it has come, and what became of its rows.

    `forecast` is what the check found: how many rows each way, why rows would be refused, examples. `kept` is what
    taking back left alone because somebody changed it since.
    """

    id: int
    name: str
    size: int
    state: str
    format: dict[str, Any]
    is_doubtful: bool
    columns: list[ColumnOut]
    options: dict[str, Any]
    forecast: dict[str, Any] | None
    total: int
    position: int
    percent: int
    created: int
    updated: int
    unchanged: int
    refused: int
    error: str
    kept: dict[str, Any]
    at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    undone_at: datetime | None


class ImportsOut(Schema):
    items: list[ImportOut]
    next: str | None


class Target(Schema):
    target: str
    label: str


class Targets(Schema):
    items: list[Target]


class Reason(Schema):
    column: str
    code: str
    sentence: str


class RowOut(Schema):
    """What became of a row: whom it is about, what was changed, or why it was refused."""

    row: int
    contact: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    reasons: list[Reason]


class Rows(Schema):
    items: list[RowOut]
    next: str | None


class Listed(Schema):
    """`cursor` is the `next` of a page before."""

    cursor: Annotated[str, Field(pattern=r"^\d{0,18}$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = PAGE


class RowsListed(Schema):
    """Rows of one kind. `cursor` is the `next` of a page before."""

    kind: Literal["created", "updated", "unchanged", "refused"] = "refused"
    cursor: Annotated[str, Field(pattern=r"^(\d{1,9}\.\d{1,9})?$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = PAGE


@router.get("/import-targets", auth=KEY, response=Targets)
def targets(request: HttpRequest) -> dict[str, Any]:
    """What a column may hold."""
    refuse_unknown(request)
    return {"items": [{"target": target, "label": str(label)} for target, label in words.targets() if target]}


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
    return {"items": [_import(one) for one in rows], "next": str(rows[-1].pk) if more else None}


@router.post("/imports", auth=KEY, response={201: ImportOut})
@once
def receive(request: Request, file: File[UploadedFile]) -> Status[dict[str, Any]]:
    """Send a file: CSV, XLSX or vCard, up to 500 MB. How it is read and what its columns hold is guessed."""
    try:
        given: Any = file.file
        one = actions.receive(
            file=given, name=file.name or "", size=file.size or 0, by=request.auth, now=timezone.now()
        )
    except Unreadable as refusal:
        raise Problem(422, str(refusal), errors={"file": str(refusal)}) from refusal
    return Status(201, _import(one))


@router.get("/imports/{import_id}", auth=KEY, response=ImportOut)
def one_import(request: HttpRequest, import_id: Id) -> dict[str, Any]:
    """One import: how it is prepared, what is foretold, how far it has come."""
    return _import(_load(import_id))


@router.patch("/imports/{import_id}", auth=KEY, response=ImportOut)
@once
def prepare(request: Request, import_id: Id, payload: Preparation) -> Status[dict[str, Any]]:
    """Say how the file is read, what its columns hold and how it is meant. What was foretold is forgotten."""
    one = _load(import_id, with_file=True)
    if payload.format is not None:
        actions.reread(one, _format(one, payload.format))
    if payload.columns is not None or payload.options is not None:
        columns = _columns(one, payload.columns) if payload.columns is not None else one.columns
        actions.choose(one, columns=columns, options=_options(one, payload.options), now=timezone.now())
    return Status(200, _import(one))


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
    return {"items": [_row(line.outcome) for line in found.lines], "next": found.after or None}


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


def _format(one: Import, given: FormatIn) -> Format:
    asked = given.model_dump(exclude_unset=True)
    if "encoding" in asked and asked["encoding"] not in LABELS:
        sentence = _("Choose one of: {known}.").format(known=", ".join(LABELS))
        raise Problem(422, sentence, errors={"format.encoding": sentence})
    return replace(queries.format_of(one), **{name: value for name, value in asked.items() if value != ""})


def _columns(one: Import, given: list[ColumnIn]) -> list[dict[str, str]]:
    known = {target for target, _label in words.targets()}
    wrong = {}
    if len(given) != len(one.headings):
        wrong["columns"] = _("This file has {number} columns: say of each what it holds.").format(
            number=len(one.headings)
        )
    for number, column in enumerate(given):
        if column.target not in known:
            wrong[f"columns.{number}.target"] = _("There is no such field.")
    if wrong:
        raise Problem(422, " ".join(dict.fromkeys(wrong.values())), errors=wrong)
    return [column.model_dump() for column in given]


def _options(one: Import, meaning: Meaning | None) -> Options:
    held = queries.options_of(one)
    if meaning is None:
        return held
    given = meaning.model_dump(exclude_unset=True)
    if "country" in given:
        try:
            given["country"] = unifying.country(given["country"])
        except unifying.Unfit as unfit:
            sentence = _("Write a country, like Poland or PL.")
            raise Problem(422, sentence, errors={"options.country": sentence}) from unfit
    if "match" in given:
        given["match"] = tuple(dict.fromkeys(given["match"]))
    if "consent" in given:
        given |= _consent(given.pop("consent"))
    return replace(held, **given)


def _consent(given: Mapping[str, Any] | None) -> dict[str, Any]:
    if given is None:
        return {"consent_text": None, "consent_source": ""}
    text = ConsentText.objects.filter(
        purpose=given["purpose"],
        channel=given["channel"],
        version=given["text_version"],
        language=given.get("language", "pl"),
    ).first()
    if text is None:
        sentence = _("These words are not among those we know.")
        raise Problem(422, sentence, errors={"options.consent.text_version": sentence})
    return {"consent_text": text.pk, "consent_source": given["source"]}


def _import(one: Import) -> dict[str, Any]:
    names = (
        *("id", "name", "size", "state", "format", "is_doubtful", "total", "position", "percent", "created"),
        *("updated", "unchanged", "refused", "error", "kept", "at", "started_at", "ended_at", "undone_at"),
    )
    return {
        **{name: getattr(one, name) for name in names},
        "columns": [{"heading": heading, **held} for heading, held in zip(one.headings, one.columns, strict=False)],
        "options": _meaning(queries.options_of(one)),
        "forecast": _foretold(one.forecast),
    }


def _meaning(options: Options) -> dict[str, Any]:
    plain = asdict(options)
    text = ConsentText.objects.filter(pk=plain.pop("consent_text") or 0).first()
    source = plain.pop("consent_source")
    plain["consent"] = text and {
        "purpose": text.purpose,
        "channel": text.channel,
        "text_version": text.version,
        "language": text.language,
        "source": source,
    }
    return plain


def _foretold(forecast: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not forecast:
        return None
    reasons = [
        {**told, "sentence": words.reason(Fault(told["code"], told["heading"], told["value"]))}
        for told in forecast["reasons"]
    ]
    return {**forecast, "reasons": reasons}


def _row(outcome: outcomes.Outcome) -> dict[str, Any]:
    return {
        "row": outcome.row,
        "contact": outcome.contact or None,
        "before": outcome.before,
        "after": outcome.after,
        "reasons": [
            {"column": fault.heading, "code": fault.code, "sentence": words.reason(fault)} for fault in outcome.faults
        ],
    }


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
    return _import(one)


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
