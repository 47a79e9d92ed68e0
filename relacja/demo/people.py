"""Two thousand customers who do not exist: the same ones for the same seed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from relacja.demo import names
from relacja.lib.text import folded

_FLATS = ("", "", "", "/2", "/7", "/14", "A")
# Number blocks of Polish mobile networks.
_BLOCKS = (
    (501, 506),
    (508, 510),
    (512, 512),
    (515, 519),
    (530, 531),
    (533, 535),
    (537, 537),
    (570, 570),
    (572, 572),
    (574, 574),
    (577, 579),
    (600, 609),
    (660, 665),
    (667, 669),
    (690, 698),
    (720, 737),
    (780, 798),
    (880, 889),
)
_MOBILE = [number for first, last in _BLOCKS for number in range(first, last + 1)]


class Habit(StrEnum):
    """How somebody deals with the shop."""

    DEVOTED = "devoted"
    REGULAR = "regular"
    ONCE = "once"
    LOOKING = "looking"
    LOST = "lost"


SHARES = {Habit.DEVOTED: 4, Habit.REGULAR: 27, Habit.ONCE: 31, Habit.LOOKING: 29, Habit.LOST: 9}


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str
    is_woman: bool
    email: str
    phone: str
    street: str
    postal_code: str
    city: str
    company: str
    job_title: str
    language: str
    habit: Habit


def people(number: int, *, seed: int) -> Iterator[Person]:
    """`number` people; no two share an address or a phone."""
    random = Random(f"people:{seed}")
    taken: set[str] = set()
    for _ in range(number):
        yield _person(random, taken)


def _person(random: Random, taken: set[str]) -> Person:
    woman = random.random() < 0.49
    first = _often_the_first(random, names.WOMEN if woman else names.MEN)
    last = names.surname(_often_the_first(random, names.SURNAMES), woman=woman)
    if woman and random.random() < 0.04:
        last = f"{last}-{names.surname(random.choice(names.SURNAMES[:60]), woman=True)}"
    company, domain = random.choice(names.FIRMS) if random.random() < 0.03 else ("", random.choice(names.MAILBOXES))
    city, prefix, _ = random.choices(names.CITIES, weights=[weight for *_, weight in names.CITIES])[0]
    habit = random.choices(list(SHARES), weights=list(SHARES.values()))[0]
    return Person(
        first_name=first,
        last_name=last,
        is_woman=woman,
        email=_email(random, first, last, domain, taken),
        phone=_phone(random, taken) if random.random() < 0.86 else "",
        street=f"ul. {random.choice(names.STREETS)} {random.randint(1, 120)}{random.choice(_FLATS)}",
        postal_code=f"{prefix}-{random.randint(1, 899):03d}",
        city=city,
        company=company,
        job_title=random.choice(names.JOBS).split("|")[0 if woman else 1] if company else "",
        language="en" if random.random() < 0.03 else "pl",
        habit=habit,
    )


def _often_the_first(random: Random, choices: tuple[str, ...]) -> str:
    """Names at the head of a list are met about four times as often as those at its end."""
    return choices[int(len(choices) * random.random() ** 1.6)]


def _email(random: Random, first: str, last: str, domain: str, taken: set[str]) -> str:
    one, two = (re.sub(r"[^a-z-]", "", folded(part)) for part in (first, last))
    shapes = [f"{one}.{two}", f"{one}{two}", f"{one[0]}.{two}", f"{two}.{one}", f"{one}_{two}"]
    shapes.append(f"{one}.{two}{random.randint(61, 99)}")
    name = random.choice(shapes)
    address = f"{name}@{domain}"
    while address in taken:
        name += str(random.randint(1, 9))
        address = f"{name}@{domain}"
    taken.add(address)
    return address


def _phone(random: Random, taken: set[str]) -> str:
    while (number := f"+48{random.choice(_MOBILE)}{random.randint(0, 999_999):06d}") in taken:
        pass
    taken.add(number)
    return number
