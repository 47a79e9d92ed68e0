"""Who may be somebody whom we know already: contacts as the matching sees them, and who shares a key with whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db import connection

from relacja.contacts.matching import people
from relacja.contacts.matching.people import Person
from relacja.contacts.models import Contact

MOST_OF_A_KEY = 60
KEYS_AT_ONCE = 1_000
PEOPLE_AT_ONCE = 1_000
BORN = ("birth_date", "birthdate", "date_of_birth", "born", "birthday")
_COLUMNS = ("id", "first_name", "last_name", "email", "phone", "street", "postal_code", "city", "attributes")

# Rows of one key stand together in the index: a key that half the town shares is counted no further than is needed.
_SHARED = """
SELECT key, contact_id FROM (
    SELECT key, contact_id, row_number() OVER (PARTITION BY key ORDER BY contact_id) AS place
    FROM contacts_matchkey WHERE key IN ({})
) AS found WHERE place <= %s
"""


def as_people(contact_ids: Collection[int]) -> dict[int, Person]:
    """These contacts as the matching sees them; who is archived is left out. One query a thousand."""
    wanted, found = sorted(contact_ids), {}
    for start in range(0, len(wanted), PEOPLE_AT_ONCE):
        known = Contact.objects.active().filter(pk__in=wanted[start : start + PEOPLE_AT_ONCE])
        for row in known.values_list(*_COLUMNS, "company__name"):
            found[row[0]] = _person(dict(zip((*_COLUMNS, "company"), row, strict=True)))
    return found


def of_keys(keys: Iterable[int]) -> dict[int, list[int]]:
    """The contacts under each of these keys, for keys that not too many share. One query a thousand keys."""
    wanted = sorted(set(keys))
    blocks: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        part = wanted[start : start + KEYS_AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(_SHARED.format(", ".join(["%s"] * len(part))), [*part, MOST_OF_A_KEY + 1])
            for key, contact_id in cursor.fetchall():
                blocks[key].append(contact_id)
    return {key: block for key, block in blocks.items() if len(block) <= MOST_OF_A_KEY}


def pairs_with(contact_ids: Collection[int], keys: Mapping[int, set[int]]) -> Iterator[tuple[int, int]]:
    """Each of these contacts with everybody who shares one of its keys, the lower id first, each pair once."""
    blocks = of_keys(key for own in keys.values() for key in own)
    pairs = {
        (min(one, other), max(one, other))
        for one in contact_ids
        for key in keys.get(one, ())
        for other in blocks.get(key, ())
        if one != other
    }
    yield from sorted(pairs)


def _person(row: Mapping[str, object]) -> Person:
    given = {name: str(value or "") for name, value in row.items() if name != "attributes"}
    attributes = row["attributes"]
    if isinstance(attributes, Mapping):
        born = (attributes[name] for name in BORN if attributes.get(name))
        given["born"] = str(next(born, ""))[:10]
    return people.person(given)
