"""What can be done with many companies at once."""

from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from relacja.contacts.actions import company, company_standing
from relacja.contacts.deeds.deed import Act, Change, Deed, Export, Options, Tagging, counted, deed
from relacja.contacts.fields import Known
from relacja.contacts.models import Record


def _changed(n: int) -> str:
    return counted(ngettext("%(number)s company is changed.", "%(number)s companies are changed.", n), n)


@deed
class ChangeCompanies(Change):
    of, changes = Record.COMPANY, "companies.edited"
    archived = gettext_lazy("This company is archived. Take it back first.")

    def put(self, one: Any, known: Known, value: Any, **more: Any) -> None:
        company.edit_company(one, values={known.path: value}, **more)

    def said(self, n: int, options: Options, *, by: int) -> str:
        if options.get("path") == "owner" and options.get("value") == by:
            words = ngettext(
                "You take care of %(number)s company now.", "You take care of %(number)s companies now.", n
            )
            return counted(words, n)
        return _changed(n)


@deed
class Archive(Deed):
    of, code, title, changes = Record.COMPANY, "archive", gettext_lazy("Archive"), "companies.archived"

    def act(self, options: Options) -> Act:
        return company_standing.archive_company

    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(ngettext("%(number)s company is archived.", "%(number)s companies are archived.", n), n)


class _Back(Deed):
    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(ngettext("%(number)s company is back.", "%(number)s companies are back.", n), n)


@deed
class Restore(_Back):
    of, code, changes = Record.COMPANY, "restore", "companies.restored"
    title = gettext_lazy("Take back from the archive")

    def act(self, options: Options) -> Act:
        return company_standing.restore_company


@deed
class Discard(Deed):
    of, code, title, changes = Record.COMPANY, "discard", gettext_lazy("Put in the trash"), "companies.discarded"

    def act(self, options: Options) -> Act:
        return company_standing.discard_company

    def said(self, n: int, options: Options, *, by: int) -> str:
        words = ngettext("%(number)s company is in the trash.", "%(number)s companies are in the trash.", n)
        return counted(words, n)


@deed
class Retrieve(_Back):
    of, code, changes = Record.COMPANY, "retrieve", "companies.retrieved"
    title = gettext_lazy("Take out of the trash")

    def act(self, options: Options) -> Act:
        return company_standing.retrieve_company


@deed
class Tag(Tagging):
    of, code, title, changes = Record.COMPANY, "tag", gettext_lazy("Put tags on"), "companies.edited"

    def said(self, n: int, options: Options, *, by: int) -> str:
        return _changed(n)


@deed
class Untag(Tag):
    code, title, is_on = "untag", gettext_lazy("Take tags off"), False


@deed
class ExportCompanies(Export):
    of, changes = Record.COMPANY, "companies.exported"
