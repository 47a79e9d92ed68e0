"""An import and its rows, as programs get them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from relacja.contacts.models import ConsentText
from relacja.imports import outcomes, queries, words
from relacja.imports.meaning import Options
from relacja.imports.models import Import
from relacja.imports.reading import Fault
from relacja.staff.models import User


def told(one: Import) -> dict[str, Any]:
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
    plain["owner"] = User.objects.filter(pk=plain["owner"] or 0).values_list("email", flat=True).first()
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
    said = {kind: _sentences(forecast.get(kind, ())) for kind in ("reasons", "warnings")}
    return {**forecast, **said}


def _sentences(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "sentence": words.reason(Fault(one["code"], one["heading"], one["value"]))} for one in told]


def row(outcome: outcomes.Outcome) -> dict[str, Any]:
    return {
        "row": outcome.row,
        "contact": outcome.contact or None,
        "company": outcome.company or None,
        "before": outcome.before,
        "after": outcome.after,
        "reasons": [
            {"column": fault.heading, "code": fault.code, "sentence": words.reason(fault)} for fault in outcome.faults
        ],
    }
