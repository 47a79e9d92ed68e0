"""Words and badges for codes of contacts and of the consent ledger."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relacja.contacts import consents, moments
from relacja.contacts.models import Colour, Contact, Stage, Tag
from relacja.contacts.story import Story
from relacja.places import queries
from relacja.ui import written
from relacja.ui.templatetags.ui import badge

TONES = {
    Stage.PROSPECT: "baltic",
    Stage.CUSTOMER: "moss",
    Stage.WON_BACK: "moss",
    Stage.DORMANT: "amber",
    Stage.LOST: "raspberry",
}
register = template.Library()


@register.filter
def purpose(code: str) -> Any:
    """`{{ entry.purpose|purpose }}`: what somebody agreed to, with a capital."""
    return str(consents.label(code)).capitalize()


@register.filter
def region(code: str) -> str:
    """`{{ place.region|region }}`: a region by name."""
    return queries.region_name(code)


@register.filter
def channel(code: str) -> Any:
    """`{{ entry.channel|channel }}`: how they are reached."""
    return consents.CHANNELS.get(code, code)


@register.filter
def source(code: str) -> Any:
    """`{{ entry.source|source }}`: where it came from."""
    return consents.SOURCES.get(code, code)


@register.simple_tag
def tag_badge(tag: Tag, among: str = "") -> SafeString:
    """`{% tag_badge tag list %}`: a tag; in a list of records that have it, if its address is given."""
    drawn = badge(tag.name, "" if tag.colour == Colour.GREY else tag.colour)
    return format_html('<a class="plain-link" href="{}?tag={}">{}</a>', among, tag.key, drawn) if among else drawn


@register.simple_tag
def stage_badge(stage: Stage) -> SafeString:
    """`{% stage_badge stay.stage %}`: a stage of the life of a customer."""
    return badge(stage.label, TONES.get(stage, ""))


@register.simple_tag
def stage_of(contact: Contact) -> SafeString:
    """`{% stage_of contact %}`: where somebody stands, as a badge."""
    if contact.trashed_at is not None:
        return badge(_("In the trash"), "raspberry")
    if contact.archived_at is not None:
        return badge(_("Archived"))
    return stage_badge(Stage(contact.stage))


@register.simple_tag(name="moments", takes_context=True)
def drawn(context: Context, story: Story) -> SafeString:
    """`{% moments story %}`: what happened, day by day, as items of a list; with proofs where `contact` is known."""
    return moments.drawn(story.days, now=context.get("now") or timezone.now(), contact=context.get("contact"))


@register.filter
def file_size(size: int) -> str:
    """`{{ document.size|file_size }}`: 12 kB, 3,4 MB."""
    if size < 1_000_000:
        return f"{written.number(max(1, round(size / 1_000)))} kB"
    return f"{written.number(round(size / 1_000_000, 1), 1)} MB"
