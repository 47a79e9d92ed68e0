"""Words of messaging for templates."""

from typing import Any

from django import template

from relacja.contacts import consents

register = template.Library()


@register.filter
def purpose(value: str) -> Any:
    """`{{ consent.purpose|purpose }}`: what a purpose is called in front of people."""
    return consents.label(value)


STATE_TONES = {
    "queued": "",
    "sending": "baltic",
    "sent": "moss",
    "failed": "raspberry",
    "unconfirmed": "amber",
    "refused": "",
}


@register.filter
def state_tone(state: str) -> str:
    """The tone of a message's state."""
    return STATE_TONES.get(state, "")
