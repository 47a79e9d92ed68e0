"""How people went through the journey of abandoned carts. No database, no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from relacja.demo.history import Moment, Purchase, Story


@dataclass(slots=True)
class Passage:
    """One time inside. `place` is where in the story stands what began it; `bought` is what ended it early."""

    place: int
    entered_at: datetime
    due_at: datetime
    contents: list[Moment]
    restarted_at: datetime | None = None
    bought: Purchase | None = None

    @property
    def ended_at(self) -> datetime:
        return self.bought.at if self.bought else self.due_at


def passages(
    story: Story, *, since: datetime, until: datetime, wait: Callable[[datetime], datetime], again: timedelta
) -> list[Passage]:
    """The passages that began after `since` and were over by `until`: adding anew during the wait begins it anew."""
    found: list[Passage] = []
    for place, moment in enumerate(story.moments):
        if moment.name != "Product Added" or moment.at < max(since, story.known_at):
            continue
        last = found[-1] if found else None
        if last is not None and moment.at < last.ended_at:
            last.contents.append(moment)
            last.restarted_at, last.due_at = moment.at, wait(moment.at)
            last.bought = _bought(story, last)
        elif last is None or moment.at - last.entered_at >= again:
            found.append(Passage(place, moment.at, wait(moment.at), [moment]))
            found[-1].bought = _bought(story, found[-1])
    return [passage for passage in found if passage.ended_at <= until]


def _bought(story: Story, passage: Passage) -> Purchase | None:
    during = (one for one in story.purchases if passage.entered_at <= one.at < passage.due_at)
    return min(during, key=lambda one: one.at, default=None)
