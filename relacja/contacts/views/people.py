"""The list of contacts, and what can be done with several at once."""

import json

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from relacja.contacts import actions, columns, fields, forms, listing, owning, reach, tags
from relacja.contacts.models import ConsentAct, Contact, Record, Stage
from relacja.contacts.narrowing import read
from relacja.contacts.views import lists
from relacja.contacts.views.lists import Filter, Tab, link, narrowing
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.changes import one_set
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.staff.toasts import changed
from relacja.ui import written
from relacja.ui.pages import page

NEW = ("first_name", "last_name", "email", "phone", "company", "job_title", "street", "postal_code", "city", "country")
VIP = {"yes": "is", "no": "is_not"}
KEPT = ("view", "rule", "stage", "consent", "owner", "company", "tag", "vip", "archived", "trashed", "sort")


@allow("contacts.view")
@require_GET
def contacts(request: StaffRequest) -> HttpResponse:
    """A page of the list. A rule that cannot be read is said in place of the people."""
    if not request.GET and (usual := lists.usual(request.user, Record.CONTACT)):
        return redirect(usual)
    try:
        filters = filters_of(request.GET, request.user)
    except Refused as refusal:
        return _unreadable(request, refusal)
    shown = listing.page(
        filters,
        sort=request.GET.get("sort", listing.NEWEST),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    query, now = request.GET, timezone.now()
    offered = columns.offered()
    strip = lists.strip(request, Record.CONTACT, _tabs(request, filters))
    asked = columns.paths(query.getlist("columns"))
    chosen = columns.chosen(asked, offered)
    may_edit, may_archive = request.user.may("contacts.edit"), request.user.may("contacts.archive")
    rows = columns.drawn(
        shown.rows,
        chosen,
        now=now,
        may_choose=may_edit or may_archive,
        may_edit=may_edit and not filters.is_away,
        walk=lists.walk(query),
    )
    context = {
        "page": shown,
        "rows": mark_safe("".join(rows)),  # noqa: S308
        "place": reverse("contacts:contacts"),
        "columns": chosen,
        "others": [one for path, one in offered.items() if one not in chosen],
        "is_usual": not asked,
        "without_columns": link(query, columns=""),
        "heads": list(zip(chosen, columns.sizes(chosen), strict=True)),
        "filters": filters,
        "totals": listing.totals(now=now, owners=reach.owners(request.user)),
        "strip": strip,
        "narrowing": _narrowings(query),
        "previous": link(query, before=shown.before) if shown.before else "",
        "next": link(query, after=shown.after) if shown.after else "",
        "said": _said(shown),
        "without_text": link(query, q=""),
        "kept": _kept(query, asked),
        "is_narrowed": any(query.get(name) for name in ("q", *KEPT[1:-3])),
        "rule": lists.ruled(request, filters.rule, Record.CONTACT),
        "may_edit": may_edit,
        "may_archive": may_archive,
        "may_merge": request.user.may("contacts.merge"),
        "may_export": request.user.may("contacts.export"),
        "everybody": _everybody(filters, shown),
    }
    return page(request, "contacts/list.html", context, fragment="list")


@allow("contacts.edit")
def new(request: StaffRequest) -> HttpResponse:
    """Add somebody. An address or number that is taken leads to the contact who has it."""
    own = fields.own(Record.CONTACT)
    form = forms.Details(request.POST or None, names=NEW, initial={"country": "PL", **_asked(request.GET)}, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            with one_set("contacts.added", by=request.user, source="staff", now=timezone.now()) as made:
                contact = actions.create(
                    values=form.values,
                    company=form.cleaned_data["company"],
                    owner=reach.keeper(request.user),
                    by=request.user,
                    now=timezone.now(),
                    into=made,
                )
        except actions.IdentityTaken as refusal:
            form.add_error(refusal.field or None, whose(refusal))
        else:
            changed(request, _("{person} is added.").format(person=contact), made.change_set)
            return redirect("contacts:contact", contact.pk)
    return page(request, "contacts/new.html", {"form": form}, status=422 if form.errors else 200)


def whose(refusal: actions.IdentityTaken) -> str:
    """The refusal, with the way to the contact it speaks of, if whoever reads sees them."""
    if not reach.named(Record.CONTACT, [refusal.contact_id]):
        return str(refusal)
    href = reverse("contacts:contact", args=[refusal.contact_id])
    return format_html('{} <a class="link" href="{}">{}</a>', str(refusal), href, _("Open that contact"))


def filters_of(asked: QueryDict, user: User) -> listing.Filters:
    """Whom the address of a list asks for, of those whom this person sees. `Refused` when its rule cannot be read."""
    company = asked.get("company", "")
    rule, now = asked.get("rule", ""), timezone.now()
    return listing.Filters(
        rule=read(rule, at=now, viewer=user.pk) if rule else None,
        text=asked.get("q", "").strip()[:200],
        stage=asked.get("stage", "") if asked.get("stage") in Stage.values else "",
        consent=asked.get("consent", "") if asked.get("consent") in {*ConsentAct.values, listing.NONE} else "",
        owners=reach.within(owning.owners(asked.get("owner", ""), user), reach.owners(user)),
        company=int(company) if company.isascii() and company.isdigit() and len(company) < 19 else None,
        archived=bool(asked.get("archived")),
        trashed=bool(asked.get("trashed")),
        leaves=_leaves(asked),
        at=now,
    )


def _leaves(asked: QueryDict) -> tuple[str, ...]:
    """The quick filters that only the facts can answer, as conditions."""
    found: list[dict[str, str]] = []
    if (tag := asked.get("tag", "")) in tags.remembered().leads:
        found.append({"kind": "tag", "op": "has", "tag": tag})
    if op := VIP.get(asked.get("vip", "")):
        found.append({"kind": "vip", "op": op})
    return tuple(json.dumps(leaf, sort_keys=True) for leaf in found)


def _kept(query: QueryDict, paths: list[str]) -> list[tuple[str, str]]:
    """What a form of the list carries along."""
    kept = [(name, query.get(name, "")) for name in KEPT if query.get(name)]
    return [*kept, ("columns", ",".join(paths))] if paths else kept


def _unreadable(request: StaffRequest, refusal: Refused) -> HttpResponse:
    context = {
        "refusal": str(refusal),
        "strip": lists.strip(request, Record.CONTACT, _tabs(request, listing.Filters())),
        "totals": listing.totals(now=timezone.now(), owners=reach.owners(request.user)),
        "without": link(request.GET, rule=""),
        "filters": listing.Filters(),
    }
    return page(request, "contacts/list.html", context, fragment="list", status=422)


def _tabs(request: StaffRequest, filters: listing.Filters) -> tuple[list[Tab], list[Tab]]:
    return lists.ends(request, Record.CONTACT, archived=filters.archived, trashed=filters.trashed)


def _narrowings(query: QueryDict) -> list[Filter]:
    words = tags.remembered()
    asked = query.get("owner", "")
    found = [narrowing(query, _("Owner"), "owner", owning.choices(asked)), _stage(query), _consent(query)]
    if words.tags:
        present = words.leads.get(query.get("tag", ""), "")
        named = [(tag.key, tag.name) for tag in words.tags]
        found.append(narrowing(query, _("Tag"), "tag", named, value=present))
    return [*found, narrowing(query, _("VIP"), "vip", [("yes", _("VIP only")), ("no", _("Without VIP"))])]


def _stage(query: QueryDict) -> Filter:
    return narrowing(query, _("Stage"), "stage", Stage.choices)


def _consent(query: QueryDict) -> Filter:
    return narrowing(query, _("Newsletter"), "consent", [*ConsentAct.choices, (listing.NONE, _("Never asked"))])


def _everybody(filters: listing.Filters, shown: listing.Page[Contact]) -> int | None:
    """How many people match, when that is known and they do not all stand on this page; 0 when they do."""
    if not shown.before and not shown.after:
        return 0
    if shown.found is not None and not shown.is_many:
        return shown.found
    return listing.totals(now=timezone.now()).active if filters == listing.Filters() else None


def _said(shown: listing.Page[Contact]) -> str:
    if shown.found is None:
        return ""
    if shown.is_many:
        return _("more than {number} people").format(number=f"{listing.FEW:,}".replace(",", "\N{NO-BREAK SPACE}"))
    words = ngettext("{number} person", "{number} people", shown.found)
    return words.format(number=written.number(shown.found))


def _asked(query: QueryDict) -> dict[str, str]:
    return {name: query.get(name, "") for name in NEW if name in query}
