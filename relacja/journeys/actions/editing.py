"""What people who work here do with journeys: write them, publish them, put them away."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from relacja.journeys import rules
from relacja.journeys.actions import telling
from relacja.journeys.models import Enrolment, Hold, Journey, JourneyVersion, State
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.segments import actions as segments
from relacja.staff.models import User

ABANDONED_CART = "abandoned-cart"


class NothingNew(Refused):
    """The draft is what is in force already."""


@transaction.atomic
def create(
    *, name: str, now: datetime, by: User | None = None, key: str = "", draft: Mapping[str, Any] | None = None
) -> Journey:
    """A journey that leads nobody yet: only a draft."""
    name = cleaned(name)[:120]
    if not name:
        raise Refused(_("Give the journey a name."))
    journey = Journey.objects.create(
        name=name,
        key=key or _free_key(name),
        draft=dict(draft or {"steps": []}),
        created_at=now,
        created_by=by,
        changed_at=now,
    )
    live.publish("journeys")
    return journey


def save_draft(journey: Journey, draft: Mapping[str, Any], *, now: datetime, name: str | None = None) -> None:
    """Keep what the editor holds, sound or not; nobody inside notices."""
    journey.draft, journey.changed_at = dict(draft), now
    if name is not None:
        journey.name = cleaned(name)[:120] or journey.name
    journey.save(update_fields=["draft", "changed_at", "name"])


@transaction.atomic
def redraft(
    journey: Journey, change: Callable[[dict[str, Any]], dict[str, Any]], *, now: datetime, name: str | None = None
) -> None:
    """Apply `change` to the draft as it is at this moment, so that two editors at once do not undo each other."""
    save_draft(journey, change(Journey.objects.get(pk=journey.pk).draft), now=now, name=name)


@transaction.atomic
def publish(journey: Journey, *, now: datetime, by: User | None = None) -> JourneyVersion:
    """The draft is in force from now on, as a new version; who is inside finishes under theirs.

    Raises `Refused` when the draft makes no sense, names what does not exist, or changes nothing.
    """
    if journey.archived_at is not None:
        raise Refused(_("This journey is archived. Take it back first."))
    rules.read(journey.draft).refuse_unready()
    newest = journey.versions.order_by("-number").first()
    if newest is not None and newest.definition == journey.draft:
        raise NothingNew(_("Nothing has changed since version {number}.").format(number=newest.number))
    version = journey.versions.create(
        number=newest.number + 1 if newest else 1, definition=journey.draft, published_at=now, published_by=by
    )
    segments.follow_audiences(now=now)
    live.publish(f"journey:{journey.pk}")
    return version


@transaction.atomic
def archive(journey: Journey, *, now: datetime) -> None:
    """Put the journey away; everybody inside leaves it."""
    if not Journey.objects.kept().filter(pk=journey.pk).update(archived_at=now):
        return
    token = journey.enrolments.active().claim(state=State.LEFT, ended_at=now, left_reason="journey archived")
    telling.left(Enrolment.objects.filter(journey=journey, claim=token).select_related("version__journey"), now=now)
    segments.follow_audiences(now=now)
    journey.refresh_from_db()
    live.publish(f"journey:{journey.pk}")


@transaction.atomic
def restore(journey: Journey, *, now: datetime) -> None:
    """Take an archived journey back, empty of people."""
    Journey.objects.filter(pk=journey.pk).update(archived_at=None)
    segments.follow_audiences(now=now)
    journey.refresh_from_db()


def go_on(*, now: datetime, by: User) -> None:
    """The clock is right: let people move again after a jump."""
    Hold.objects.filter(released_at=None).update(released_at=now, released_by=by)
    live.publish("journeys")


@transaction.atomic
def ensure_ready_made(*, now: datetime) -> Journey:
    """There is a journey for abandoned carts, published. Once it exists it is never touched again."""
    found = Journey.objects.filter(key=ABANDONED_CART).first()
    if found is not None:
        return found
    with override(settings.LANGUAGE_CODE):
        journey = create(
            name=_("Abandoned cart"),
            key=ABANDONED_CART,
            draft=abandoned_cart(minutes=settings.ABANDONED_CART_MINUTES),
            now=now,
        )
    publish(journey, now=now)
    return journey


def abandoned_cart(*, minutes: int) -> dict[str, Any]:
    """Who puts something into the cart and does not order within `minutes` gets one message, if they agreed to any."""
    consent = {"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"}
    return {
        "trigger": {"event": "Product Added"},
        "again": "days",
        "again_days": 1,
        "restart": True,
        "exit_on": [{"event": "Order Completed"}],
        "steps": [
            {"id": "s1", "kind": "wait", "minutes": minutes},
            {
                "id": "s2",
                "kind": "condition",
                "rule": {"all": [consent]},
                "yes": [
                    {
                        "id": "s3",
                        "kind": "send",
                        "template": ABANDONED_CART,
                        "message": "marketing",
                        "purpose": "newsletter",
                    }
                ],
                "no": [],
            },
        ],
    }


def _free_key(name: str) -> str:
    base = slugify(folded(name))[:50] or "journey"
    taken = set(Journey.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if key not in taken)
