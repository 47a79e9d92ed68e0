"""Which templates say a field of their reader."""

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.contacts.fields import Known
from relacja.contacts.models import Record
from relacja.contacts.uses import Use, finder
from relacja.messaging.models import TemplateVersion


@finder
def templates(known: Known) -> Iterator[Use]:
    """Those whose latest words do, in whatever language. One query."""
    if known.of != Record.CONTACT:
        return
    said = re.compile(rf"\b(contact|dates)\.{re.escape(known.key)}\b")
    latest = {
        (one.template_id, one.language): one
        for one in TemplateVersion.objects.select_related("template").order_by("number")
    }
    for one in sorted(latest.values(), key=lambda version: (str(version.template), version.language)):
        if said.search(f"{one.subject} {one.preheader} {one.body} {one.text}"):
            href = reverse("messaging:template", args=[one.template.key, one.language])
            yield Use(_("Template"), f"{one.template} ({one.language})", href)
