"""Sets of changes in words."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from relacja.staff import changes
from relacja.staff.models import ChangeSet, User

register = template.Library()


@register.simple_tag
def said(change_set: ChangeSet) -> str:
    """`{% said set %}`: 12 people were archived."""
    return changes.told(change_set)


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
