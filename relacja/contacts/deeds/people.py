"""What can be done with many people at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from relacja.contacts import fields, plain, tags, taking
from relacja.contacts.actions import altering, record
from relacja.contacts.actions.tags import retagged
from relacja.contacts.deeds.deed import Act, ActOnMany, Change, Deed, Export, Options, Tagging, counted, deed
from relacja.contacts.fields import Known
from relacja.contacts.models import Contact, Stage
from relacja.staff.changes import Recorder
from relacja.staff.models import User


@deed
class ChangePeople(Change):
    changes, archived = "contacts.edited", gettext_lazy("This contact is archived. Take them back first.")

    def put(self, one: Any, known: Known, value: Any, **more: Any) -> None:
        if known.path == "owner":
            record.assign(one, User.objects.filter(pk=value).first() if value else None, **more)
        elif known.path == "stage":
            record.set_stage(one.pk, Stage(value), **more)
        elif known.path == "company":
            record.edit(one, values=fields.values({}), company=str(value or ""), **more)
        else:
            record.edit(one, values=fields.values({known.path: value}), **more)

    def act_on_many(self, options: Options) -> ActOnMany | None:
        known, value = self.known(options), options.get("value")
        if known is None or (known.is_required and plain.is_nothing(value)):
            return None  # refused, and `act` knows why

        def change(people: Sequence[Contact], *, now: datetime, into: Recorder, **more: Any) -> list[int]:
            if known.path == "owner" and not taking.is_free(more["by"]):
                return [one.pk for one in people]  # the rule of taking over looks at each
            here = [one for one in people if one.archived_at is None]
            wanted = _wanted(known, value, now=now, into=into) if here else {}
            left = altering.change(here, lambda _one: wanted, now=now, into=into, **more)
            return [*left, *(one.pk for one in people if one.archived_at is not None)]

        return change

    def said(self, n: int, options: Options, *, by: int) -> str:
        if options.get("path") == "owner" and options.get("value") == by:
            return counted(
                ngettext("You take care of %(number)s person now.", "You take care of %(number)s people now.", n), n
            )
        return counted(ngettext("%(number)s person is changed.", "%(number)s people are changed.", n), n)


@deed
class Archive(Deed):
    code, title, changes = "archive", gettext_lazy("Archive"), "contacts.archived"

    def act(self, options: Options) -> Act:
        return record.archive

    def act_on_many(self, options: Options) -> ActOnMany:
        return altering.archive

    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(ngettext("%(number)s person is archived.", "%(number)s people are archived.", n), n)


class _Back(Deed):
    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(ngettext("%(number)s person is back.", "%(number)s people are back.", n), n)


@deed
class Restore(_Back):
    code, title, changes = "restore", gettext_lazy("Take back from the archive"), "contacts.restored"

    def act(self, options: Options) -> Act:
        return record.restore

    def act_on_many(self, options: Options) -> ActOnMany:
        return altering.restore


@deed
class Discard(Deed):
    code, title, changes = "discard", gettext_lazy("Put in the trash"), "contacts.discarded"

    def act(self, options: Options) -> Act:
        return record.discard

    def act_on_many(self, options: Options) -> ActOnMany:
        return altering.discard

    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(ngettext("%(number)s person is in the trash.", "%(number)s people are in the trash.", n), n)


@deed
class Retrieve(_Back):
    code, title, changes = "retrieve", gettext_lazy("Take out of the trash"), "contacts.retrieved"

    def act(self, options: Options) -> Act:
        return record.retrieve

    def act_on_many(self, options: Options) -> ActOnMany:
        return altering.retrieve


@deed
class Tag(Tagging):
    code, title, changes = "tag", gettext_lazy("Put tags on"), "contacts.tagged"

    def act_on_many(self, options: Options) -> ActOnMany:
        (on, off), known = self.chosen(options), tags.vocabulary()

        def tag(people: Sequence[Contact], **more: Any) -> list[int]:
            here = [one for one in people if one.archived_at is None]
            left = altering.change(here, lambda one: retagged(one, known, on=on, off=off), **more)
            return [*left, *(one.pk for one in people if one.archived_at is not None)]

        return tag

    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(
            ngettext("%(number)s person has other tags now.", "%(number)s people have other tags now.", n), n
        )


@deed
class Untag(Tag):
    code, title, is_on = "untag", gettext_lazy("Take tags off"), False


@deed
class ExportPeople(Export):
    changes = "contacts.exported"


def _wanted(known: Known, value: Any, *, now: datetime, into: Recorder) -> dict[str, Any]:
    """What everybody gets, as the history has it."""
    if known.path == "owner":
        return {known.path: User.objects.filter(pk=value).values_list("pk", flat=True).first() if value else None}
    if known.path == "company":
        firm = record.company_named(str(value or ""), now=now, into=into)
        return {known.path: firm.pk if firm else None}
    return {known.path: value if known.field is not None else value or ""}
