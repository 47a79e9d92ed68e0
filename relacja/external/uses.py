"""What asks for a source or one of its columns: found like what asks for a field, and letters besides."""

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.contacts import field_kinds, uses
from relacja.contacts.field_kinds import Options
from relacja.contacts.fields import Known
from relacja.contacts.models import Record
from relacja.contacts.uses import Use, finder
from relacja.external.models import Source
from relacja.external.sources import PREFIX
from relacja.messaging.models import TemplateVersion


def of(source: Source, column: str = "") -> list[Use]:
    """Everything that speaks of the source, or of one column of it. A fixed number of queries."""
    path = f"{PREFIX}{source.key}.{column}".rstrip(".")
    return uses.of(Known(path, Record.CONTACT, field_kinds.of("text"), Options("", path)))


@finder
def templates(known: Known) -> Iterator[Use]:
    """Those whose latest words say it. One query, none for fields."""
    if not known.path.startswith(PREFIX):
        return
    said = re.compile(rf"\b{re.escape(known.path)}\b")
    versions = TemplateVersion.objects.select_related("template").order_by("number")
    latest = {(one.template_id, one.language): one for one in versions}
    for one in sorted(latest.values(), key=lambda version: (str(version.template), version.language)):
        if said.search(f"{one.subject} {one.preheader} {one.body} {one.text}"):
            href = reverse("messaging:template", args=[one.template.key, one.language])
            yield Use(_("Template"), f"{one.template} ({one.language})", href)
