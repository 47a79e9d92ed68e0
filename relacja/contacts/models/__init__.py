"""People and companies we know, what names them, and what they agreed to."""

from relacja.contacts.models.batch import Batch, Progress, Refusal
from relacja.contacts.models.company import Company, CompanyPlace
from relacja.contacts.models.consent import Consent, ConsentAct, ConsentEntry, ConsentText
from relacja.contacts.models.contact import Contact, Position, Stage
from relacja.contacts.models.document import Document
from relacja.contacts.models.duplicate import Candidate, Decision, Finder, Likeness, MatchKey, Merge, Sweep
from relacja.contacts.models.field import Field, Meaning, Record
from relacja.contacts.models.firm_duplicate import FirmCandidate, FirmPrint
from relacja.contacts.models.identity import Identity, IdentityKind
from relacja.contacts.models.notice import Noted, Notice
from relacja.contacts.models.saved_view import Pin, SavedView, UsualView
from relacja.contacts.models.tag import Colour, Tag
from relacja.contacts.models.taking import Taking, Whose

__all__ = [
    "Batch",
    "Candidate",
    "Colour",
    "Company",
    "CompanyPlace",
    "Consent",
    "ConsentAct",
    "ConsentEntry",
    "ConsentText",
    "Contact",
    "Decision",
    "Document",
    "Field",
    "Finder",
    "FirmCandidate",
    "FirmPrint",
    "Identity",
    "IdentityKind",
    "Likeness",
    "MatchKey",
    "Meaning",
    "Merge",
    "Noted",
    "Notice",
    "Pin",
    "Position",
    "Progress",
    "Record",
    "Refusal",
    "SavedView",
    "Stage",
    "Sweep",
    "Tag",
    "Taking",
    "UsualView",
    "Whose",
]
