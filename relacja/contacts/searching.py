"""Finding contacts by any fragment: trigrams in both databases.

`search_text` has two spaces before each word (see `rules.search_text`), so that one or two letters, which name no
trigram of their own, still find the words that begin with them.
"""

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from relacja.contacts.models import Contact
from relacja.lib.text import cleaned, folded

FEW = 5_000
COMMON = 0.1
MOST_WORDS = 8
FEWEST_DIGITS = 5
_PHONE = re.compile(r"^[+0-9()\s./-]+$")


@dataclass(frozen=True, slots=True)
class Question:
    """A text that is looked for: the index is asked for some patterns, what it finds is looked at for the rest."""

    asked: list[str]
    looked_at: list[str]


def question(text: str) -> Question:
    """How to look for `text`. A word that nearly everybody has would be read to the end: it is better looked at."""
    patterns = patterns_of(text)
    if len(patterns) < 2 or connection.vendor != "sqlite":
        return Question(patterns, [])
    last = Contact.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    shares = {pattern: _share(pattern, last) for pattern in dict.fromkeys(patterns)}
    rarest = min(shares, key=shares.__getitem__)
    asked = [rarest] if not shares[rarest] else [word for word in shares if shares[word] < COMMON or word == rarest]
    return Question(asked, [word for word in shares if word not in asked])


def found(text: str, *, beyond: int | None = None, backwards: bool = False) -> QuerySet[Contact]:
    """Active contacts whose name, address, phone or company contains every word of `text`, the last added first.

    Words shorter than three letters match the beginning of a word. Reads the trigram index only as far as the rows that
    are asked for.
    """
    return in_order(question(text), beyond=beyond, backwards=backwards)


def in_order(asked: Question, *, beyond: int | None = None, backwards: bool = False) -> QuerySet[Contact]:
    """The contacts found, the last added first; `beyond` goes on after the contact of that id."""
    contacts = containing(Contact.objects.active(), asked.looked_at)
    if asked.asked and connection.vendor == "sqlite":
        return _led_by_index(contacts, asked.asked, beyond=beyond, backwards=backwards)
    if beyond is not None:
        contacts = contacts.filter(pk__gt=beyond) if backwards else contacts.filter(pk__lt=beyond)
    return containing(contacts, asked.asked).order_by("pk" if backwards else "-pk")


def among(contacts: QuerySet[Contact], asked: Question) -> QuerySet[Contact]:
    """Those of `contacts` that are found, in any order: for a question with few answers."""
    contacts = containing(contacts, asked.looked_at)
    if connection.vendor == "sqlite":
        return contacts.extra(
            where=["contacts_contact.id IN (SELECT rowid FROM contacts_search WHERE contacts_search MATCH %s)"],
            params=[_match(asked.asked)],
        )
    return containing(contacts, asked.asked)


def containing(contacts: QuerySet[Contact], patterns: list[str]) -> QuerySet[Contact]:
    """Those of `contacts` that contain all patterns, looking at each."""
    for pattern in patterns:
        contacts = contacts.filter(search_text__contains=pattern)
    return contacts


def count_up_to(asked: Question, most: int) -> int:
    """How many contacts the index finds, counted no further than `most`."""
    if connection.vendor == "sqlite":
        return _reach(_match(asked.asked), most)[0]
    return containing(Contact.objects.active(), [*asked.asked, *asked.looked_at])[:most].count()


def patterns_of(text: str) -> list[str]:
    """What must stand in `search_text`, one pattern for each word of `text`; a phone is one word, however written."""
    text = cleaned(text)
    digits = re.sub(r"\D", "", text).removeprefix("00")
    if _PHONE.match(text) and len(digits) >= FEWEST_DIGITS:
        return [digits]
    return [_pattern(word) for word in folded(text).split()[:MOST_WORDS]]


def _share(pattern: str, last: int) -> float:
    """Which part of the contacts has `pattern`, judged by the last added; 0 when it is found in few."""
    count, reached = _reach(_match([pattern]), FEW + 1)
    return 0.0 if count <= FEW else count / max(last - reached + 1, 1)


def _reach(match: str, most: int) -> tuple[int, int]:
    """How many rows match, counted no further than `most` from the last, and the id where counting ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(min(rowid), 0) FROM (SELECT rowid FROM contacts_search"
            " WHERE contacts_search MATCH %s ORDER BY rowid DESC LIMIT %s)",
            [match, most],
        )
        count, reached = cursor.fetchone()
    return int(count), int(reached)


def _led_by_index(
    contacts: QuerySet[Contact], patterns: list[str], *, beyond: int | None, backwards: bool
) -> QuerySet[Contact]:
    """A join led by the search index: a subquery would be read to its end before the first row is known."""
    where = ["contacts_search MATCH %s AND contacts_search.rowid = contacts_contact.id"]
    params: list[str | int] = [_match(patterns)]
    if beyond is not None:
        where.append(f"contacts_search.rowid {'>' if backwards else '<'} %s")
        params.append(beyond)
    order = "contacts_search.rowid" if backwards else "-contacts_search.rowid"
    return contacts.extra(tables=["contacts_search"], where=where, params=params, order_by=[order])  # noqa: S610


def _pattern(word: str) -> str:
    return word if len(word) >= 3 else f"  {word}"


def _match(patterns: list[str]) -> str:
    return " AND ".join('"' + pattern.replace('"', '""') + '"' for pattern in patterns)
