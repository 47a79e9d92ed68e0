"""Who is left out of an audience, and why: each person counts once, under the first reason that is true of them.

A part of the program that writes to people says on which channel and for which purpose (`Aim`); the rest follows.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from relacja.contacts import consents
from relacja.contacts.models import ConsentAct
from relacja.lib.errors import Refused
from relacja.segments import rules
from relacja.segments.audience import Audience
from relacja.segments.models import Segment
from relacja.segments.rules import Every, Not, Rule
from relacja.segments.segment_rules import writable
from relacja.segments.segment_rules.consent import CHANNELS, Agreed
from relacja.segments.segment_rules.membership import InSegment
from relacja.segments.segment_rules.writable import Writable


@dataclass(frozen=True, slots=True)
class Aim:
    """On which channel those who are meant are to be reached, and for which purpose they must have agreed.

    Without a channel nobody is written to; without a purpose it is no marketing, and needs no consent.
    """

    channel: str = ""
    purpose: str = ""

    @property
    def code(self) -> str:
        return f"{self.channel}/{self.purpose}".strip("/")

    @classmethod
    def of_code(cls, text: str) -> "Aim":
        """The aim that a form carries as `email/newsletter`; none where it is no such thing."""
        channel, _slash, purpose = text.partition("/")
        found = cls(channel, purpose)
        try:
            for _words, rule in found.reasons():
                rules.read(rule.to_json())
        except Refused:
            return cls()
        return found if channel in CHANNELS else cls()

    def words(self) -> str:
        if not self.channel:
            return _("They are not written to")
        channel = CHANNELS[self.channel]
        if not self.purpose:
            return _("By {channel}, not for marketing").format(channel=channel)
        return _("By {channel}: {purpose}").format(channel=channel, purpose=consents.label(self.purpose))

    def reasons(self) -> list[tuple[str, Rule]]:
        """Why somebody cannot be reached, in the order in which one reason is given for each.

        Who unsubscribed or complained still gets what is no marketing, as messages do.
        """
        if not self.channel:
            return []
        states = list(writable.STOPS) if self.purpose else ["bounced", "blocked"]
        stopped = [writable.NO_ADDRESS, *states]
        found: list[tuple[str, Rule]] = [(str(writable.STATES[one]), Writable(self.channel, one)) for one in stopped]
        if self.purpose:
            agreed = Agreed(self.purpose, self.channel, str(ConsentAct.GIVEN))
            found.append((_("no consent to “{purpose}”").format(purpose=consents.label(self.purpose)), Not(agreed)))
        return found


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Those who would be meant but for one reason, and for none before it."""

    words: str
    rule: Rule


def of(chosen: Audience, aim: Aim) -> list[Exclusion]:
    """Everything that leaves somebody out; together with `reached` they make up those who are asked for. One query."""
    found: list[Exclusion] = []
    before: list[Rule] = list(chosen.parts)
    for words, reason in [*_segments(chosen), *aim.reasons()]:
        found.append(Exclusion(words, Every((*before, reason))))
        before.append(reason.rule if isinstance(reason, Not) else Not(reason))
    return found


def reached(chosen: Audience, aim: Aim) -> Every:
    """Those who are meant and can be reached: what a list, a file or a letter is for."""
    without = [reason.rule if isinstance(reason, Not) else Not(reason) for _words, reason in aim.reasons()]
    return Every((*chosen.as_rule().rules, *without))


def _segments(chosen: Audience) -> list[tuple[str, Rule]]:
    names = dict(Segment.objects.filter(key__in=chosen.without).values_list("key", "name")) if chosen.without else {}
    words = _("in the segment “{name}”")
    return [(words.format(name=names.get(key, key)), InSegment("in", key)) for key in chosen.without]
