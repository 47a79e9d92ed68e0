"""The shop as a source of events: its write key, for the tracking script on its pages."""

from datetime import datetime

from relacja.lib.errors import Refused
from relacja.web import actions
from relacja.web.models import Source, SourceKind

NAME = "shop"


def write_key(*, now: datetime) -> str:
    """The key of the shop's source, added on the first visit; empty once somebody has shut the source. One query."""
    source = Source.objects.filter(name=NAME).first() or _added(now=now)
    return "" if source.revoked_at else source.key


def _added(*, now: datetime) -> Source:
    try:
        return actions.add_source(NAME, SourceKind.BROWSER, now)
    except Refused:  # another first visitor was faster
        return Source.objects.get(name=NAME)
