"""What is wrong and can be known is put right for many people at once, and taken back at once."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relacja.contacts import fields
from relacja.contacts.actions import altering, record
from relacja.contacts.deeds.deed import Act, ActOnMany, Deed, Options, counted, deed
from relacja.contacts.models import Contact
from relacja.lib.errors import Refused
from relacja.quality.flaws import FLAWS

MEND = "mend"


@deed
class Mend(Deed):
    """Puts the `flaw` of that code right. Who was mended by somebody else meanwhile stays as they are."""

    code, title, changes = MEND, gettext_lazy("Put right"), "contacts.edited"

    def act(self, options: Options) -> Act:
        mended = _mended(options)

        def mend(contact: Any, **more: Any) -> None:
            values = mended(contact)
            if not values:
                raise Refused(_("There is nothing to put right any more."))
            record.edit(contact, values=fields.values(values), **more)

        return mend

    def act_on_many(self, options: Options) -> ActOnMany:
        mended = _mended(options)

        def mend(people: Sequence[Contact], **more: Any) -> list[int]:
            wanted = {one.pk: mended(one) for one in people}
            left = altering.change([one for one in people if wanted[one.pk]], lambda one: wanted[one.pk], **more)
            return [*left, *(pk for pk, values in wanted.items() if not values)]

        return mend

    def said(self, n: int, options: Options, *, by: int) -> str:
        return counted(ngettext("%(number)s person is put right.", "%(number)s people are put right.", n), n)


def _mended(options: Options) -> Callable[[Contact], dict[str, str]]:
    mended = FLAWS[options["flaw"]].mended
    if mended is None:
        raise ValueError(f"nobody knows how {options['flaw']} is put right")
    return mended
