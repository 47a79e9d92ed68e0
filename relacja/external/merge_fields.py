"""What a letter may say of what others know about its reader: `{{ external.loyalty.points }}`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from relacja.contacts.fields import Known
from relacja.contacts.models import Contact
from relacja.external import queries, sources
from relacja.messaging.merge_fields import MergeField, Reader, add


def _said(readers: Sequence[Reader]) -> dict[int, dict[str, Any]]:
    """As the reader reads it. One query and one question to the facts, none while there is no source."""
    ids = [reader.contact_id for reader in readers]
    if not sources.remembered():
        return {}
    languages = dict(Contact.objects.filter(pk__in=ids).values_list("pk", "language"))
    found = queries.held(ids)
    return {pk: _in(languages.get(pk, ""), theirs) for pk, theirs in found.items()}


def _in(language: str, theirs: Mapping[str, queries.Held]) -> dict[str, Any]:
    with translation.override(language or None):
        return {
            key: {name: _value(known, one.data.get(name)) for name, known in one.source.columns.items()}
            for key, one in theirs.items()
        }


def _value(known: Known, value: Any) -> Any:
    """Yes, no and numbers stay what they are, so that a text can ask."""
    return value if isinstance(value, bool | int | float) else known.show(value, {})


def _labels() -> dict[str, Any]:
    return {
        f"{source.key}.{key}": f"{source.label}: {known.label}"
        for source in sources.remembered().values()
        for key, known in source.columns.items()
    }


add(MergeField("external", _("External data"), _said, more=_labels))
