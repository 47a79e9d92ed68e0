"""Components of the interface, as template tags. A component takes values, never querysets.

Written forms (filters): `number`, `money`, `percent`, `day`, `long_day`, `moment`, `hour`.
Every component can be seen, in every state, on the catalogue page.
"""

import uuid
import zlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form, RadioSelect
from django.forms.widgets import FileInput, Select
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from relacja.ui import built, written

register = template.Library()

register.filter("money", written.money)
register.filter("percent", written.percent)
register.filter("day", written.day)
register.filter("long_day", written.long_day)
register.filter("moment", written.moment)
register.filter("hour", written.hour)


@register.filter
def number(value: written.Number | None, digits: int | None = None) -> str:
    """`{{ people|number }}`: 12 480. An absent number is a dash."""
    return "–" if value is None else written.number(value, digits)


@register.filter
def share(part: written.Number) -> str:
    """`{{ preview.share|share }}`: 18 %. What is less than one in a hundred, but something, is said as < 1 %."""
    return f"< {written.percent(0.01)}" if 0 < part < 0.01 else written.percent(part)


@register.filter
def breakable(text: Any) -> SafeString:
    """`{{ email|breakable }}`: may go on in a new line before its @, and nowhere else if that is enough."""
    return format_html_join(mark_safe("<wbr>@"), "{}", ((part,) for part in str(text).split("@")))


@register.filter
def tone(level: str) -> str:
    """The tone of a message's level: errors raspberry, warnings amber."""
    return {"error": "raspberry", "warning": "amber"}.get(level, "")


@register.simple_tag
def built_url(name: str) -> str:
    """`{% built_url "ui.js" %}`: the address of a built script."""
    return built.url(name)


@register.simple_tag(name="icon")
def drawn(name: str, size: str = "", label: str = "") -> SafeString:
    """`{% icon "users" %}`, `{% icon "mail" "small" %}`: a lucide icon. Decoration unless it has a `label`."""
    return _svg(built.url("icons.svg"), name, size, label)


@lru_cache(maxsize=2048)
def _svg(sprite: str, name: str, size: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon {}" {}><use href="{}#{}"/></svg>', size, spoken, sprite, name)


@register.simple_tag
def badge(label: Any, tone: str = "") -> SafeString:
    """`{% badge "Paid" "moss" %}`: a state in a word. Tones: baltic, amber, moss, raspberry, tag, or none."""
    return format_html('<span class="badge {}">{}</span>', tone, label)


@register.simple_tag
def key(*names: str) -> SafeString:
    """`{% key "Ctrl" "K" %}`: keys to press."""
    return format_html_join(" ", '<kbd class="key">{}</kbd>', ((name,) for name in names))


def initials(name: str) -> str:
    """The first letters of the first and the last word."""
    words = [word for word in name.replace("@", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag
def avatar(name: Any, size: str = "", square: bool = False) -> SafeString:
    """`{% avatar contact.name "large" %}`: initials on one of four papers, always the same for one name."""
    return _circle(str(name), size, square)


@lru_cache(maxsize=2048)
def _circle(name: str, size: str, square: bool) -> SafeString:
    paper = ("", "b", "c", "d")[zlib.crc32(name.encode()) % 4]
    shape = "square" if square else ""
    return format_html('<span class="avatar {} {} {}" aria-hidden="true">{}</span>', paper, size, shape, initials(name))


@register.simple_tag
def who(name: Any, href: str = "", square: bool = False) -> SafeString:
    """`{% who contact.name contact.href %}`: avatar and name, a link when `href` is given."""
    inside = format_html('{}<span class="truncate">{}</span>', avatar(name, square=square), name)
    if href:
        return format_html('<a class="who" href="{}">{}</a>', href, inside)
    return format_html('<span class="who">{}</span>', inside)


def _now(context: Context) -> datetime:
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()


@register.simple_tag(takes_context=True)
def ago(context: Context, when: datetime | None) -> SafeString:
    """`{% ago event.at %}`: 4 min temu, dziś, 9:42, wczoraj, 19 lis; the exact moment on hover. Keeps itself fresh."""
    if when is None:
        return mark_safe("–")
    words = written.ago(when, now=_now(context))
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>', when.isoformat(), written.moment(when), words
    )


@register.simple_tag
def clock(when: datetime) -> SafeString:
    """`{% clock event.at %}`: 9:42; the exact moment on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat(), written.moment(when), written.hour(when)
    )


@register.simple_tag(takes_context=True)
def day_line(context: Context, when: datetime) -> SafeString:
    """`{% day_line event.at %}`: the line between two days of a timeline."""
    return format_html('<li class="day">{}</li>', written.near_day(when, now=_now(context)))


@register.simple_block_tag(takes_context=True)
def event(
    context: Context, content: str, icon: str = "circle", at: datetime | None = None, tone: str = "", meta: Any = ""
) -> SafeString:
    """`{% event icon="mail" at=when tone="moss" meta="…" %}Kupuje 3 produkty{% endevent %}`: one line of a timeline."""
    return format_html(
        '<li class="event"><span class="mark {}">{}</span><div class="what">{}{}</div>{}</li>',
        tone,
        drawn(icon),
        content,
        format_html('<p class="meta">{}</p>', meta) if meta else "",
        clock(at) if at else "",
    )


@register.simple_block_tag
def section(content: str, title: Any = "", aside: Any = "", id: str = "") -> SafeString:
    """`{% section title="Zgody" aside="historia" %}…{% endsection %}`: a hairline, a heading, content; not a box."""
    head = format_html(
        "<header><h2>{}</h2>{}</header>", title, format_html('<span class="aside">{}</span>', aside) if aside else ""
    )
    return format_html(
        '<section class="section"{}>{}{}</section>',
        format_html(' id="{}"', id) if id else "",
        head if title else "",
        content,
    )


@register.simple_block_tag
def card(content: str, title: Any = "", lifted: bool = False) -> SafeString:
    """`{% card title=deal.title %}…{% endcard %}`: only for what can be moved."""
    return format_html(
        '<article class="card {}"><span class="title">{}</span>{}</article>',
        "is-lifted" if lifted else "",
        title,
        content,
    )


@register.simple_block_tag
def notice(content: str, tone: str = "", icon: str = "info") -> SafeString:
    """`{% notice "amber" icon="triangle-alert" %}…{% endnotice %}`: what happened, what it means, what to do."""
    return format_html('<div class="notice {}">{}<div>{}</div></div>', tone, drawn(icon), content)


@register.simple_block_tag
def empty_state(content: str, said: Any = "", drawing: str = "people", title: Any = "") -> SafeString:
    """`{% empty_state said=_("…") drawing="people" %}<a class="button">…</a>{% endempty_state %}`: nothing here yet.

    Drawings: people, letter, path, chart, search, done, door. `title` is for a page that is nothing but this.
    """
    art = render_to_string(f"ui/drawings/{drawing}.svg")
    heading = format_html("<h1>{}</h1>", title) if title else ""
    return format_html('<div class="empty">{}<div>{}<p>{}</p></div>{}</div>', art, heading, said, content)


@register.simple_tag
def fact(label: Any, value: Any, changed: Any = "") -> SafeString:
    """`{% fact "Telefon" contact.phone changed="12 lis, M. Dąbrowski" %}`: one row of a `<dl class="facts">`."""
    shown = value if value not in (None, "") else mark_safe('<span class="faint">–</span>')
    note = format_html('<span class="changed">{}</span>', changed) if changed else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, shown, note)


@register.simple_tag
def stat(name: Any, value: Any, unit: Any = "", sentence: Any = "", points: Sequence[float] = ()) -> SafeString:
    """`{% stat "Nowe kontakty" 97 sentence="12 więcej niż przed tygodniem" points=week %}`: the sentence carries it."""
    written_value = written.number(value) if isinstance(value, int | float) else value
    return format_html(
        '<div class="stat"><span class="name">{}</span><span class="value"><span>{} {}</span>{}</span>{}</div>',
        name,
        written_value,
        format_html('<span class="unit">{}</span>', unit) if unit else "",
        spark(points) if points else "",
        format_html('<span class="sentence">{}</span>', sentence) if sentence else "",
    )


@register.simple_tag
def spark(points: Sequence[float]) -> SafeString:
    """`{% spark numbers %}`: a hint of a course, 74 by 24, never without its number beside it."""
    low, high = min(points), max(points)
    step = 68 / max(len(points) - 1, 1)
    at = [(2 + n * step, 22 - (point - low) / ((high - low) or 1) * 20) for n, point in enumerate(points)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    return format_html(
        '<svg class="spark" width="74" height="24" aria-hidden="true"><polyline points="{}"/>'
        '<circle class="dot" cx="{}" cy="{}" r="2.5"/></svg>',
        line,
        f"{at[-1][0]:.1f}",
        f"{at[-1][1]:.1f}",
    )


@register.simple_tag
def meter(value: float, of: float, label: Any = "", tone: str = "") -> SafeString:
    """`{% meter 1688 2000 "1 688 z 2 000 punktów" %}`: how much of the whole; `label` says it to screen readers."""
    width = f"{max(0.0, min(1.0, value / of if of else 0.0)):.1%}"
    return format_html(
        '<svg class="meter {}" role="img" aria-label="{}"><rect width="{}" height="4"/></svg>',
        tone,
        label or f"{written.number(value)} / {written.number(of)}",
        width,
    )


@register.simple_tag
def steps(done: int, of: int, label: Any) -> SafeString:
    """`{% steps 3 5 "Etap 3 z 5" %}`: which of a few named steps."""
    marks = format_html_join("", '<i class="{}"></i>', (("done" if n < done else "",) for n in range(of)))
    return format_html('<div class="steps" role="img" aria-label="{}">{}</div>', label, marks)


@register.simple_tag
def chip(label: Any, href: str = "", count: int | None = None, pressed: bool = False, icon: str = "") -> SafeString:
    """`{% chip "E-mail" "?channel=email" count=61 pressed=True %}`: one filter; a link, so it works without script."""
    return format_html(
        '<a class="chip {}" href="{}"{}>{}{}{}</a>',
        "is-set" if pressed else "",
        href,
        mark_safe(' aria-current="true"') if pressed else "",
        drawn(icon, "small") if icon else "",
        label,
        "" if count is None else format_html(' <span class="count">{}</span>', written.number(count)),
    )


@register.simple_tag
def set_chip(label: Any, value: Any, href: str, remove: Any) -> SafeString:
    """`{% set_chip "Miasto" "Gdynia" "?…" _("Remove") %}`: a filter that is on; a click takes it off."""
    return format_html(
        '<a class="chip is-set" href="{}">{}: <b>{}</b>{}<span class="off-screen">{}</span></a>',
        href,
        label,
        value,
        drawn("x", "small"),
        remove,
    )


@register.simple_tag
def crumb(label: Any, href: str = "") -> SafeString:
    """`{% crumb _("Contacts") "/contacts/" %}{% crumb contact.name %}`: where I am; the last has no `href`."""
    if not href:
        return format_html('<b class="truncate">{}</b>', label)
    return format_html(
        '<a class="plain-link wide" href="{}">{}</a>{}', href, label, drawn("chevron-right", "small wide")
    )


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(label: Any, items: Sequence[tuple[Any, ...]], kind: str = "tabs") -> dict[str, Any]:
    """`{% tabs _("Views") items %}`: items are (label, href, current) or (label, href, current, count).

    `kind="segmented"` draws two to four exclusive choices as one control.
    """
    return {"label": label, "items": [(*item, None)[:4] for item in items], "kind": kind}


@register.inclusion_tag("ui/parts/column.html", takes_context=True)
def column(context: Context, label: Any, key: str, sort: str = "", target: str = "", extra: str = "") -> dict[str, Any]:
    """`{% column _("Last") "last" sort target="#list" extra="number wide" %}`: a head that sorts by `?sort=key`.

    `sort` is what the list is sorted by now: `key`, or `-key` from the greatest.
    """
    query = context["request"].GET.copy()
    query["sort"] = key if sort == f"-{key}" else f"-{key}"
    for paging in ("after", "before"):
        query.pop(paging, None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    return {"label": label, "href": f"?{query.urlencode()}", "direction": direction, "target": target, "extra": extra}


@register.inclusion_tag("ui/parts/pages.html")
def pages(previous: str = "", next: str = "", said: Any = "", target: str = "") -> dict[str, Any]:
    """`{% pages previous="?before=…" next="?after=…" said="1–50 z 12 480" target="#list" %}`: keyset paging."""
    return {"previous": previous, "next": next, "said": said, "target": target}


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, hint: Any = "", icon: str = "") -> dict[str, Any]:
    """`{% field form.email %}`: label, input, hint and error of one form field, tied together for screen readers."""
    widget = bound.field.widget
    kind = "input"
    if isinstance(widget, CheckboxInput):
        kind = "check"
    elif isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        kind = "choices"
        widget.attrs["class"] = "check"
    classes = "check" if kind == "check" else "input"
    attrs: dict[str, str | bool] = {"class": f"{widget.attrs.get('class', '')} {classes}".strip()}
    if isinstance(widget, FileInput | Select):
        icon = ""
    html = "" if kind == "choices" else bound.as_widget(attrs=attrs)
    return {"bound": bound, "kind": kind, "html": html, "hint": hint or bound.help_text, "icon": icon}


@register.inclusion_tag("ui/parts/fields.html")
def fields(form: Form) -> dict[str, Any]:
    """`{% fields form %}`: what is wrong with the whole form, its hidden fields, then every field."""
    return {"form": form}


@register.simple_block_tag
def menu(
    content: str, label: Any = "", icon: str = "ellipsis", id: str = "", style: str = "quiet square"
) -> SafeString:
    """`{% menu label=_("More") %}<a href="…">…</a><hr><button>…</button>{% endmenu %}`: what else can be done.

    Give an `id` where the page is morphed, so that an open menu stays open.
    """
    name = id or f"menu-{uuid.uuid4().hex[:8]}"
    return format_html(
        '<button type="button" class="button {}" popovertarget="{}" aria-label="{}" title="{}">{}</button>'
        '<div popover id="{}" class="floating menu">{}</div>',
        style,
        name,
        label,
        label,
        drawn(icon),
        name,
        content,
    )


@register.simple_block_tag
def dialog(content: str, id: str = "", title: Any = "", close: Any = "", kind: str = "dialog") -> SafeString:
    """`{% dialog id="rename" title=_("Rename") close=_("Close") %}<form>…</form>{% enddialog %}`: small and rare.

    Opened by `<button command="show-modal" commandfor="rename">`. `kind="drawer"` stands at the right edge.
    """
    return format_html(
        '<dialog id="{}" class="floating {}" closedby="any" aria-labelledby="{}-title">'
        '<header><h2 id="{}-title">{}</h2><form method="dialog"><button class="button quiet square small"'
        ' aria-label="{}">{}</button></form></header>{}</dialog>',
        id,
        kind,
        id,
        id,
        title,
        close,
        drawn("x", "small"),
        content,
    )


@register.inclusion_tag("ui/parts/toast.html")
def toast(sentence: Any, tone: str = "", undo: str = "") -> dict[str, Any]:
    """`{% toast "3 osoby należą teraz do Oli" undo=url %}`: what happened; `undo` is where a POST takes it back."""
    return {"sentence": sentence, "tone": tone, "undo": undo}
