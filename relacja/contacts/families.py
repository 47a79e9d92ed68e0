"""Who was merged into whom: a contact together with the records that are part of it now."""

from collections.abc import Iterable

from relacja.contacts.models import Contact, Merge


def of(contact_ids: Iterable[int]) -> dict[int, set[int]]:
    """Each of these contacts with those merged into it, and into those. One query for each generation."""
    found = {pk: {pk} for pk in contact_ids}
    belongs = {pk: pk for pk in found}
    generation = set(found)
    while generation:
        merges = Merge.objects.standing().filter(winner__in=generation).values_list("winner_id", "loser_id")
        generation = set()
        for winner, loser in merges:
            belongs[loser] = belongs[winner]
            found[belongs[winner]].add(loser)
            generation.add(loser)
    return found


def members(contact_id: int) -> list[int]:
    """A contact and those merged into it, itself first."""
    return [contact_id, *sorted(of([contact_id])[contact_id] - {contact_id})]


def current(contact: Contact) -> Contact:
    """The contact itself, or the one into which it was merged. No query for somebody who is not put away."""
    return contact if contact.archived_at is None else successor(contact.pk) or contact


def successor(contact_id: int) -> Contact | None:
    """The contact into which this one was merged in the end, or None."""
    found = None
    while merge := Merge.objects.standing().select_related("winner").filter(loser=contact_id).first():
        found, contact_id = merge.winner, merge.winner_id
    return found
