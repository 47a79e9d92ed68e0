"""The list of companies, and the conditions that narrow it."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from relacja.contacts import columns, comparing, conditions, owning, tags
from relacja.contacts.conditions import Condition, Subject
from relacja.contacts.listing import firms
from relacja.contacts.models import Record
from relacja.contacts.views import lists
from relacja.contacts.views.lists import Filter, Tab, link, narrowing
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.ui import written
from relacja.ui.pages import page

KEPT = ("view", "rule", "owner", "tag", "vip", "archived", "sort")


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
    sort = query.get("sort", firms.BY_NAME)
    column = offered.get(sort.removeprefix("-"))
    sort = sort if sort.removeprefix("-") == firms.BY_NAME or (column and column.sort) else firms.BY_NAME
    shown = firms.page(
        filters,
        now=now,
        sort=sort,
        known=column.known if column else None,
        after=query.get("after", ""),
        before=query.get("before", ""),
    )
    firms.count_people(shown.rows)
    may_edit, may_archive, may_export = (user.may(f"contacts.{what}") for what in ("edit", "archive", "export"))
    rows = columns.drawn_firms(shown.rows, chosen, now=now, may_choose=may_edit or may_archive or may_export)
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
        "chips": _chips(query, filters.conditions),
        "adding": f"{reverse('contacts:company-filter')}{lists.walk(query)}",
        "previous": link(query, before=shown.before) if shown.before else "",
        "next": link(query, after=shown.after) if shown.after else "",
        "said": _said(shown.found or 0),
        "without_text": link(query, q=""),
        "kept": [*((name, query.get(name, "")) for name in KEPT if query.get(name)), *_columns(asked)],
        "is_narrowed": any(query.get(name) for name in ("q", "rule", "owner", "tag", "vip")),
        "may_choose": may_edit or may_archive or may_export,
        "may_edit": may_edit,
        "may_archive": may_archive,
        "may_export": may_export,
        "everybody": shown.found if shown.before or shown.after else 0,
    }
    return page(request, "contacts/companies.html", context, fragment="list")


@allow("contacts.view")
def condition(request: StaffRequest) -> HttpResponse:
    """Add a condition to the list: which field, how, and with what it is compared."""
    asked = request.POST if request.method == "POST" else request.GET
    query = QueryDict(asked.get(lists.WALK, "").removeprefix("?"), mutable=True)
    among = conditions.subjects()
    subject, op, refusal = among.get(asked.get("path", "")), asked.get("op", ""), ""
    if request.method == "POST" and subject and asked.get("do") == "add":
        try:
            made = conditions.typed(subject, op, asked.get("value", ""))
            query["rule"] = conditions.written([*conditions.read(query.get("rule", "")), made])
        except Refused as wrong:
            refusal = str(wrong)
        else:
            return redirect(f"{reverse('contacts:companies')}{link(query)}")
    operators = [(code, comparing.OPERATORS[code]) for code in subject.operators] if subject else []
    op = op if op in dict(operators) else next(iter(dict(operators)), "")
    context = {
        "subjects": [(one.path, capfirst(str(one.label))) for one in among.values()],
        "subject": subject,
        "operators": operators,
        "op": op,
        "needs_value": bool(subject) and op not in comparing.ALONE,
        "kind": _input(subject, op) if subject else "text",
        "choices": _choices(subject) if subject else [],
        "value": asked.get("value", ""),
        "refusal": refusal,
        "list": query.urlencode(),
        "back": f"{reverse('contacts:companies')}{link(query)}",
    }
    status = 422 if refusal else 200
    return page(request, "contacts/company_filter.html", context, fragment="filter", status=status)


def filters_of(asked: QueryDict, user: User) -> firms.Filters:
    """Which companies the address of a list asks for. Raises `Refused` when its conditions cannot be read."""
    words = tags.remembered()
    tag = words.leads.get(asked.get("tag", ""), "")
    return firms.Filters(
        conditions.read(asked.get("rule", "")),
        cleaned(asked.get("q", ""))[:200],
        owning.owners(asked.get("owner", ""), user),
        bool(asked.get("archived")),
        tuple(words.behind(tag)) if tag else (),
        asked.get("vip") == "yes",
    )


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
    path = reverse("contacts:companies")
    return [
        (_("All"), f"{path}?view={lists.ALL}", filters.owners is None and not filters.archived, None),
        *owning.tabs(request.GET.get("owner", ""), path, user=request.user, is_here=not filters.archived),
    ], [(_("The archive"), f"{path}?archived=1", filters.archived, None)]


def _narrowings(query: QueryDict) -> list[Filter]:
    words = tags.remembered()
    present = words.leads.get(query.get("tag", ""), "")
    named = [(tag.key, tag.name) for tag in words.tags]
    tagged = [narrowing(query, _("Tag"), "tag", named, value=present)] if named else []
    owned = narrowing(query, _("Owner"), "owner", owning.choices(query.get("owner", "")))
    return [owned, *tagged, narrowing(query, _("VIP"), "vip", [("yes", _("VIP only"))])]


def _chips(query: QueryDict, asked: tuple[Condition, ...]) -> list[tuple[str, str]]:
    """Each condition in words, and the list without it."""
    names = conditions.names_of(asked)
    return [
        (one.words(names), link(query, rule=conditions.written(other for other in asked if other is not one)))
        for one in asked
    ]


def _columns(asked: list[str]) -> list[tuple[str, str]]:
    return [("columns", ",".join(asked))] if asked else []


def _said(found: int) -> str:
    return ngettext("{number} company", "{number} companies", found).format(number=written.number(found))


def _input(subject: Subject, op: str) -> str:
    """The type of the input for the value."""
    if op in ("before", "after"):
        return "date"
    return "number" if op in comparing.COUNTING else "text"


def _choices(subject: Subject) -> list[tuple[str, Any]]:
    return conditions.owners() if subject.path == "owner" else subject.choices
