"""An import and its rows, as programs get them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from relacja.contacts.models import ConsentText
from relacja.imports import outcomes, queries, words
from relacja.imports.models import Import
from relacja.imports.plans import Options
from relacja.imports.reading import Fault


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


def row(outcome: outcomes.Outcome) -> dict[str, Any]:
    return {
        "row": outcome.row,
        "contact": outcome.contact or None,
        "before": outcome.before,
        "after": outcome.after,
        "reasons": [
            {"column": fault.heading, "code": fault.code, "sentence": words.reason(fault)} for fault in outcome.faults
        ],
    }
