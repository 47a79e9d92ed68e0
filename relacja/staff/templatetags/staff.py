"""Sets of changes in words."""

from datetime import date

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from relacja.staff import changes, reach
from relacja.staff.models import ChangeSet, User

register = template.Library()


@register.simple_tag(takes_context=True)
def said(context: Context, change_set: ChangeSet) -> str:
    """`{% said set %}`: 12 people were archived."""
    return changes.told(change_set, is_counted=is_counted(change_set, context["request"].user))


@register.filter
def is_counted(change_set: ChangeSet, user: User) -> bool:
    """Whether this person may know how many records were changed: it is their work, or they see all customers."""
    return change_set.by_id == user.pk or reach.owners(user) is None


@register.filter
def authored(change_set: ChangeSet) -> str:
    """`{{ set|authored }}`: the person, the program, or where it came from."""
    if change_set.by is not None:
        return str(change_set.by)
    if change_set.api_key is not None:
        return _("API key {name}").format(name=change_set.api_key.name)
    ways = {"web": _("the website"), "system": _("by itself"), "rules": _("rules of assignment")}
    return ways.get(change_set.source, change_set.source)


@register.filter
def is_away(person: User, today: date) -> bool:
    """Whether no new people should come to this person today."""
    return person.is_away(today)
