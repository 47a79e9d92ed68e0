"""Making, changing, ordering and archiving fields of one's own."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from relacja.contacts import field_kinds, fields, plain
from relacja.contacts.models import Field, Meaning, Record
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded

MOST = 200
DATE = "date"
MOST_CHOICES = 200
# What apps say about contacts in the facts, and what letters say about their reader, goes by these names.
RESERVED = frozenset(
    {"name", "source", "language", "consent", "score", "loyalty", "segments", "tags", "stage_since", "id"}
)


@transaction.atomic
def make_field(
    of: Record,
    *,
    kind: str,
    label: str,
    now: datetime,
    help_text: str = "",
    is_required: bool = False,
    is_personal: bool = False,
    choices: Iterable[str] = (),
    currency: str = "PLN",
    target: Record = Record.CONTACT,
    default: str = "",
    meaning: Meaning = Meaning.ONCE,
    basis: str = "",
    key: str = "",
) -> Field:
    """A new field, last in order, under `key` or one made from its name. Refused when the name is in use."""
    if kind not in {one.code for one in field_kinds.offered()}:
        raise Refused(_("There are no fields of this kind."), field="kind")
    if Field.objects.filter(of=of).count() >= MOST:
        raise Refused(_("There are {most} fields already. Archive some first.").format(most=MOST))
    last = Field.objects.filter(of=of).aggregate(last=Max("position"))["last"] or 0
    made = Field(
        of=of,
        key=_key(key or label, {*Field.objects.filter(of=of).values_list("key", flat=True), *_reserved(of)}),
        label=_label(of, label),
        kind=kind,
        help_text=cleaned(help_text)[:200],
        is_required=is_required,
        is_personal=is_personal or meaning == Meaning.BIRTHDAY,
        choices=_choices(kind, {}, choices),
        currency=currency,
        target=target,
        meaning=_meaning(kind, meaning),
        basis=_basis(meaning, basis),
        position=last + 1,
        created_at=now,
    )
    made.default = _default(made, default)
    made.save()
    fields.forget_remembered()
    return made


@transaction.atomic
def change_field(
    field: Field,
    *,
    label: str,
    help_text: str = "",
    is_required: bool = False,
    is_personal: bool = False,
    named: Mapping[str, str] | None = None,
    choices: Iterable[str] = (),
    currency: str = "PLN",
    default: str = "",
    meaning: Meaning = Meaning.ONCE,
    basis: str = "",
) -> None:
    """Change how a field is called and asked for; its kind and key stay.

    `named` holds the choices that stay, by key, as they are called from now on; `choices` are added to them.
    """
    field.label = _label(Record(field.of), label, other_than=field)
    field.help_text = cleaned(help_text)[:200]
    field.is_required, field.currency = is_required, currency
    field.is_personal = is_personal or meaning == Meaning.BIRTHDAY
    field.meaning, field.basis = _meaning(field.kind, meaning), _basis(meaning, basis)
    field.choices = _choices(field.kind, named or {}, choices)
    field.default = _default(field, default)
    field.save()
    fields.forget_remembered()


@transaction.atomic
def move_field(field: Field, *, up: bool) -> None:
    """Swap the field with the one before or after it. At the end nothing happens."""
    order = list(Field.objects.filter(of=field.of, archived_at=None).order_by("position", "pk"))
    here = next((place for place, one in enumerate(order) if one.pk == field.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    if here is None or there is None or not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, start=1):
        if one.position != position:
            Field.objects.filter(pk=one.pk).update(position=position)


def archive_field(field: Field, *, now: datetime) -> None:
    """The field is asked for and shown no more; its values stay, and come back with it."""
    Field.objects.filter(pk=field.pk, archived_at=None).update(archived_at=now)
    fields.forget_remembered()


@transaction.atomic
def restore_field(field: Field) -> None:
    """The field is in use again, with the values it had."""
    _label(Record(field.of), field.label, other_than=field)
    Field.objects.filter(pk=field.pk).update(archived_at=None)
    fields.forget_remembered()


def _label(of: Record, text: str, *, other_than: Field | None = None) -> str:
    label = " ".join(cleaned(text).split())[:80]
    if not label:
        raise Refused(_("Give the field a name."), field="label")
    others = Field.objects.filter(of=of, archived_at=None).exclude(pk=other_than.pk if other_than else 0)
    taken = {folded(one) for one in others.values_list("label", flat=True)}
    taken |= {folded(str(one.label)) for one in fields.built_in(of)}
    if folded(label) in taken:
        raise Refused(_("There is a field of that name already."), field="label")
    return label


def _choices(kind: str, named: Mapping[str, str], added: Iterable[str]) -> list[dict[str, str]]:
    """The choices that stay and those that are new, each called once. Kinds without choices have none."""
    if kind not in {"choice", "choices"}:
        return []
    made = [
        {"key": key, "label": label} for key, text in named.items() if (label := " ".join(cleaned(text).split())[:80])
    ]
    for text in added:
        if label := " ".join(cleaned(text).split())[:80]:
            made.append({"key": _key(label, {one["key"] for one in made}), "label": label})
    if not made:
        raise Refused(_("Write at least one choice."), field="choices")
    if len(made) > MOST_CHOICES:
        raise Refused(
            _("These are too many choices. Keep them under {most}.").format(most=MOST_CHOICES), field="choices"
        )
    if len({folded(one["label"]) for one in made}) < len(made):
        raise Refused(_("Two choices are called the same."), field="choices")
    return made


def _meaning(kind: str, meaning: Meaning) -> Meaning:
    return meaning if kind == DATE else Meaning.ONCE


def _basis(meaning: Meaning, text: str) -> str:
    """By what right it is kept. A birthday says something about a person: nobody may keep it for no reason."""
    basis = " ".join(cleaned(text).split())[:200]
    if meaning == Meaning.BIRTHDAY and not basis:
        raise Refused(_("Say on what basis birthdays are kept: a consent, a contract."), field="basis")
    return basis


def _default(field: Field, text: str) -> Any:
    try:
        return fields.made(field).parse(text)
    except Refused as refusal:
        raise Refused(str(refusal), field="default") from refusal


def _key(label: str, taken: set[str]) -> str:
    """A key made of a name: Rozmiar buta is rozmiar_buta."""
    plain_text = re.sub(r"[^a-z0-9]+", "_", folded(label)).strip("_")[:32] or "field"
    key = plain_text if plain_text[0].isalpha() else f"f_{plain_text}"
    return next(
        found for found in (key, *(f"{key}_{number}" for number in range(2, MOST + MOST_CHOICES))) if found not in taken
    )


def _reserved(of: Record) -> set[str]:
    return {*RESERVED, *(plain.CONTACT if of == Record.CONTACT else plain.COMPANY)}
