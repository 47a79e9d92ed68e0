"""How contacts and companies are told in the history of changes, and put back as they were."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from relacja.contacts import fields, plain, reach
from relacja.contacts.actions import document as attaching
from relacja.contacts.actions import merge, restoring, restoring_companies, ruling
from relacja.contacts.actions import tags as tagging
from relacja.contacts.actions.company_merge import MOVED, restore_belongings
from relacja.contacts.actions.merge import MERGE
from relacja.contacts.actions.position import ROLES, restore_roles
from relacja.contacts.actions.record import COMPANY, CONTACT
from relacja.contacts.models import Colour, Document, Merge, Record, Tag, Taking, Whose
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.changes import Kept, Note, Restored, Teller, Wanted
from relacja.staff.models import User
from relacja.ui import written

_OTHERS = {
    plain.PUT_AWAY: _("In the archive since"),
    plain.TRASHED: _("In the trash since"),
    plain.LEFT: _("People there"),
    restoring_companies.PEOPLE: _("People there"),
}


class Contacts:
    """People."""

    key = CONTACT
    view, edit, removal = "contacts.view", "contacts.edit", "contacts.archive"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        return restoring.restore_contacts(wanted, by=by, now=now)

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return reach.named(Record.CONTACT, record_ids)

    def href(self, record_id: int) -> str:
        return reverse("contacts:contact", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        return _teller(Record.CONTACT, values)


class Companies:
    """Companies."""

    key = COMPANY
    view, edit, removal = "contacts.view", "contacts.edit", "contacts.archive"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        return restoring_companies.restore_companies(wanted, by=by, now=now)

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return reach.named(Record.COMPANY, record_ids)

    def href(self, record_id: int) -> str:
        return reverse("contacts:company", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        return _teller(Record.COMPANY, values)


class Belongings:
    """Roles and documents that went along when two companies became one."""

    key = MOVED
    view, edit, removal = "contacts.view", "contacts.merge", "contacts.merge"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        return restore_belongings(wanted)

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return reach.named(Record.COMPANY, record_ids)

    def href(self, record_id: int) -> str:
        return reverse("contacts:company", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        labels = {"company": _("Company"), "positions": _("Links to companies"), "documents": _("Documents")}
        firms = reach.named(Record.COMPANY, {value for field, value in values if field == "company"})

        def show(field: str, value: Any) -> str:
            if field == "company":
                return firms.get(value, f"#{value}")
            return written.number(len(value)) if isinstance(value, list) else str(value or "")

        return Teller(lambda field: labels.get(field, field), show)


class Roles:
    """What people do for companies: a field for each of them, called by its number."""

    key = ROLES
    view, edit, removal = "contacts.view", "contacts.edit", "contacts.edit"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        return restore_roles(wanted, now=now)

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return reach.named(Record.COMPANY, record_ids)

    def href(self, record_id: int) -> str:
        return reverse("contacts:company", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        people = reach.named(Record.CONTACT, {int(field) for field, _value in values if field.isdecimal()})
        named = {str(pk): name for pk, name in people.items()}

        def show(field: str, value: Any) -> str:
            return "" if field.isdecimal() and field not in named else str(value or "")

        return Teller(lambda field: named.get(field, f"#{field}"), show)


class Merges:
    """Merges: to take one back is to take the two apart."""

    key = MERGE
    view, edit, removal = "contacts.view", "contacts.merge", "contacts.merge"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        done = Restored([], [])
        found = Merge.objects.standing().in_bulk([one.record_id for one in wanted])
        for one in wanted:
            made = found.get(one.record_id)
            if made is None or one.to is not None:
                done.kept.append(Kept(one.record_id, "", None, None))
                continue
            merge.part(made, by=by, now=now)
            done.made.append(Note(one.record_id, before=one.expected, after=None))
        return done

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        found = Merge.objects.select_related("winner", "loser").in_bulk(record_ids)
        return {pk: f"{made.loser} → {made.winner}" for pk, made in found.items()}

    def href(self, record_id: int) -> str:
        return reverse("contacts:merging", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        labels = {"winner": _("Stays"), "loser": _("Goes into it")}
        people = reach.named(Record.CONTACT, {value for field, value in values if field in labels})

        def show(field: str, value: Any) -> str:
            return people.get(value, f"#{value}") if field in labels else str(value)

        return Teller(lambda field: labels.get(field, field), show)


class Tags:
    """The words themselves: who has them is part of the history of those people."""

    key = tagging.TAG
    view, edit, removal = "contacts.view", "contacts.tags", "contacts.tags"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        done = Restored([], [])
        found = Tag.objects.in_bulk([one.record_id for one in wanted])
        for one in wanted:
            tag = found.get(one.record_id)
            expected, to = _as_put_away(one, now=now)
            before = _plain_tag(tag, expected) if tag else {}
            if tag is None or before != expected or not _is_put(tag, to):
                done.kept.append(Kept(one.record_id, "", None, None))
            else:
                done.made.append(Note(one.record_id, before=one.expected, after=one.to))
        return done

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return {pk: tag.name for pk, tag in Tag.objects.in_bulk(record_ids).items()}

    def href(self, record_id: int) -> str:
        return reverse("contacts:tag", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        labels = {
            "name": _("Name"),
            "colour": _("Colour"),
            "merged_into": _("Merged into"),
            "archived_at": _("Removed"),
        }
        into = Tag.objects.in_bulk({value for field, value in values if field == "merged_into" and value})

        def show(field: str, value: Any) -> str:
            if field == "merged_into" and value:
                return str(into.get(value, f"#{value}"))
            if field == "archived_at" and value:
                return written.moment(datetime.fromisoformat(value))
            if field == "colour":
                return str(dict(Colour.choices).get(value, value))
            return "" if value is None else str(value)

        return Teller(lambda field: labels.get(field, field), show)


class Documents:
    """Files: one that was attached goes to the trash, one that was removed comes out of it."""

    key = attaching.DOCUMENT
    view, edit, removal = "contacts.view", "contacts.edit", "contacts.edit"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        done = Restored([], [])
        for one in wanted:
            away = None if one.to is not None else now
            found = Document.objects.filter(pk=one.record_id, trashed_at__isnull=away is not None)
            if found.update(trashed_at=away):
                done.made.append(Note(one.record_id, before=one.expected, after=one.to))
            else:
                done.kept.append(Kept(one.record_id, "", None, None))
        return done

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return {pk: str(found) for pk, found in Document.objects.in_bulk(record_ids).items()}

    def href(self, record_id: int) -> str:
        return reverse("contacts:document", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        def show(field: str, value: Any) -> str:
            return str(value)

        return Teller(lambda field: _("Name") if field == "name" else field, show)


class TakingOver:
    """The rule of taking people over: there is one, and it is changed."""

    key = ruling.TAKING
    view, edit, removal = "contacts.taking", "contacts.taking", "contacts.taking"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        done = Restored([], [])
        for one in wanted:
            expected, to, present = one.expected or {}, one.to or {}, ruling.plain_taking()
            put = {field: to[field] for field in to if present[field] == expected[field]}
            ruling.put_taking(put)
            if put:
                done.made.append(Note(one.record_id, before={field: expected[field] for field in put}, after=put))
            kept = (field for field in to if field not in put)
            done.kept.extend(Kept(one.record_id, field, present[field], expected[field]) for field in kept)
        return done

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        found = Taking.objects.filter(pk__in=record_ids).values_list("pk", flat=True)
        return {pk: str(_("Taking over")) for pk in found}

    def href(self, record_id: int) -> str:
        return reverse("contacts:taking")

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        labels = {
            "whose": _("Whom they may take over"),
            "of_gone": _("Also those of colleagues who do not work here any more"),
            "most": _("At most how many people each"),
        }

        def show(field: str, value: Any) -> str:
            if field == "whose":
                return str(Whose(value).label)
            if field == "of_gone":
                return str(_("yes") if value else _("no"))
            return "" if value is None else str(value)

        return Teller(lambda field: labels.get(field, field), show)


def _as_put_away(wanted: Wanted, *, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a tag must be and what it becomes; one that was made is removed, and comes back."""
    if wanted.to is None:
        return {**(wanted.expected or {}), "archived_at": None}, {"archived_at": now.isoformat()}
    if wanted.expected is None:
        return dict(wanted.to), {"archived_at": None}
    return dict(wanted.expected), dict(wanted.to)


def _plain_tag(tag: Tag, fields: Iterable[str]) -> dict[str, Any]:
    away = tag.archived_at.isoformat() if tag.archived_at else None
    found = {"name": tag.name, "colour": tag.colour, "merged_into": tag.merged_into_id, "archived_at": away}
    return {field: found[field] for field in fields}


def _is_put(tag: Tag, values: dict[str, Any]) -> bool:
    """Whether it became so: another may have its name by now, or what it went into may be gone."""
    into = values.get("merged_into")
    if into and not Tag.objects.live().filter(pk=into).exists():
        return False
    try:
        tagging.put_tag(tag, values)
    except Refused:
        return False
    return True


def _teller(of: Record, values: Iterable[tuple[str, Any]]) -> Teller:
    known = fields.everything(of)
    names = fields.named((known[field], value) for field, value in values if field in known)

    def label(field: str) -> Any:
        if field in known:
            return str(known[field].label)[:1].upper() + str(known[field].label)[1:]
        return _OTHERS.get(field, field)

    def show(field: str, value: Any) -> str:
        if field in known:
            return known[field].show(value, names)
        if field in (plain.PUT_AWAY, plain.TRASHED) and value:
            return written.moment(datetime.fromisoformat(value))
        if field == plain.LEFT and value is not None:
            return written.number(len(value))
        return "" if value is None else str(value)

    return Teller(label, show)


changes.register(Contacts())
changes.register(Companies())
changes.register(Belongings())
changes.register(Merges())
changes.register(Roles())
changes.register(Tags())
changes.register(Documents())
changes.register(TakingOver())
changes.words("contacts.appointed", ngettext_lazy("%(number)s link was made", "%(number)s links were made", "n"))
changes.words("contacts.dismissed", ngettext_lazy("%(number)s link was cut", "%(number)s links were cut", "n"))
changes.words("contacts.added", ngettext_lazy("%(number)s record was added", "%(number)s records were added", "n"))
changes.words("contacts.edited", ngettext_lazy("%(number)s record was changed", "%(number)s records were changed", "n"))
changes.words(
    "contacts.exported", ngettext_lazy("%(number)s person was exported", "%(number)s people were exported", "n")
)
changes.words(
    "contacts.archived", ngettext_lazy("%(number)s person was archived", "%(number)s people were archived", "n")
)
changes.words(
    "contacts.discarded",
    ngettext_lazy("%(number)s person went to the trash", "%(number)s people went to the trash", "n"),
)
changes.words(
    "contacts.retrieved", ngettext_lazy("%(number)s person left the trash", "%(number)s people left the trash", "n")
)
changes.words("contacts.restored", ngettext_lazy("%(number)s person came back", "%(number)s people came back", "n"))
changes.words(
    "contacts.assigned",
    ngettext_lazy("%(number)s person got another owner", "%(number)s people got another owner", "n"),
)
changes.words(
    "contacts.tagged", ngettext_lazy("%(number)s person got other tags", "%(number)s people got other tags", "n")
)
changes.words("contacts.merged", ngettext_lazy("%(number)s merge was made", "%(number)s merges were made", "n"))
changes.words("companies.added", ngettext_lazy("%(number)s company was added", "%(number)s companies were added", "n"))
changes.words(
    "companies.edited", ngettext_lazy("%(number)s company was changed", "%(number)s companies were changed", "n")
)
changes.words(
    "companies.archived", ngettext_lazy("%(number)s company was archived", "%(number)s companies were archived", "n")
)
changes.words(
    "companies.discarded",
    ngettext_lazy("%(number)s company went to the trash", "%(number)s companies went to the trash", "n"),
)
changes.words(
    "companies.retrieved",
    ngettext_lazy("%(number)s company left the trash", "%(number)s companies left the trash", "n"),
)
changes.words(
    "companies.merged",
    ngettext_lazy(
        "%(number)s record changed as companies were merged", "%(number)s records changed as companies were merged", "n"
    ),
)
changes.words(
    "companies.exported", ngettext_lazy("%(number)s company was exported", "%(number)s companies were exported", "n")
)
changes.words(
    "companies.restored", ngettext_lazy("%(number)s company came back", "%(number)s companies came back", "n")
)
changes.words("tags.made", ngettext_lazy("%(number)s tag was made", "%(number)s tags were made", "n"))
changes.words("tags.changed", ngettext_lazy("%(number)s tag was changed", "%(number)s tags were changed", "n"))
changes.words("tags.merged", ngettext_lazy("%(number)s tag was merged", "%(number)s tags were merged", "n"))
changes.words("tags.removed", ngettext_lazy("%(number)s tag was removed", "%(number)s tags were removed", "n"))
changes.words(
    "documents.added", ngettext_lazy("%(number)s document was attached", "%(number)s documents were attached", "n")
)
changes.words(
    "documents.removed", ngettext_lazy("%(number)s document was removed", "%(number)s documents were removed", "n")
)
changes.words(
    "contacts.taking",
    ngettext_lazy("%(number)s change of the rule of taking over", "%(number)s changes of the rule of taking over", "n"),
)
