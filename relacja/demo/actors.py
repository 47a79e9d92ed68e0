"""One made-up customer on the way into the records."""

from dataclasses import dataclass, field
from datetime import datetime

from relacja.contacts.models import ConsentAct, ConsentEntry, Contact, IdentityKind, Stage
from relacja.demo.history import Moment, Story
from relacja.demo.models import Order
from relacja.demo.people import Person
from relacja.events.profiles import profile_of


@dataclass(slots=True)
class Actor:
    """Who they are, what they did, and what is written about it. `reactions` is what the program did in answer."""

    person: Person
    story: Story
    anonymous_id: str
    contact: Contact
    stages: list[tuple[datetime, Stage]]
    orders: list[Order] = field(default_factory=list)
    entries: list[ConsentEntry] = field(default_factory=list)
    reactions: list[Moment] = field(default_factory=list)

    @property
    def visitor(self) -> int:
        return profile_of(IdentityKind.VISITOR, self.anonymous_id)

    def entry(self, act: ConsentAct) -> ConsentEntry | None:
        """What the ledger of consents holds about that act."""
        return next((entry for entry in self.entries if entry.act == act), None)

    def agrees(self, at: datetime) -> bool:
        """Whether the newsletter may be sent to them at that moment."""
        agreed, withdrawn = self.story.agreed_at, self.story.withdrawn_at
        return agreed is not None and agreed <= at and not (withdrawn is not None and withdrawn <= at)
