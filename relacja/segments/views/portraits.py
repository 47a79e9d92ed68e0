"""What is different about some people beside others: the pages of it, and what their late parts bring."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from relacja.contacts.narrowing import read
from relacja.segments import portraits, rules
from relacja.segments.portraits import EVERYBODY, Asked, Told
from relacja.segments.rules import Every, Rule
from relacja.segments.views.checking import list_of, new_of, written
from relacja.staff import access, reach
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page


@access.allow("segments.view")
@require_GET
def portrait(request: StaffRequest) -> HttpResponse:
    """Of the people whom the rule in the address means, beside all whom `beside` means; of one `part` when asked."""
    asked = asked_for(request, _rule(request, "rule"), _rule(request, "beside"))
    key = request.GET.get("part", "")
    if key and key not in portraits.late():
        raise Http404
    context = {**(late(asked, key) if key else drawn(asked)), "may_edit": request.user.may("segments.edit")}
    return page(request, "segments/portrait.html", context, fragment="part" if key else "portrait")


def asked_for(request: StaffRequest, rule: Rule, beside: Rule = EVERYBODY) -> Asked:
    """The people who are looked at by whoever asks."""
    owners = reach.owners(request.user)
    return Asked(rule, timezone.now(), beside=beside, owners=owners, viewer=request.user.pk)


def drawn(asked: Asked) -> dict[str, Any]:
    """What a page shows: the parts that are there, and the addresses of those that come later."""
    found = portraits.portrait(asked)
    later = [(part, address(asked, part.key)) for part in portraits.late().values()] if found.size else []
    return {
        "portrait": found,
        "parts": [_shown(asked, one) for one in found.parts],
        "later": later,
        "first": [one.leaf.words() for one in found.first],
    }


def late(asked: Asked, key: str) -> dict[str, Any]:
    """One part that is worked out in a sample."""
    return {"one": _shown(asked, portraits.part(key, asked)), "is_late": True}


def address(asked: Asked, part: str = "") -> str:
    """Where these people are looked at, beside the same others."""
    query = {"rule": written(asked.rule)}
    if asked.beside != EVERYBODY:
        query["beside"] = written(asked.beside)
    return f"{reverse('segments:portrait')}?{urlencode({**query, 'part': part} if part else query)}"


def _shown(asked: Asked, told: Told) -> dict[str, Any]:
    """Each difference with the list of its people, and where the rule is gone on with by it."""
    given = asked.rule.rules if isinstance(asked.rule, Every) else (asked.rule,)
    with_it = [(one, Every((*given, one.leaf))) for one in told.differences]
    return {"told": told, "rows": [(one, list_of(rule), new_of(rule)) for one, rule in with_it]}


def _rule(request: StaffRequest, name: str) -> Rule:
    """A rule in the address; everybody where there is none. Raises `Refused`."""
    text = request.GET.get(name, "")
    if not text:
        return EVERYBODY
    read(text, at=timezone.now(), viewer=request.user.pk)
    return rules.read(json.loads(text), is_looked_at=True)
