"""How consents stand when two people turn out to be one, and when they turn out to be two.

The lines of the ledger stay with the contact they were made for. Only the state of the winner is decided anew, and the
stricter one wins: a withdrawal is never lost, neither in a merge nor when it is taken apart.
"""

from datetime import datetime
from typing import Any

from relacja.contacts import consents, families
from relacja.contacts.models import Consent, ConsentAct, ConsentEntry, Contact

Key = tuple[str, str]  # purpose, channel


def stricter(ours: Consent | None, theirs: Consent | None, *, email: str) -> Consent | None:
    """Of two states the one that allows less. A consent that was given for the address that stays needs no asking."""
    if ours is None or theirs is None:
        return ours or theirs
    for act in (ConsentAct.WITHDRAWN, ConsentAct.ASKED):
        for one, other in ((ours, theirs), (theirs, ours)):
            if one.act == act:
                return other if act == ConsentAct.ASKED and _stands_for(other, email) else one
    return ours


def of(contact: Contact) -> dict[Key, Consent]:
    """Every state of a contact. One query."""
    found = Consent.objects.filter(contact=contact).select_related("entry")
    return {(consent.purpose, consent.channel): consent for consent in found}


def take(winner: Contact, loser: Contact) -> dict[str, Any]:
    """The winner's states are the stricter of both. Returns what it takes to go back."""
    ours, theirs = of(winner), of(loser)
    email = Contact.objects.values_list("email", flat=True).get(pk=winner.pk)
    for key, other in sorted(theirs.items()):
        if stricter(ours.get(key), other, email=email) is other:
            Consent.objects.update_or_create(
                contact=winner, purpose=key[0], channel=key[1], defaults={"act": other.act, "entry": other.entry}
            )
    last = ConsentEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {
        "consents": [[*key, consent.act, consent.entry_id] for key, consent in sorted(ours.items())],
        "last_entry": last,
    }


def give_back(winner: Contact, loser: Contact, kept: dict[str, Any], *, now: datetime) -> None:
    """The states are as they were, but for what was said since: that counts, and a withdrawal counts for both."""
    before = {(purpose, channel): (act, entry_id) for purpose, channel, act, entry_id in kept["consents"]}
    own = ConsentEntry.objects.filter(contact__in=families.members(winner.pk), pk__gt=kept["last_entry"])
    for key, consent in of(winner).items():
        said = own.filter(purpose=key[0], channel=key[1]).order_by("pk").last()
        if said is not None:
            consent.act, consent.entry_id = said.act, said.pk
        elif key in before:
            consent.act, consent.entry_id = before[key]
        else:
            consent.delete()
            continue
        consent.save(update_fields=["act", "entry"])
    _withdraw_for_both(winner, loser, kept["last_entry"], now=now)


def _withdraw_for_both(winner: Contact, loser: Contact, last_entry: int, *, now: datetime) -> None:
    said = ConsentEntry.objects.filter(contact__in=[winner, loser], act=ConsentAct.WITHDRAWN, pk__gt=last_entry)
    for entry in said.order_by("pk"):
        for side in (winner, loser):
            stands = consents.state(side, purpose=entry.purpose, channel=entry.channel)
            if side.pk != entry.contact_id and stands in (ConsentAct.GIVEN, ConsentAct.ASKED):
                consents.withdraw(
                    side,
                    purpose=entry.purpose,
                    channel=entry.channel,
                    now=now,
                    at=entry.at,
                    source=entry.source,
                    address=side.email,
                    proof={"withdrawn_while_merged": entry.pk},
                )


def _stands_for(consent: Consent, email: str) -> bool:
    return consent.act == ConsentAct.GIVEN and bool(email) and consent.entry.address.casefold() == email.casefold()
