"""What the columns of a file may hold, and how a file is meant as a whole."""

from dataclasses import dataclass

from relacja.imports.unifying import Habits

SKIP, FILL, OVERWRITE = "skip", "fill", "overwrite"
POLICIES = (SKIP, FILL, OVERWRITE)
REFUSE, LEAVE = "refuse", "leave"
PLAIN = ("first_name", "last_name", "job_title", "street", "postal_code", "city", "country", "language", "stage")
FIELDS = ("email", "phone", *PLAIN)
TARGETS = (
    *("first_name", "last_name", "full_name", "email", "phone", "company"),
    *PLAIN[2:],
    *("owner", "other_email", "other_phone", "external", "consent", "consent_at"),
)
# What rows are about, and what a row about a person says of their company.
CONTACT, COMPANY = "contact", "company"
OF_FIRM = "company."
FIRM = tuple(
    f"{OF_FIRM}{path}"
    for path in ("vat_id", "website", "phone", "street", "postal_code", "city", "country", "owner", "parent")
)
# Further addresses and numbers: they name the person beside the first one. Several columns may hold them.
OTHERS = {"other_email": "email", "other_phone": "phone"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is taken: where it stands, what it holds, and what happens to a value that is there already."""

    index: int
    heading: str
    target: str
    policy: str = FILL


@dataclass(frozen=True, slots=True)
class Options:
    """How the file is meant as a whole.

    `of` says whether a row is about a person or a company. `phone_country` is whose numbers have no prefix; empty for
    those of the country a person lives in. `owner` takes care of everybody new of whom the file does not say it.
    """

    of: str = CONTACT
    country: str = "PL"
    phone_country: str = ""
    day_first: bool = True
    tame: bool = True
    system: str = ""
    match: tuple[str, ...] = ("external", "email", "phone")
    shared_phone: str = REFUSE
    unknown_owner: str = REFUSE
    owner: int | None = None
    consent_text: int | None = None
    consent_source: str = ""
    automations: bool = False

    @property
    def habits(self) -> Habits:
        return Habits(country=self.country, phone_country=self.phone_country, day_first=self.day_first, tame=self.tame)
