"""The rules are asked about people who are here already."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relacja.assignments import actions
from relacja.contacts.deeds.deed import Act, ActOnMany, Deed, Options, counted, deed
from relacja.lib.errors import Refused

ASSIGN = "assign"


@deed
class Assign(Deed):
    """Gives people whom nobody takes care of to whom the rules say."""

    code, title, changes = ASSIGN, gettext_lazy("Assign by the rules"), "contacts.assigned"

    def act(self, options: Options) -> Act:
        def assign(contact: Any, **more: Any) -> None:
            if actions.give([contact], **more):
                raise Refused(_("Somebody takes care of them by now, or no rule with somebody here fits."))

        return assign

    def act_on_many(self, options: Options) -> ActOnMany:
        return actions.give

    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(ngettext("%(number)s person is assigned.", "%(number)s people are assigned.", n), n)
