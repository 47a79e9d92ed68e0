from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at(counts: Mapping[str, int], place: str) -> int | None:
    """`{{ preview.counts|at:part.place }}`: the count of one condition, if it is known."""
    return counts.get(place)
