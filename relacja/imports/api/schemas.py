"""What programs send and get of imports."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from relacja.staff.api import Strict

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
    """How the file is meant as a whole. Only what is sent is changed.

    `owner` is the e-mail address or the name of who takes care of everybody new of whom the file does not say it.
    """

    country: Annotated[str, Field(max_length=60)] = "PL"
    phone_country: Annotated[str, Field(max_length=60)] = ""
    day_first: bool = True
    tame: bool = True
    system: Annotated[str, Field(max_length=20, pattern=r"^[-a-zA-Z0-9_]*$")] = ""
    match: list[Literal["external", "email", "phone"]] = []
    shared_phone: Literal["refuse", "leave"] = "refuse"
    unknown_owner: Literal["refuse", "leave"] = "refuse"
    owner: Annotated[str, Field(max_length=254)] | None = None
    automations: bool = False
    consent: ConsentIn | None = None


class FormatIn(Strict):
    """How the file is written, and what its rows are about. Only what is sent is changed."""

    encoding: str = ""
    delimiter: Literal[";", ",", "\t", "|", ""] = ""
    sheet: Annotated[str, Field(max_length=200)] = ""
    headed: bool = True
    of: Literal["contact", "company", ""] = ""


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


class Asked(Schema):
    of: Literal["contact", "company"] = "contact"


class Targets(Schema):
    items: list[Target]


class Reason(Schema):
    column: str
    code: str
    sentence: str


class RowOut(Schema):
    """What became of a row: whom it is about and which company, what was changed, or why it was refused."""

    row: int
    contact: int | None
    company: int | None
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
