"""How the moments of a story are drawn: day by day, a line each, with what more can be said about it.

A page has a hundred of them. Like the cells of the list (see `columns`) they are put together here and not in a
template: drawn so, they cost a sixth (measured 2026-11). Everything in them was said by others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relacja.contacts import consents
from relacja.contacts.models import Contact
from relacja.contacts.story import Day, Line, Product
from relacja.ui import written
from relacja.ui.templatetags.ui import drawn as icon
from relacja.ui.written import Clock


@dataclass(frozen=True, slots=True)
class _Page:
    """What the lines of one page have in common: where people are found, and whose ledger holds the proofs."""

    clock: Clock
    people: str
    ledger: str


def drawn(days: Iterable[Day], *, now: datetime, contact: Contact | None = None) -> SafeString:
    """The days as items of a list; `contact` is whom the page is about, if it is about one."""
    ledger = reverse("contacts:consents", args=[contact.pk]) if contact else ""
    page = _Page(Clock(now), reverse("contacts:contacts"), ledger)
    return mark_safe("\n".join(_day(day, page) for day in days))  # noqa: S308 - every part was escaped where it came in


def _day(day: Day, page: _Page) -> str:
    head = "" if day.is_continued else f'<li class="day">{escape(page.clock.near_day(day.at))}</li>\n'
    return head + "\n".join(_line(line, page) for line in day.lines)


def _line(line: Line, page: _Page) -> str:
    moment, declared, clock = line.moment, line.moment.declared, page.clock
    person = (
        f'<a class="link" href="{page.people}{line.person.pk}/">{escape(str(line.person))}</a>: ' if line.person else ""
    )
    sentence = moment.sentence
    return (
        f'<li class="event" id="moment-{escape(moment.id)}"><span class="mark {line.tone}">{icon(declared.icon)}</span>'
        f'<div class="what">{person}{escape(sentence)}{_detail(line, declared.group, sentence, page)}</div>'
        f'<time datetime="{moment.at.isoformat()}" title="{escape(clock.moment(moment.at))}">'
        f"{clock.hour(moment.at)}</time></li>"
    )


def _detail(line: Line, group: str, sentence: str, page: _Page) -> str:
    """What more is shown of a moment, by its group."""
    match group:
        case "web":
            return _products(line) + _address(line)
        case "email":
            return _subject(line, sentence) + _address(line)
        case "order":
            return _products(line) + _total(line)
        case "consent":
            return _proof(line, page)
        case "contact":
            return _change(line)
    return ""


def _products(line: Line) -> str:
    if not line.products:
        return ""
    items = "".join(_product(product, line) for product in line.products)
    if more := line.more_products:
        said = ngettext("and %(number)s more", "and %(number)s more", more) % {"number": written.number(more)}
        items += f'<li class="faint">{escape(said)}</li>'
    return f'<ul class="detail lines">{items}</ul>'


def _product(product: Product, line: Line) -> str:
    quantity, amount = "", ""
    if product.quantity:
        quantity = f", {escape(_('%(quantity)s pcs') % {'quantity': written.number(product.quantity)})}"
    if product.amount is not None:
        amount = f'<span class="nowrap">{escape(written.money(product.amount, line.currency))}</span>'
    return f"<li><span>{escape(product.name)}{quantity}</span>{amount}</li>"


def _address(line: Line) -> str:
    if not line.url:
        return ""
    return (
        f'<p class="meta"><a class="plain-link truncate address" href="{escape(line.url)}" rel="noreferrer noopener"'
        f' target="_blank">{escape(line.place)}</a></p>'
    )


def _subject(line: Line, sentence: str) -> str:
    """What a letter was about and why it came to nothing, unless the sentence says it."""
    said = [(_text(line, "subject"), 200), (line.reason, 300)]
    return "".join(f'<p class="meta">{_cut(text, most)}</p>' for text, most in said if text not in sentence)


def _total(line: Line) -> str:
    said = []
    if order := _text(line, "order_id"):
        said.append(f'{escape(_("Order"))} <span class="id">{_cut(order, 60)}</span>')
    if line.total is not None:
        said.append(escape(written.money(line.total, line.currency)))
    return f'<p class="meta detail">{", ".join(said)}</p>' if said else ""


def _proof(line: Line, page: _Page) -> str:
    source, version, entry = (_text(line, name) for name in ("source", "text_version", "entry"))
    said = [_cut(str(consents.SOURCES.get(source, source)), 80)] if source else []
    if version:
        said.append(escape(_("text %(version)s") % {"version": version}))
    link = ""
    if entry and page.ledger:
        link = f' · <a class="plain-link" href="{page.ledger}#entry-{escape(entry)}">{escape(_("proof"))}</a>'
    return f'<p class="meta">{", ".join(said)}{link}</p>'


def _change(line: Line) -> str:
    """A note in full; of a change every field with what it was."""
    text, changes, author = _text(line, "text"), line.changes, _text(line, "author")
    note = f'<div class="detail quote">{linebreaksbr(text)}</div>' if text else ""
    if not changes:
        return note
    rows = "".join(_changed(*change) for change in changes)
    by = f'<p class="meta">{escape(author)}</p>' if author else ""
    return f'{note}<ul class="detail lines">{rows}</ul>{by}'


def _changed(label: Any, before: str, after: str) -> str:
    was = f'<del class="faint">{_cut(before, 80)}</del> → ' if before else ""
    shown = f'<span class="faint">{escape(str(label))}</span><span>{was}{_cut(after, 120) or "–"}</span>'
    return f'<li class="change">{shown}</li>'


def _text(line: Line, name: str) -> str:
    value: Any = line.moment.properties.get(name)
    return str(value) if value else ""


def _cut(text: str, most: int) -> str:
    return escape(text if len(text) <= most else Truncator(text).chars(most))
