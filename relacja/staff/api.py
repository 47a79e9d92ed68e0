"""What all operations of the JSON API share: keys with scopes, problems (RFC 9457), repeats answered once.

An operation names its scope, `@router.post("/contacts", auth=scope("contacts.edit"))`, and takes schemas derived from
`Strict`. Refusals need no handling: they become problems.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial, wraps
from math import ceil
from typing import Annotated, Any, Protocol, TypeVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Router, Schema, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import ConfigDict, field_validator

from relacja.lib import rows
from relacja.lib.errors import Conflict, Refused, Unavailable
from relacja.lib.limits import Limit
from relacja.staff import access
from relacja.staff.models import Answer, ApiKey

NOTED_EVERY = timedelta(minutes=10)
KEPT_FOR = timedelta(days=2)
LONGEST_KEY = 255
NUL = json.dumps("\0")[1:-1]

Operation = TypeVar("Operation", bound=Callable[..., Any])
Record = TypeVar("Record", contravariant=True)


class Request(HttpRequest):
    """A request by a program that showed its key."""

    auth: ApiKey


class Strict(Schema):
    """Input that lists what it knows: any other field is refused by name."""

    model_config = ConfigDict(extra="forbid", str_max_length=100_000)

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_kept(cls, value: Any) -> Any:
        """PostgreSQL keeps no NUL, in texts or in JSON, and so nobody does."""
        if "\0" in value if isinstance(value, str) else NUL in json.dumps(value, default=str):
            raise ValueError(_("a text holds the sign NUL"))
        return value


class Problem(Exception):
    """An answer that is not what was asked for. `errors` name the fields; `more` are members of its own."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.more = status, detail, dict(errors or {}), dict(more or {})
        self.headers = dict(headers or {})


class Scope(HttpBearer):
    """Asks for a key that was given the scope `code`."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        key = rows.find(ApiKey, digest=ApiKey.digest_of(token))
        if key is None or key.revoked_at is not None:
            return None
        if wait := _limit().wait(key.pk, 1, at=time.monotonic()):
            sentence = _("This key asks too often. Come again in {seconds} s, and send no more than {rate} a second.")
            seconds = ceil(wait)
            detail = sentence.format(seconds=seconds, rate=settings.API_RATE)
            raise Problem(429, detail, headers={"Retry-After": str(seconds)})
        if not key.may(self.code):
            raise Problem(403, _("This key does not have the scope {scope}.").format(scope=self.code))
        _note_use(key)
        return key


@cache
def _limit() -> Limit:
    return Limit(rate=settings.API_RATE, burst=settings.API_RATE * 5)


def scope(code: str) -> Scope:
    """What an operation asks of a key. The code is a declared permission."""
    return Scope(code)


def once(operation: Operation) -> Operation:
    """Do the operation in one transaction, and once for each `Idempotency-Key`: a repeat gets the first answer.

    Refusals are not kept: nothing happened. The operation returns a `Status` with plain data.
    """

    @wraps(operation)
    def inner(request: Request, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            with transaction.atomic():
                return operation(request, *args, **kwargs)
        if len(key) > LONGEST_KEY:
            raise Problem(400, _("The Idempotency-Key is longer than {most} characters.").format(most=LONGEST_KEY))
        return _answered_once(request, key, lambda: operation(request, *args, **kwargs))

    return inner  # type: ignore[return-value]


class Act(Protocol[Record]):
    """A change of one record that needs no more than who asks for it."""

    __name__: str
    __module__: str

    def __call__(self, record: Record, /, *, by: ApiKey, now: datetime) -> object: ...


def offer(
    router: Router,
    method: str,
    path: str,
    act: Act[Any],
    said: str,
    *,
    of: Scope,
    load: Callable[[int], Any],
    show: Callable[[Any], Any],
    answer: type[Schema],
) -> None:
    """An operation that does one thing to one record, without more words. The path names it: `/x/{x_id}/end`."""
    [name] = re.findall(r"{(\w+)}", path)

    def operation(request: Request, number: Annotated[int, Path(ge=1, lt=1 << 62, alias=name)]) -> Status[Any]:
        record = load(number)
        act(record, by=request.auth, now=timezone.now())
        return Status(200, show(record))

    operation.__name__, operation.__doc__, operation.__module__ = act.__name__.strip("_"), said, act.__module__
    router.api_operation([method], path, auth=of, response=answer)(once(operation))


def forget_answers() -> int:
    """Forget answers whose repeats will not come any more. Returns how many."""
    return Answer.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]


def refuse_unknown(request: HttpRequest, *known: str) -> None:
    """Refuse query parameters that the operation does not know."""
    if unknown := sorted(set(request.GET) - set(known)):
        raise _wrong({name: _("This parameter is not known here.") for name in unknown}, status=400)
    if nul := [name for name, value in request.GET.items() if "\0" in value]:
        raise _wrong({name: _("This value holds the sign NUL.") for name in nul}, status=400)


PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `errors` name the fields that cannot be taken; a conflict says more about itself.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def describe_problems(document: dict[str, Any]) -> None:
    """Every operation of the OpenAPI document says what it answers when it refuses."""
    document["components"]["schemas"]["Problem"] = PROBLEM
    answer = {
        "description": "A problem",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = answer


def install(api: NinjaAPI) -> list[URLPattern]:
    """Let every refusal of `api` be a problem, and return its addresses, each open to keys instead of people."""
    handlers: dict[type[Exception], Callable[[Any], Problem]] = {
        Problem: lambda error: error,
        ValidationError: _invalid,
        Refused: _refusal,
        Unavailable: lambda error: Problem(503, str(error)),
        HttpError: lambda error: Problem(error.status_code, str(error)),
        AuthenticationError: lambda _error: Problem(401, _("Send a key: “Authorization: Bearer rk_…”.")),
        Http404: lambda _error: Problem(404, _("There is no such thing.")),
    }
    for kind, translate in handlers.items():
        api.add_exception_handler(kind, partial(_answer, translate))
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback.access = access.PUBLIC  # type: ignore[attr-defined]
    return patterns


def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """An error as `application/problem+json`, RFC 9457."""
    body: dict[str, Any] = {"type": "about:blank", "title": _title(error.status), "status": error.status}
    body |= {"detail": error.detail, **error.more}
    if error.errors:
        body["errors"] = [{"field": field, "message": message} for field, message in error.errors.items()]
    text = json.dumps(body, cls=DjangoJSONEncoder)
    headers = error.headers | ({"WWW-Authenticate": "Bearer"} if error.status == 401 else {})
    return HttpResponse(text, status=error.status, content_type="application/problem+json", headers=headers)


def _answered_once(request: Request, key: str, operation: Callable[[], Any]) -> Any:
    digest = _digest(request)
    with transaction.atomic():
        try:
            with transaction.atomic():
                answer = Answer.objects.create(api_key=request.auth, key=key, digest=digest, at=timezone.now())
        except IntegrityError:
            return _repeated(Answer.objects.get(api_key=request.auth, key=key), digest)
        answered: Status[Any] = operation()
        answer.status, answer.body = answered.status_code, answered.value
        answer.save(update_fields=["status", "body"])
    return answered


def _digest(request: HttpRequest) -> str:
    """What two requests share that ask for the same, of files their content."""
    told = hashlib.sha256(b"\n".join([(request.method or "").encode(), request.get_full_path().encode(), b""]))
    files: list[Any] = [request.FILES[name] for name in sorted(request.FILES)]
    for file in files:
        for chunk in file.chunks():
            told.update(chunk)
        file.seek(0)
    if not files:
        told.update(request.body)
    return told.hexdigest()


def _repeated(answer: Answer, digest: str) -> Status[Any]:
    if answer.digest != digest:
        raise Problem(422, _("This Idempotency-Key was used for another request. Take a new one."))
    return Status(answer.status, answer.body)


def _note_use(key: ApiKey) -> None:
    """Keep when a key was last used, without a write for each request."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def _answer(translate: Callable[[Any], Problem], request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, translate(error))


def _invalid(error: ValidationError) -> Problem:
    return _wrong({_path(item["loc"]): _sentence(item) for item in error.errors})


def _refusal(error: Refused) -> Problem:
    errors = {error.field: str(error)} if error.field else {}
    if isinstance(error, Conflict):
        return Problem(409, str(error), errors={**errors, **error.values}, more=error.facts)
    return Problem(422, str(error), errors=errors)


def _wrong(errors: Mapping[str, str], *, status: int = 422) -> Problem:
    fields = ", ".join(errors)
    return Problem(status, _("Some fields cannot be taken: {fields}.").format(fields=fields), errors=errors)


def _path(location: tuple[Any, ...]) -> str:
    """The way to a field as the sender sees it: `consent.source` for ("body", "payload", "consent", "source")."""
    return ".".join(str(step) for step in (location[2:] if location[0] == "body" else location[1:])) or "body"


def _sentence(item: Mapping[str, Any]) -> str:
    kind = item["type"]
    if kind == "extra_forbidden":
        return _("This field is not known here, or cannot be set.")
    if kind == "missing":
        return _("This field is needed.")
    if kind.endswith("_type") or kind.endswith("_parsing"):
        wanted = kind.removesuffix("_type").removesuffix("_parsing")
        return _("A value of another type is expected: {type}.").format(type=wanted)
    return _("This value cannot be taken: {reason}").format(reason=item["msg"])


def _title(status: int) -> str:
    return {
        400: _("The request cannot be read"),
        401: _("No valid key"),
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("In conflict"),
        422: _("Refused"),
        429: _("Too often"),
        503: _("Not available now"),
    }.get(status, _("Refused"))
