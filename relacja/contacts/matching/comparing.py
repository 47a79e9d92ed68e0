"""Whether two records speak of one person: each field is evidence for or against, and evidence adds up.

The weights are those of Fellegi and Sunter ("A theory for record linkage", 1969): the binary logarithm of how much
more often a field comes out like that for one person than for two. They were set by hand from what is known of Polish
names, households and handwriting, and checked on FEBRL sets 1 and 2. Similarity of texts is rapidfuzz's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from relacja.contacts.matching import names
from relacja.contacts.matching.people import Person, is_said_by_many

DOUBTFUL = 17.0
LOWEST_DOUBTFUL = 50
SURE = 26.0
MOST_OF_A_PLACE = 16.0


class Level(Enum):
    """What the evidence comes to. `sure` still merges nobody: a person decides."""

    NO = "no"
    DOUBTFUL = "doubtful"
    SURE = "sure"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says: a code, put into words by `reasons`, and its weight."""

    code: str
    weight: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all fields say together. `score` is 0 to 100."""

    level: Level
    weight: float
    evidence: tuple[Evidence, ...]

    @property
    def score(self) -> int:
        """50 where doubt begins to be worth a look, 95 and more for what is sure."""
        lowest, highest = _SCORES[self.level]
        return max(lowest, min(highest, round(50 + 45 * (self.weight - DOUBTFUL) / (SURE - DOUBTFUL))))


_SCORES = {Level.NO: (0, 49), Level.DOUBTFUL: (LOWEST_DOUBTFUL, 94), Level.SURE: (95, 100)}
STRONG = frozenset({"same_phone", "same_mailbox", "same_birth"})
GIVEN_NAME = frozenset({"same_first", "diminutive", "typo_first", "swapped", "initial"})
AGAINST = frozenset({"other_first", "other_last", "other_birth", "missing_name"})


def compare(one: Person, other: Person) -> Verdict:
    """What the two records say about each other, the strongest evidence first. A few microseconds."""
    one, other = sorted((one, other))  # how alike two texts are depends on which comes first, by a hair
    place = list(_place(one, other))
    found = [*_name(one, other), *_reach(one, other), *_birth(one, other), *_work(one, other), *place]
    beyond = max(0.0, sum(part.weight for part in place) - MOST_OF_A_PLACE)
    weight = sum(part.weight for part in found) - beyond
    said = tuple(sorted((part for part in found if part.weight), key=lambda part: -abs(part.weight)))
    return Verdict(_level(weight, frozenset(part.code for part in found)), round(weight, 1), said)


def _level(weight: float, codes: frozenset[str]) -> Level:
    """Sure are only those whom two kinds of evidence name, with nothing against it.

    Those who live or work together share a place, a phone, a last name: other first names make them others, unless a
    birth date or a mailbox says that somebody wrote the name wrongly.
    """
    if weight < DOUBTFUL:
        return Level.NO
    if "other_first" in codes and not codes & {"same_birth", "typo_birth", "same_mailbox"}:
        return Level.NO
    is_named = bool(codes & GIVEN_NAME) and bool(codes & {"same_last", "typo_last", "other_ending", "swapped"})
    if weight >= SURE and is_named and codes & STRONG and not codes & AGAINST:
        return Level.SURE
    return Level.DOUBTFUL


def _name(one: Person, other: Person) -> Iterator[Evidence]:
    """First and last name, as they stand or swapped, whichever says more."""
    straight = [*_first(one.first, other.first), *_last(one.last, other.last)]
    if one.first and one.last and other.first and other.last:
        crossed = [*_first(one.first, other.last), *_last(one.last, other.first)]
        weight = sum(part.weight for part in crossed) - 1
        if weight > max(6.0, sum(part.weight for part in straight)):
            yield Evidence("swapped", weight)
            return
    yield from straight


def _first(one: str, other: str) -> Iterator[Evidence]:
    if not one or not other:
        yield Evidence("missing_name", 0.0)
    elif one == other:
        yield Evidence("same_first", 5.0)
    elif names.are_called_alike(one, other):
        yield Evidence("diminutive", 4.0)
    elif (len(one) == 1 or len(other) == 1) and one[0] == other[0]:
        yield Evidence("initial", 1.5)
    elif _is_part(one, other):
        yield Evidence("same_first", 3.5)
    elif _is_typo(one, other) and not names.are_others(one, other):
        yield Evidence("typo_first", 3.5)
    elif _is_typo(names.base(one), names.base(other)) and not names.are_others(one, other):
        yield Evidence("typo_first", 2.0)
    else:
        yield Evidence("other_first", -4.0)


def _last(one: str, other: str) -> Iterator[Evidence]:
    if not one or not other:
        yield Evidence("missing_name", 0.0)
    elif one == other:
        yield Evidence("same_last", 8.0)
    elif _is_part(one, other):
        yield Evidence("double_last", 4.0)
    elif names.stem(one) == names.stem(other):
        yield Evidence("other_ending", 4.0)
    elif _is_typo(one, other):
        yield Evidence("typo_last", 5.0)
    else:
        yield Evidence("other_last", -4.0)


def _reach(one: Person, other: Person) -> Iterator[Evidence]:
    if one.phone and other.phone:
        if one.phone == other.phone:
            yield Evidence("same_phone", 13.0)
        elif _is_slip(one.phone, other.phone):
            yield Evidence("typo_phone", 4.0)
        else:
            yield Evidence("other_phone", -0.5)
    if not one.email or not other.email:
        return
    if one.email == other.email:
        yield Evidence("same_mailbox", 13.0)
    elif one.local_part == other.local_part and len(one.local_part) > 4 and not is_said_by_many(one.local_part):
        yield Evidence("same_local_part", 3.5 if _is_made_of_name(one) or _is_made_of_name(other) else 8.0)
    elif len(one.local_part) > 4 and _is_slip_of_letters(one.email, other.email):
        yield Evidence("typo_email", 6.0)
    else:
        yield Evidence("other_email", -0.5)


def _is_made_of_name(one: Person) -> bool:
    """Whether what stands before the @ only repeats the name: jan.nowak has one in every company."""
    letters = re.sub(r"[^a-z]", "", one.local_part)
    return bool(one.last) and one.last.replace(" ", "") in letters


def _birth(one: Person, other: Person) -> Iterator[Evidence]:
    if not one.born or not other.born:
        return
    if one.born == other.born:
        yield Evidence("same_birth", 11.0)
    elif _is_slip(one.born, other.born) or _is_turned(one.born, other.born):
        yield Evidence("typo_birth", 5.0)
    else:
        yield Evidence("other_birth", -5.0)


def _work(one: Person, other: Person) -> Iterator[Evidence]:
    if one.company and other.company:
        if one.company == other.company or fuzz.token_sort_ratio(one.company, other.company) >= 90:
            yield Evidence("same_company", 5.0)
        else:
            yield Evidence("other_company", -0.5)


def _place(one: Person, other: Person) -> Iterator[Evidence]:
    if one.street and other.street:
        yield from _street(one, other)
    if one.postal_code and other.postal_code:
        if one.postal_code == other.postal_code:
            yield Evidence("same_postal_code", 6.0)
        elif _is_slip(one.postal_code, other.postal_code):
            yield Evidence("typo_postal_code", 2.5)
        else:
            yield Evidence("other_postal_code", -2.0)
    if one.city and other.city:
        if one.city == other.city:
            yield Evidence("same_city", 3.0)
        elif _is_typo(one.city, other.city):
            yield Evidence("typo_city", 2.0)
        else:
            yield Evidence("other_city", -1.0)


def _street(one: Person, other: Person) -> Iterator[Evidence]:
    alike = max(
        fuzz.token_sort_ratio(one.street, other.street),
        fuzz.token_set_ratio(one.street, other.street) - 5,
        fuzz.ratio(one.street.replace(" ", ""), other.street.replace(" ", "")),
    )
    is_same_house = one.number == other.number and bool(one.number)
    if alike < 75:
        yield Evidence("other_street", -2.0)
    elif is_same_house:
        yield Evidence("same_street", 9.0 if alike >= 85 else 7.0)
    elif one.number and other.number:
        yield Evidence("same_street_only", 3.0)
    else:
        yield Evidence("same_street", 6.0 if alike >= 85 else 4.0)


def _is_part(one: str, other: str) -> bool:
    """Whether one name is among the words of the other: Anna and Anna Maria, Nowak and Nowak-Kowalska."""
    ones, others = set(one.split()), set(other.split())
    return ones < others or others < ones


def _is_slip(one: str, other: str) -> bool:
    """Whether one digit is wrong, or two that stand together have changed places."""
    return len(one) == len(other) and OSA.distance(one, other, score_cutoff=1) == 1


def _is_slip_of_letters(one: str, other: str) -> bool:
    """Whether one letter is wrong. Other digits are another address: anna1 and anna2 are two people."""
    return OSA.distance(one, other, score_cutoff=1) == 1 and re.sub(r"\d", "", one) != re.sub(r"\d", "", other)


def _is_turned(one: str, other: str) -> bool:
    """Whether two days of one year have the same digits: day and month changed places."""
    return one[:4] == other[:4] and sorted(one) == sorted(other)


def _is_typo(one: str, other: str) -> bool:
    """Whether the two may be one word written twice by a hurried hand. Short words leave no room for it."""
    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    shorter = min(len(one), len(other))
    if shorter < 3:
        return False
    if OSA.distance(one, other, score_cutoff=1) == 1:
        return shorter > 3 or one[0] == other[0]
    one, other = sorted((one, other))
    return shorter > 4 and OSA.distance(one, other) <= 2 and JaroWinkler.similarity(one, other) >= 0.88
