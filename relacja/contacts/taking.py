"""Who may take whom over: one rule for pages, bulk changes, the list and programs.

Whoever may assign people (`contacts.assign`) gives anybody to anybody. All others take under the rule that the
administrators made, and may give up or hand over what is theirs.
"""

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relacja.contacts.models import Company, Contact, Taking, Whose
from relacja.lib.errors import Refused
from relacja.staff import teams
from relacja.staff.models import Author, User
from relacja.ui import written

ASSIGN = "contacts.assign"


class MayNotTake(Refused):
    """The rule of taking people over says no."""


def is_free(by: Author | None) -> bool:
    """Whether no rule binds them: they may assign anybody, or the house does it by itself."""
    return by is None or by.may(ASSIGN)


def refuse(record: Contact | Company, owner: User | None, *, by: Author | None) -> None:
    """Raise `MayNotTake` with a sentence when `by` may not give the record to `owner`. Three queries at most.

    In the caller's transaction: of two who take at once, the second waits where a number must not be exceeded.
    """
    if is_free(by):
        return
    if not isinstance(by, User):
        raise MayNotTake(_("This key does not have the scope {scope}.").format(scope=ASSIGN))
    present = Taking.present()
    if record.owner_id != by.pk:
        if owner is None or owner.pk != by.pk:
            raise MayNotTake(_("Only whoever may assign people gives somebody else's to others. Take them over first."))
        if not _may_take(record, by, present):
            sentence = _("{owner} takes care of {who}. {rule}")
            raise MayNotTake(sentence.format(owner=record.owner, who=record, rule=words(present)))
    if owner is not None and present.most is not None and isinstance(record, Contact):
        _refuse_too_many(owner, by, present.most)


def may(record: Contact | Company, user: User) -> bool:
    """Whether to offer this person to take the record over. Two queries at most."""
    if record.owner_id == user.pk or record.archived_at is not None:
        return False
    return is_free(user) or _may_take(record, user, Taking.present())


def words(present: Taking) -> str:
    """The rule as sentences."""
    said = {
        Whose.NOBODYS: _("You may take over whom nobody takes care of."),
        Whose.TEAM: _("You may take over whom nobody or somebody in your team takes care of."),
        Whose.ANYBODYS: _("You may take over anybody."),
    }[Whose(present.whose)]
    if present.of_gone and present.whose != Whose.ANYBODYS:
        said += " " + _("Those of colleagues who do not work here any more are free as well.")
    if present.most is not None:
        limit = ngettext("At most %(number)s person each.", "At most %(number)s people each.", present.most)
        said += " " + limit % {"number": written.number(present.most)}
    return said


def _may_take(record: Contact | Company, by: User, present: Taking) -> bool:
    if record.owner_id is None or present.whose == Whose.ANYBODYS:
        return True
    roster = teams.roster()
    if present.of_gone and record.owner_id not in roster.here:
        return True
    return present.whose == Whose.TEAM and record.owner_id in roster.colleagues(by.pk)


def _refuse_too_many(owner: User, by: User, most: int) -> None:
    User.objects.filter(pk=owner.pk).update(name=F("name"))  # whoever counts for the same person at once waits here
    if Contact.objects.active().filter(owner=owner)[:most].count() < most:
        return
    if owner.pk == by.pk:
        words = ngettext(
            "You take care of %(number)s person already. The rule here allows no more.",
            "You take care of %(number)s people already. The rule here allows no more.",
            most,
        )
    else:
        words = ngettext(
            "%(person)s takes care of %(number)s person already. The rule here allows no more.",
            "%(person)s takes care of %(number)s people already. The rule here allows no more.",
            most,
        )
    raise MayNotTake(words % {"number": written.number(most), "person": owner})
