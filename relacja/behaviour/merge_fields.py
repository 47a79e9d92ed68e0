"""What a letter may say about the habits of its reader."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from relacja.behaviour import attributes, queries
from relacja.behaviour.attributes import Derived, Found, Money, Whole
from relacja.contacts.models import Contact
from relacja.messaging.merge_fields import MergeField, Reader, add


def _behaviour(readers: Sequence[Reader]) -> dict[int, dict[str, Any]]:
    """In the language of the reader; numbers stay numbers, so that a text can ask. What is not known is left out."""
    if not readers:
        return {}
    ids = [reader.contact_id for reader in readers]
    told = queries.of_contacts(ids, max(reader.now for reader in readers))
    languages = dict(Contact.objects.filter(pk__in=list(told)).values_list("pk", "language"))
    return {contact_id: _said(found, languages.get(contact_id, "")) for contact_id, found in told.items()}


def _said(found: Mapping[str, Found], language: str) -> dict[str, Any]:
    known = attributes.registered()
    with translation.override(language or None):
        return {key: _value(known[key], one) for key, one in found.items()}


def _value(derived: Derived, found: Found) -> Any:
    if isinstance(derived.kind, Money):
        return Decimal(found.value) / 100
    return found.value if isinstance(derived.kind, Whole) else derived.said(found)


def _labels() -> dict[str, Any]:
    return {key: one.label for key, one in attributes.registered().items()}


add(MergeField("behaviour", _("What their behaviour says"), _behaviour, more=_labels))
