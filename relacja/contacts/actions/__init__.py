"""Changes to contacts. `actions.create`, `actions.edit`, `actions.identify` and so on."""

from relacja.contacts.actions.company import CompanyTaken, create_company, edit_company
from relacja.contacts.actions.company_standing import (
    archive_company,
    discard_company,
    restore_company,
    retrieve_company,
)
from relacja.contacts.actions.field import (
    archive_field,
    change_field,
    make_field,
    move_field,
    restore_field,
)
from relacja.contacts.actions.identity import identify, join_visitor, profile_named
from relacja.contacts.actions.noticing import notice
from relacja.contacts.actions.position import appoint, dismiss
from relacja.contacts.actions.record import (
    add_note,
    archive,
    assign,
    create,
    discard,
    edit,
    restore,
    retrieve,
    set_stage,
    touch,
)
from relacja.contacts.actions.writing import ChangedMeanwhile, Difference, IdentityTaken

__all__ = [
    "ChangedMeanwhile",
    "CompanyTaken",
    "Difference",
    "IdentityTaken",
    "add_note",
    "appoint",
    "archive",
    "archive_company",
    "archive_field",
    "assign",
    "change_field",
    "create",
    "create_company",
    "discard",
    "discard_company",
    "dismiss",
    "edit",
    "edit_company",
    "identify",
    "join_visitor",
    "make_field",
    "move_field",
    "notice",
    "profile_named",
    "restore",
    "restore_company",
    "restore_field",
    "retrieve",
    "retrieve_company",
    "set_stage",
    "touch",
]
