from django.utils.translation import gettext_lazy as _

from relacja.events.vocabulary import Name, add

ENTERED, LEFT = "Segment Entered", "Segment Left"

add(
    Name(
        ENTERED,
        _("Segment entered"),
        _("Enters the segment “{segment}”"),
        "circle-dot-dashed",
        "automation",
        {"segment": _("Segment"), "key": _("Short name")},
        quiet=True,
    ),
    Name(
        LEFT,
        _("Segment left"),
        _("Leaves the segment “{segment}”"),
        "circle-dashed",
        "automation",
        {"segment": _("Segment"), "key": _("Short name")},
        quiet=True,
    ),
)
