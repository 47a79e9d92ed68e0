"""The vocabulary of tags: made, renamed, merged and removed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from relacja.contacts import forms, queries, reach, tags, uses
from relacja.contacts.actions import tags as tagging
from relacja.contacts.models import Colour, Tag
from relacja.contacts.views.one import changing
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.toasts import changed
from relacja.ui.pages import page


@allow("contacts.tags")
def settings(request: StaffRequest) -> HttpResponse:
    """All tags with how many people have each; a POST makes one."""
    form = forms.TagSettings(request.POST or None, initial={"colour": Colour.GREY}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            with changing(request, "tags.made") as noted:
                given = form.cleaned_data
                made = tagging.make_tag(
                    given["name"], colour=given["colour"], by=request.user, now=timezone.now(), into=noted
                )
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            changed(request, _("The tag “{name}” is there.").format(name=made.name), noted.change_set)
            return redirect("contacts:tags")
    words = tags.vocabulary()
    counts = queries.people_by_tag(words.leads, reach.owners(request.user))
    rows = [(tag, counts.get(tag.key, 0)) for tag in words.tags]
    return page(request, "contacts/tags.html", {"rows": rows, "form": form}, status=422 if form.errors else 200)


@allow("contacts.tags")
def tag(request: StaffRequest, pk: int) -> HttpResponse:
    """What a tag is called and how it looks, and where it is merged or removed."""
    found = get_object_or_404(Tag.objects.select_related("merged_into"), pk=pk)
    initial = {"name": found.name, "colour": found.colour}
    form = forms.TagSettings(request.POST or None, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        tagging.refuse_gone(found)
        try:
            with changing(request, "tags.changed") as noted:
                tagging.change_tag(found, **form.cleaned_data, by=request.user, now=timezone.now(), into=noted)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            changed(request, _("Saved."), noted.change_set)
            return redirect("contacts:tags")
    return _page(request, found, form, status=422 if form.errors else 200)


@allow("contacts.tags")
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Whoever has the tag has another one from now on."""
    found = get_object_or_404(Tag.objects.live(), pk=pk)
    target = Tag.objects.live().filter(pk=_number(request.POST.get("into", ""))).first()
    if request.method != "POST" or target is None:
        return _page(request, found, status=422 if request.method == "POST" else 200)
    with changing(request, "tags.merged") as noted:
        tagging.merge_tag(found, target, by=request.user, now=timezone.now(), into=noted)
    changed(request, _("“{name}” is part of “{other}” now.").format(name=found, other=target), noted.change_set)
    return redirect("contacts:tags")


@allow("contacts.tags")
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """What speaks of the tag and how many people have it; a POST removes it."""
    found = get_object_or_404(Tag.objects.live(), pk=pk)
    if request.method == "POST":
        with changing(request, "tags.removed") as noted:
            tagging.remove_tag(found, by=request.user, now=timezone.now(), into=noted)
        changed(request, _("The tag “{name}” is removed.").format(name=found.name), noted.change_set)
        return redirect("contacts:tags")
    keys, seen = tags.vocabulary().behind(found.key), reach.owners(request.user)
    context: dict[str, Any] = {
        "tag": found,
        "uses": uses.of_tag(keys),
        "people": queries.tagged(keys, seen),
        "is_part": seen is not None,
    }
    return page(request, "contacts/tag_removal.html", context)


def _page(
    request: StaffRequest, found: Tag, form: forms.TagSettings | None = None, *, status: int = 200
) -> HttpResponse:
    initial = {"name": found.name, "colour": found.colour}
    context = {
        "tag": found,
        "form": form or forms.TagSettings(initial=initial, label_suffix=""),
        "others": Tag.objects.live().exclude(pk=found.pk).order_by("name_key"),
        "is_live": found.merged_into_id is None and found.archived_at is None,
    }
    return page(request, "contacts/tag.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
