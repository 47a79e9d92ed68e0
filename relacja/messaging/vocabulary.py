from django.utils.translation import gettext_lazy as _

from relacja.contacts import consents
from relacja.events.vocabulary import Name, add
from relacja.messaging.models import Reason

_LETTER = {"subject": _("Subject"), "what": _("Occasion"), "message": _("Message")}


MACHINES = {
    "head": _("asked for the headers only"),
    "prefetch": _("a program looked ahead"),
    "proxy": _("a mail program's privacy proxy"),
    "scanner": _("a virus scanner"),
    "too-soon": _("sooner than anybody reads"),
    "burst": _("many links within seconds"),
}


def _how_we_know(value: str) -> object:
    return MACHINES.get(value, value)


def _reason(value: str) -> object:
    return Reason(value).label if value in Reason.values else value


add(
    Name("Email Sent", _("Message sent"), _("Is sent “{subject}”"), "send", "email", _LETTER, customer_visible=True),
    Name("Email Delivered", _("Message delivered"), _("Receives “{subject}”"), "mail-check", "email", _LETTER),
    Name("Email Opened", _("Message opened"), _("Opens “{subject}”"), "mail-open", "email", _LETTER),
    Name(
        "Email Link Clicked",
        _("Link clicked"),
        _("Follows a link in “{subject}”"),
        "mouse-pointer-click",
        "email",
        {**_LETTER, "url": _("Address")},
    ),
    Name(
        "Email Machine Opened",
        _("Opened by a machine"),
        _("A machine opens “{subject}” ({reason})"),
        "bot",
        "email",
        {**_LETTER, "reason": _("How we know")},
        {"reason": _how_we_know},
        quiet=True,
    ),
    Name(
        "Email Machine Clicked",
        _("Link followed by a machine"),
        _("A machine follows a link in “{subject}” ({reason})"),
        "bot",
        "email",
        {**_LETTER, "url": _("Address"), "reason": _("How we know")},
        {"reason": _how_we_know},
        quiet=True,
    ),
    Name(
        "Email Bounced",
        _("Message came back"),
        _("“{subject}” comes back: {reason}"),
        "mail-x",
        "email",
        {**_LETTER, "reason": _("Reason")},
    ),
    Name(
        "Email Not Sent",
        _("Message not sent"),
        _("“{subject}” is not sent: {reason}"),
        "mail-minus",
        "email",
        {**_LETTER, "reason": _("Reason")},
        shown={"reason": _reason},
    ),
    Name(
        "Email Unconfirmed",
        _("Message unconfirmed"),
        _("“{subject}” may have arrived: the mail server did not confirm it"),
        "mail-question",
        "email",
        _LETTER,
    ),
    Name(
        "Unsubscribed",
        _("Unsubscribed"),
        _("Unsubscribes from messages"),
        "bell-off",
        "consent",
        {"purpose": _("Purpose"), "message": _("Message")},
        shown={"purpose": consents.label},
        customer_visible=True,
    ),
)
