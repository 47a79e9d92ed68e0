"""Writing templates."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import consents
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.messaging import liquids
from relacja.messaging.models import Kind, Template, TemplateVersion
from relacja.staff.models import User

PARTS = ("subject", "preheader", "body", "text")
READY_MADE = Path(__file__).resolve().parent.parent / "ready_made"
_READY_MADE = (
    ("abandoned-cart", gettext_lazy("Abandoned cart"), Kind.MARKETING, consents.NEWSLETTER),
    ("confirm-newsletter", gettext_lazy("Confirm the newsletter"), Kind.TRANSACTIONAL, ""),
)


def add_template(*, name: str, kind: str, now: datetime) -> Template:
    """A template without words. Its key is made from its name, with a number when that is taken."""
    stem = slugify(folded(name))[:70] or "template"
    taken = set(Template.objects.filter(key__startswith=stem).values_list("key", flat=True))
    key = next(key for n in count(1) if (key := stem if n == 1 else f"{stem}-{n}") not in taken)
    purpose = consents.NEWSLETTER if kind == Kind.MARKETING else ""
    return Template.objects.create(key=key, name=name, kind=kind, purpose=purpose, created_at=now)


def write_version(
    template: Template, *, language: str, words: Mapping[str, str], now: datetime, by: User | None = None
) -> TemplateVersion:
    """New words of a template in one language, in force. Raises `Unreadable`. Same words as now: nothing is written."""
    given = {part: cleaned(words.get(part, "")) for part in PARTS}
    check(given)
    latest = template.versions.filter(language=language).order_by("-number").first()
    if latest is not None and all(getattr(latest, part) == given[part] for part in PARTS):
        return latest
    number = (template.versions.filter(language=language).aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return TemplateVersion.objects.create(
                template=template, number=number, language=language, created_by=by, created_at=now, **given
            )
    except IntegrityError:
        raise Refused(_("Somebody else has just saved this template. Open it again to see their words.")) from None


def check(words: Mapping[str, str]) -> None:
    """Raise `Refused` unless these words can be sent as a letter."""
    if not words.get("subject") or not words.get("body"):
        raise Refused(_("A letter needs a subject and a body."))
    if max(len(words["subject"]), len(words.get("preheader", ""))) > 250:
        raise Refused(_("Keep the subject and the preheader under 250 characters."))
    for part in PARTS:
        liquids.check(words.get(part, ""))
        liquids.filled(words.get(part, ""), {}, language="pl", html=True)


@transaction.atomic
def ensure_ready_made(now: datetime) -> list[Template]:
    """The templates that come with Relacja exist, in Polish and English. What people changed stays as it is."""
    found = []
    for key, name, kind, purpose in _READY_MADE:
        with translation.override(settings.LANGUAGE_CODE):
            template, _created = Template.objects.get_or_create(
                key=key, defaults={"name": str(name), "kind": kind, "purpose": purpose, "created_at": now}
            )
        for language, _label in settings.LANGUAGES:
            if not template.versions.filter(language=language).exists():
                write_version(template, language=language, words=_ready_made(key, language), now=now)
        found.append(template)
    return found


def _ready_made(key: str, language: str) -> dict[str, str]:
    """The words of a ready-made template: its first two lines are the subject and the preheader."""
    text = (READY_MADE / f"{key}.{language}.html").read_text(encoding="utf-8")
    subject, preheader, body = text.split("\n", 2)
    return {"subject": subject, "preheader": preheader, "body": body, "text": ""}
