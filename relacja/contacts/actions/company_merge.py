"""Two records of one company become one: whole or not at all, and taken back as one set of changes for 30 days."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from relacja.contacts import plain
from relacja.contacts.actions.company import edit_company
from relacja.contacts.actions.company_standing import discard_company, employ
from relacja.contacts.actions.record import source_of
from relacja.contacts.models import Company, Contact, Document, Position
from relacja.lib.errors import Conflict, Refused
from relacja.staff.changes import Kept, Note, Recorder, Restored, Wanted, one_set
from relacja.staff.models import Author

MOVED = "company-belongings"
BELONGINGS: Mapping[str, Any] = {"positions": Position, "documents": Document}


@transaction.atomic
def merge_companies(
    winner: Company,
    loser: Company,
    *,
    taken: Collection[str],
    now: datetime,
    by: Author | None = None,
    versions: tuple[int, int] | None = None,
    into: Recorder | None = None,
) -> None:
    """The two are one: `winner` stays, with the loser's values in the fields of `taken`, and has all that it had.

    People, documents, roles and the companies beneath go along; the loser goes to the trash. `versions` are those the
    choice was made on. Refused for the same company twice, and for one that is put away.
    """
    held, gone = (Company.objects.select_related("parent").get(pk=one.pk) for one in (winner, loser))
    if held.pk == gone.pk or held.archived_at is not None or gone.archived_at is not None:
        raise Refused(_("Choose two companies that are not put away."))
    if versions is not None and versions != (held.version, gone.version):
        raise Conflict(_("Somebody changed one of the two in the meantime. Look at both again."))
    values = {field: plain.value(gone, field) for field in taken}
    with one_set("companies.merged", by=by, source=source_of(by), now=now, into=into) as made:
        employ(Contact.objects.filter(company=gone), held, by=by, now=now, into=made)
        moved = {"positions": _roles(held, gone), "documents": _ids(Document.objects.filter(company=gone))}
        _move(moved, gone.pk, held.pk)
        if any(moved.values()):
            before, after = ({"company": pk, **moved} for pk in (gone.pk, held.pk))
            made.note(MOVED, held.pk, before=before, after=after)
        if held.parent_id == gone.pk:
            edit_company(held, values={"parent": gone.parent_id}, by=by, now=now, into=made)
        for part in Company.objects.filter(parent=gone).exclude(pk=held.pk).order_by("pk"):
            edit_company(part, values={"parent": held.pk}, by=by, now=now, into=made)
        discard_company(gone, by=by, now=now, into=made)
        values.pop("parent", None)
        edit_company(held, values=values, by=by, now=now, into=made)
    winner.refresh_from_db()
    loser.refresh_from_db()


def restore_belongings(wanted: Sequence[Wanted]) -> Restored:
    """What moved from one company to another moves back, as far as it is still there. In the caller's transaction."""
    done = Restored([], [])
    for one in wanted:
        expected, to = one.expected or {}, one.to or {}
        if not Company.objects.filter(pk=to.get("company", 0)).exists():
            done.kept.append(Kept(one.record_id, "", None, None))
            continue
        _move({name: to.get(name, []) for name in BELONGINGS}, expected["company"], to["company"])
        done.made.append(Note(one.record_id, before=one.expected, after=one.to))
    return done


def _move(moved: Mapping[str, Collection[int]], from_id: int, to_id: int) -> None:
    for name, ids in moved.items():
        BELONGINGS[name].objects.filter(pk__in=ids, company=from_id).update(company=to_id)


def _roles(held: Company, gone: Company) -> list[int]:
    """Roles of those who do nothing for the winner yet: they neither work there nor have a role there."""
    there = Position.objects.filter(company=held).values("contact")
    roles = Position.objects.filter(company=gone).exclude(contact__in=there)
    return _ids(roles.exclude(contact__company=held))


def _ids(found: Any) -> list[int]:
    return list(found.order_by("pk").values_list("pk", flat=True))
