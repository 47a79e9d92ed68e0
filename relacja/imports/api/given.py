"""What a program says of a file, checked; refusals name the place."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from relacja.contacts.models import ConsentText
from relacja.imports import queries, unifying, words
from relacja.imports.api.schemas import ColumnIn, FormatIn, Meaning
from relacja.imports.meaning import Options
from relacja.imports.models import Import
from relacja.imports.reading import Fault, Format
from relacja.imports.reading.encodings import LABELS
from relacja.staff.api import Problem


def format_of(one: Import, given: FormatIn) -> Format:
    asked = given.model_dump(exclude_unset=True, exclude={"of"})
    if "encoding" in asked and asked["encoding"] not in LABELS:
        sentence = _("Choose one of: {known}.").format(known=", ".join(LABELS))
        raise Problem(422, sentence, errors={"format.encoding": sentence})
    return replace(queries.format_of(one), **{name: value for name, value in asked.items() if value != ""})


def columns_of(one: Import, given: list[ColumnIn]) -> list[dict[str, str]]:
    known = {target for target, _label in words.targets(queries.options_of(one).of)}
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


def options_of(one: Import, meaning: Meaning | None) -> Options:
    held = queries.options_of(one)
    if meaning is None:
        return held
    given = meaning.model_dump(exclude_unset=True)
    for name in ("country", "phone_country"):
        if name in given and (given[name] or name == "country"):
            given[name] = _country(given[name], name)
    if given.get("owner"):
        given["owner"] = _colleague(given["owner"])
    if "match" in given:
        given["match"] = tuple(dict.fromkeys(given["match"]))
    if "consent" in given:
        given |= _consent(given.pop("consent"))
    return replace(held, **given)


def _country(text: str, name: str) -> str:
    try:
        return unifying.country(text)
    except unifying.Unfit as unfit:
        sentence = _("Write a country, like Poland or PL.")
        raise Problem(422, sentence, errors={f"options.{name}": sentence}) from unfit


def _colleague(text: str) -> int:
    try:
        return unifying.colleague(text, queries.colleagues())
    except unifying.Unfit as unfit:
        sentence = words.reason(Fault(str(unfit), "", text))
        raise Problem(422, sentence, errors={"options.owner": sentence}) from unfit


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
