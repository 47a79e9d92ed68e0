"""Keeping lists under names, sharing them, and putting them where somebody wants them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from relacja.contacts import saved
from relacja.contacts.models import Pin, Record, SavedView, UsualView
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.staff.models import User

MOST = 200
MOST_PINNED = 12


@transaction.atomic
def keep_view(
    of: Record, *, name: str, state: saved.State, by: User, now: datetime, is_shared: bool = False
) -> SavedView:
    """A new view, pinned for whoever made it. Refused when there is one of that name, or too many."""
    if is_shared and not by.may("contacts.share"):
        raise _not_yours()
    if saved.visible_to(by).filter(of=of).count() >= MOST:
        raise Refused(_("There are {most} views already. Delete some first.").format(most=MOST))
    text = _free_name(of, name, by=by, is_shared=is_shared)
    made = SavedView.objects.create(
        of=of, name=text, state=state, made_by=by, is_shared=is_shared, made_at=now, changed_at=now
    )
    if Pin.objects.filter(person=by, view__of=of).count() < MOST_PINNED:
        pin(made, by=by)
    return made


def store_view(view: SavedView, *, state: saved.State, by: User, now: datetime) -> None:
    """From now on the view shows this."""
    _refuse(view, by)
    SavedView.objects.filter(pk=view.pk).update(state=state, changed_at=now)
    view.refresh_from_db()


@transaction.atomic
def rename_view(view: SavedView, *, name: str, by: User, now: datetime) -> None:
    """Call it something else. Refused when another one is called so."""
    _refuse(view, by)
    text = _free_name(Record(view.of), name, by=view.made_by, is_shared=view.is_shared, other_than=view)
    SavedView.objects.filter(pk=view.pk).update(name=text, changed_at=now)
    view.refresh_from_db()


@transaction.atomic
def share_view(view: SavedView, *, is_shared: bool, by: User, now: datetime) -> None:
    """Show it to everybody, or to its maker alone again; others lose their pins of it then."""
    _refuse(view, by)
    if not by.may("contacts.share"):
        raise _not_yours()
    _free_name(Record(view.of), view.name, by=view.made_by, is_shared=is_shared, other_than=view)
    SavedView.objects.filter(pk=view.pk).update(is_shared=is_shared, changed_at=now)
    if not is_shared:
        for model in (Pin, UsualView):
            model._base_manager.filter(view=view).exclude(person=view.made_by_id).delete()
    view.refresh_from_db()


def remove_view(view: SavedView, *, by: User, now: datetime) -> None:
    """Nobody sees it any more; `return_view` brings it back with the pins it had."""
    _refuse(view, by)
    SavedView.objects.filter(pk=view.pk, removed_at=None).update(removed_at=now)


@transaction.atomic
def return_view(view: SavedView, *, by: User) -> None:
    """A deleted view is there again. Refused when another one has taken its name."""
    _refuse(view, by)
    _free_name(Record(view.of), view.name, by=view.made_by, is_shared=view.is_shared, other_than=view)
    SavedView.objects.filter(pk=view.pk).update(removed_at=None)


def pin(view: SavedView, *, by: User) -> None:
    """Put it above the list of this person, last."""
    if Pin.objects.filter(person=by, view__of=view.of, view__removed_at=None).count() >= MOST_PINNED:
        raise Refused(_("There is room for {most} views above a list. Take one down first.").format(most=MOST_PINNED))
    last = Pin.objects.filter(person=by).aggregate(last=Max("position"))["last"] or 0
    Pin.objects.get_or_create(person=by, view=view, defaults={"position": last + 1})


def unpin(view: SavedView, *, by: User) -> None:
    """Take it down from above the list; it stays among the views."""
    Pin.objects.filter(person=by, view=view).delete()


@transaction.atomic
def move_pin(view: SavedView, *, by: User, up: bool) -> None:
    """Swap it with the one before or after it above the list. At the end nothing happens."""
    order = list(Pin.objects.filter(person=by, view__of=view.of, view__removed_at=None).order_by("position", "pk"))
    here = next((place for place, one in enumerate(order) if one.view_id == view.pk), None)
    if here is None or not 0 <= (there := here - 1 if up else here + 1) < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, start=1):
        Pin.objects.filter(pk=one.pk).exclude(position=position).update(position=position)


def make_usual(view: SavedView, *, by: User, is_usual: bool) -> None:
    """The list opens with it for this person from now on, or with everybody again."""
    if is_usual:
        UsualView.objects.update_or_create(person=by, of=view.of, defaults={"view": view})
    else:
        UsualView.objects.filter(person=by, view=view).delete()


def forget_removed(*, before: datetime) -> int:
    """Let go of views that were deleted before that moment."""
    return SavedView.objects.filter(removed_at__lt=before).delete()[0]


def _free_name(of: Record, name: str, *, by: User, is_shared: bool, other_than: SavedView | None = None) -> str:
    text = " ".join(cleaned(name).split())[:60]
    if not text:
        raise Refused(_("Give the view a name."), field="name")
    others = SavedView.objects.there().filter(of=of, name=text, is_shared=is_shared)
    others = others if is_shared else others.filter(made_by=by)
    if others.exclude(pk=other_than.pk if other_than else 0).exists():
        raise Refused(_("There is a view of that name already."), field="name")
    return text


def _refuse(view: SavedView, by: User) -> None:
    if not saved.may_change(view, by):
        raise _not_yours()


def _not_yours() -> Refused:
    return Refused(_("Shared views are changed by those who may share them. Save it as a view of your own."))
