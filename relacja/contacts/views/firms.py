"""The list of companies."""

from collections.abc import Mapping

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from relacja.contacts import columns, owning, reach, tags
from relacja.contacts.columns import Column
from relacja.contacts.listing import firms
from relacja.contacts.models import Record
from relacja.contacts.narrowing import read as narrowed_by
from relacja.contacts.views import lists
from relacja.contacts.views.lists import Filter, Tab, link, narrowing
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.ui import written
from relacja.ui.pages import page

KEPT = ("view", "rule", "owner", "tag", "vip", "archived", "trashed", "sort")


@allow("contacts.view")
@require_GET
def companies(request: StaffRequest) -> HttpResponse:
    """A page of the list. Conditions that cannot be read are said in place of the companies."""
    query, now, user = request.GET, timezone.now(), request.user
    if not query and (usual := lists.usual(user, Record.COMPANY)):
        return redirect(usual)
    try:
        filters = filters_of(query, user)
    except Refused as refusal:
        return _unreadable(request, refusal)
    offered = columns.offered(Record.COMPANY)
    asked = columns.paths(query.getlist("columns"))
    chosen = columns.chosen(asked, offered, columns.USUAL_OF_FIRMS)
    order = order_of(query, offered)
    shown = firms.page(filters, order, after=query.get("after", ""), before=query.get("before", ""))
    firms.count_people(shown.rows, filters.seen)
    may_edit, may_archive, may_export = (user.may(f"contacts.{what}") for what in ("edit", "archive", "export"))
    may_choose = may_edit or may_archive or may_export
    rows = columns.drawn(
        shown.rows,
        chosen,
        of=Record.COMPANY,
        now=now,
        may_choose=may_choose,
        may_edit=may_edit and not filters.is_away,
        walk=lists.walk(query),
    )
    context = {
        "page": shown,
        "rows": mark_safe("".join(rows)),  # noqa: S308
        "of_companies": True,
        "place": reverse("contacts:companies"),
        "columns": chosen,
        "others": [one for one in offered.values() if one not in chosen],
        "is_usual": not asked,
        "without_columns": link(query, columns=""),
        "heads": list(zip(chosen, columns.sizes(chosen), strict=True)),
        "filters": filters,
        "strip": lists.strip(request, Record.COMPANY, _tabs(request, filters)),
        "narrowing": _narrowings(query),
        "rule": lists.ruled(request, filters.rule, Record.COMPANY),
        "previous": link(query, before=shown.before) if shown.before else "",
        "next": link(query, after=shown.after) if shown.after else "",
        "said": _said(shown.found or 0),
        "without_text": link(query, q=""),
        "kept": [*((name, query.get(name, "")) for name in KEPT if query.get(name)), *_columns(asked)],
        "is_narrowed": any(query.get(name) for name in ("q", "rule", "owner", "tag", "vip")),
        "may_choose": may_choose,
        "may_edit": may_edit,
        "may_merge": user.may("contacts.merge"),
        "may_archive": may_archive,
        "may_export": may_export,
        "everybody": shown.found if shown.before or shown.after else 0,
    }
    return page(request, "contacts/companies.html", context, fragment="list")


def filters_of(asked: QueryDict, user: User) -> firms.Filters:
    """Which companies the address of a list asks for, of those this person sees.

    Raises `Refused` when its conditions cannot be read.
    """
    words = tags.remembered()
    tag, rule = words.leads.get(asked.get("tag", ""), ""), asked.get("rule", "")
    return firms.Filters(
        rule=narrowed_by(rule, at=timezone.now(), viewer=user.pk, of=Record.COMPANY) if rule else None,
        text=cleaned(asked.get("q", ""))[:200],
        owners=owning.owners(asked.get("owner", ""), user),
        seen=reach.owners(user),
        archived=bool(asked.get("archived")),
        trashed=bool(asked.get("trashed")),
        tag_keys=tuple(words.behind(tag)) if tag else (),
        vip=asked.get("vip") == "yes",
    )


def order_of(asked: QueryDict, offered: Mapping[str, Column] | None = None) -> firms.Order:
    """The order that the address of a list asks for, else by name. A query unless the columns are known."""
    sort = asked.get("sort", firms.BY_NAME)
    column = (columns.offered(Record.COMPANY) if offered is None else offered).get(sort.removeprefix("-"))
    if column is None or not column.sort:
        return firms.Order(sort if sort.removeprefix("-") == firms.BY_NAME else firms.BY_NAME)
    return firms.Order(sort, column.known, timezone.localdate())


def _unreadable(request: StaffRequest, refusal: Refused) -> HttpResponse:
    context = {
        "refusal": str(refusal),
        "of_companies": True,
        "strip": lists.strip(request, Record.COMPANY, _tabs(request, firms.Filters())),
        "without": link(request.GET, rule=""),
        "filters": firms.Filters(),
    }
    return page(request, "contacts/companies.html", context, fragment="list", status=422)


def _tabs(request: StaffRequest, filters: firms.Filters) -> tuple[list[Tab], list[Tab]]:
    return lists.ends(request, Record.COMPANY, archived=filters.archived, trashed=filters.trashed)


def _narrowings(query: QueryDict) -> list[Filter]:
    words = tags.remembered()
    present = words.leads.get(query.get("tag", ""), "")
    named = [(tag.key, tag.name) for tag in words.tags]
    tagged = [narrowing(query, _("Tag"), "tag", named, value=present)] if named else []
    owned = narrowing(query, _("Owner"), "owner", owning.choices(query.get("owner", "")))
    return [owned, *tagged, narrowing(query, _("VIP"), "vip", [("yes", _("VIP only"))])]


def _columns(asked: list[str]) -> list[tuple[str, str]]:
    return [("columns", ",".join(asked))] if asked else []


def _said(found: int) -> str:
    return ngettext("{number} company", "{number} companies", found).format(number=written.number(found))
