"""Under which keys somebody is looked for. Two records that share none are never compared.

Each key holds few people even among a million: a whole mailbox or phone, or a name together with a place. No single
field stands in all of them, so that an error in one leaves others to be found by.
"""

import hashlib
from collections.abc import Iterator

from relacja.contacts.matching import names
from relacja.contacts.matching.people import Person, is_said_by_many


def keys(person: Person) -> set[int]:
    """The keys of somebody, as signed 64-bit numbers: at most fourteen, mostly six."""
    return {_number(key) for key in _keys(person)}


def _keys(person: Person) -> Iterator[str]:
    sounds = sorted({names.sound(names.base(name)) for name in (person.first, person.last) if name} - {""})
    pair = "+".join(sounds) if len(sounds) == 2 else ""
    if person.phone:
        yield f"phone:{person.phone}"
    if person.email:
        yield f"mailbox:{person.email}"
        if len(person.local_part) > 4 and not is_said_by_many(person.local_part):
            yield f"local:{person.local_part}"
    if pair:
        yield f"name:{pair}"
    if pair and person.city:
        yield f"town:{pair}:{person.city[:4]}"
    if pair and person.company:
        yield f"work:{pair}:{person.company[:6]}"
    digits = "".join(sorted(person.postal_code))  # two of them change places easily
    for sound in sounds:
        if person.born:
            yield f"born:{person.born}:{sound}"
        if digits:
            yield f"post:{digits}:{sound}"
    if person.born and digits:
        yield f"day:{person.born}:{digits}"
    if person.number and digits:
        yield f"house:{digits}:{person.number}"
    if person.number and person.city and person.street:
        yield f"street:{person.city[:3]}:{names.sound(person.street.split()[0])}:{person.number}"


def _number(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
