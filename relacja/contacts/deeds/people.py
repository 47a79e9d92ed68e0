"""What can be done with many people at once."""

from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from relacja.contacts import fields
from relacja.contacts.actions import record
from relacja.contacts.deeds.deed import Act, Change, Deed, Export, Options, Tagging, counted, deed
from relacja.contacts.fields import Known
from relacja.contacts.models import Stage
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


@deed
class Discard(Deed):
    code, title, changes = "discard", gettext_lazy("Put in the trash"), "contacts.discarded"

    def act(self, options: Options) -> Act:
        return record.discard

    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(ngettext("%(number)s person is in the trash.", "%(number)s people are in the trash.", n), n)


@deed
class Retrieve(_Back):
    code, title, changes = "retrieve", gettext_lazy("Take out of the trash"), "contacts.retrieved"

    def act(self, options: Options) -> Act:
        return record.retrieve


@deed
class Tag(Tagging):
    code, title, changes = "tag", gettext_lazy("Put tags on"), "contacts.tagged"

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
