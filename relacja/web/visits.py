"""Visits: what somebody looked at without half an hour of silence, in SQL and in plain Python.

Who comes from somewhere anew begins a visit anew. What is known of a visit is what its first page said; a page of it is
any of its pages.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relacja.segments.binder import Binder
from relacja.segments.rules import Happened
from relacja.segments.segment_rules.attribute import at_path
from relacja.segments.values import as_text
from relacja.web.arrivals import DIRECT, KEY

PAGES = ("Page Viewed", "Screen Viewed")
SILENCE = timedelta(minutes=30)
HALF_AN_HOUR = int(SILENCE.total_seconds() * 1000)
COMPUTER, PHONE, TABLET = "computer", "phone", "tablet"
DEVICES: Mapping[str, Any] = {COMPUTER: _("computer"), PHONE: pgettext_lazy("device", "phone"), TABLET: _("tablet")}
_BEGINNING, _SITE, _QUESTION = "^https?://(www[.])?", "^[^/?#]*", "[?#][\\s\\S]*$"
_TABLETS, _PHONES = "(?i)ipad|tablet|kindle|silk/", "(?i)iphone|ipod|android|mobile|windows phone"
MEDIA: Mapping[str, Any] = {
    "search": _("search engine"),
    "paid": _("advertisement"),
    "social": _("social network"),
    "email": _("e-mail"),
    "referral": _("another website"),
    "chatbot": _("chatbot"),
    DIRECT: _("directly"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """Something that is known of a visit: the SQL of its text in a row of `event`, and the same in plain Python."""

    label: Any
    sql: Callable[[Binder], str]
    of: Callable[[Happened], str]
    choices: Mapping[str, Any] | None = None
    is_of_arrival: bool = False


def _arrival(part: str, label: Any, choices: Mapping[str, Any] | None = None) -> Known:
    path = f"{KEY}.{part}"
    return Known(label, _text("context", path), _found("context", path), choices, is_of_arrival=True)


def _text(column: str, path: str) -> Callable[[Binder], str]:
    return lambda bind: f"ifNull(toString({bind.path(column, path)}), '')"


def _found(column: str, path: str) -> Callable[[Happened], str]:
    return lambda event: as_text(at_path(getattr(event, column), path))


def _first_sql(*texts: Callable[[Binder], str]) -> Callable[[Binder], str]:
    def sql(bind: Binder) -> str:
        *others, last = (text(bind) for text in texts)
        return f"multiIf({', '.join(f'{one} != {chr(39) * 2}, {one}' for one in others)}, {last})"

    return sql


def _first(*texts: Callable[[Happened], str]) -> Callable[[Happened], str]:
    return lambda event: next((found for text in texts if (found := text(event))), "")


def _language_sql(bind: Binder) -> str:
    return f"lowerUTF8(substringUTF8({_text('context', 'locale')(bind)}, 1, 2))"


def _device_sql(bind: Binder) -> str:
    agent = _text("context", "userAgent")(bind)
    tablet, phone = (bind(one, "String") for one in (_TABLETS, _PHONES))
    kinds = f"match({agent}, {tablet}), '{TABLET}', match({agent}, {phone}), '{PHONE}'"
    return f"multiIf({agent} = '', '', {kinds}, '{COMPUTER}')"


def _device(event: Happened) -> str:
    agent = as_text(event.context.get("userAgent"))
    if not agent:
        return ""
    if re.search(_TABLETS, agent):
        return TABLET
    return PHONE if re.search(_PHONES, agent) else COMPUTER


PLACES = (("properties", "url"), ("context", "page.url"))
PAGE = "page"
KNOWN: Mapping[str, Known] = {
    PAGE: Known(
        _("address of a page"),
        _first_sql(*(_text(*place) for place in PLACES)),
        _first(*(_found(*place) for place in PLACES)),
    ),
    "title": Known(_("title of a page"), _text("properties", "title"), _found("properties", "title")),
    "medium": _arrival("medium", _("came by"), MEDIA),
    "source": _arrival("source", _("came from")),
    "campaign": _arrival("campaign", pgettext_lazy("of a visit", "campaign")),
    "term": _arrival("term", _("searched for")),
    "content": _arrival("content", _("content of the link")),
    "referrer": _arrival("referrer", _("site they came from")),
    "device": Known(pgettext_lazy("of a visit", "device"), _device_sql, _device, DEVICES),
    "language": Known(
        _("language of the browser"),
        _language_sql,
        lambda event: as_text(event.context.get("locale"))[:2].lower(),
    ),
}
OF_PAGES = frozenset({PAGE, "title"})
OF_ARRIVALS = {name: known for name, known in KNOWN.items() if known.is_of_arrival}


def rows_sql(bind: Binder) -> str:
    """The rows of `event` that are pages."""
    return f"name IN {bind(list(PAGES), 'Array(String)')}"


def came_sql(bind: Binder) -> str:
    """Whether a page says that its visitor came from somewhere: a visit begins with it."""
    return f"{KNOWN['medium'].sql(bind)} NOT IN ('', {bind(DIRECT, 'String')})"


def visits_sql(bind: Binder, rows: str, *fields: str) -> str:
    """An aggregate: the visits of a contact, each an array of pages (milliseconds, id, begins, *fields) in order."""
    told = ", ".join(["toUnixTimestamp64Milli(at)", "toString(id)", came_sql(bind), *fields])
    pages = f"arraySort(groupUniqArrayIf(({told}), {rows}))"
    begins = f"page.3 OR page.1 - last.1 >= {HALF_AN_HOUR}"
    return f"arraySplit((page, last) -> {begins}, {pages}, arrayShiftRight({pages}, 1))"


def arrival_sql(bind: Binder, which: str, *fields: str) -> tuple[str, str]:
    """A condition on the rows that say how a visitor came, and an aggregate: what the first or last of them says.

    Who came directly did so last only if they never came otherwise. Fields of an arrival that never was are empty.
    """
    medium = KNOWN["medium"].sql(bind)
    rows = f"{rows_sql(bind)} AND {medium} != ''"
    told = fields[0] if len(fields) == 1 else f"({', '.join(fields)})"
    order = f"({medium} != {bind(DIRECT, 'String')}, at, toString(id))" if which == "last" else "(at, toString(id))"
    return rows, f"{'argMaxIf' if which == 'last' else 'argMinIf'}({told}, {order}, {rows})"


def arrival_of(events: Iterable[Happened], which: str) -> Happened | None:
    """The same in plain Python: the page that says how somebody came first or last."""
    found = [one for one in events if one.name in PAGES and KNOWN["medium"].of(one)]
    if which == "first":
        return min(found, key=lambda one: (one.at, one.id.int), default=None)
    return max(found, key=lambda one: (came(one), one.at, one.id.int), default=None)


def shapes_sql(address: str) -> list[str]:
    """An address as people write it: whole, without what every one begins with, and without the site."""
    bare = f"replaceRegexpOne({address}, '{_BEGINNING}', '')"
    return [address, bare, f"replaceRegexpOne(replaceRegexpOne({bare}, '{_SITE}', ''), '{_QUESTION}', '')"]


def shapes(address: str) -> list[str]:
    """The same in plain Python."""
    bare = re.sub(_BEGINNING, "", address, count=1)
    return [address, bare, re.sub(_QUESTION, "", re.sub(_SITE, "", bare, count=1), count=1)]


def visits_of(events: Iterable[Happened]) -> list[list[Happened]]:
    """The same in plain Python, the oldest first."""
    pages = {event.id: event for event in events if event.name in PAGES}.values()
    visits: list[list[Happened]] = []
    for page in sorted(pages, key=lambda one: (_ms(one), one.id.int)):
        if visits and not came(page) and _ms(page) - _ms(visits[-1][-1]) < HALF_AN_HOUR:
            visits[-1].append(page)
        else:
            visits.append([page])
    return visits


def came(page: Happened) -> bool:
    """Whether the page says that its visitor came from somewhere."""
    return KNOWN["medium"].of(page) not in ("", DIRECT)


def _ms(event: Happened) -> int:
    return round(event.at.timestamp() * 1000)
