"""What a list is asked, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from relacja.contacts import narrowing, searching
from relacja.contacts.models import Contact

FEW = searching.FEW
PAGE = 50
NONE = "none"
SORTS = {"created": "created_at", "changed": "changed_at", "name": "name_key"}
NEWEST = "-created"

People = QuerySet[Contact]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list. `consent` is how things stand with the newsletter by e-mail, or `none`.

    `owners` are ids of those who take care, 0 for nobody; None for whoever. `leaves` are conditions of the
    language of rules as compact JSON, which all must hold. `at` is the moment at which one looks: what comes next is
    counted from there.
    """

    rule: narrowing.Rule | None = None
    text: str = ""
    stage: str = ""
    consent: str = ""
    owners: tuple[int, ...] | None = None
    company: int | None = None
    archived: bool = False
    trashed: bool = False
    leaves: tuple[str, ...] = ()
    at: datetime | None = field(default=None, compare=False)

    @property
    def is_of_rules(self) -> bool:
        """Whether only the facts can tell whom it leaves."""
        return self.rule is not None or bool(self.leaves)

    @property
    def is_away(self) -> bool:
        """Whether it is about people who are put away: archived, or in the trash."""
        return self.archived or self.trashed


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some records in order. `found` counts all that the filters leave, or is None; up to `FEW` it is exact."""

    rows: list[Row]
    sort: str
    found: int | None
    before: str = ""
    after: str = ""
    is_exact: bool = False

    @property
    def is_many(self) -> bool:
        """Whether there are more than were counted."""
        return self.found is not None and self.found > FEW and not self.is_exact
