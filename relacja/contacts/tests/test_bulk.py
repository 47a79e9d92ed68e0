"""Many contacts at once are what one at a time would have been."""

import pytest

from relacja.contacts import actions, bulk, rules, searching
from relacja.contacts.models import Contact, Identity
from relacja.contacts.tests.people import make_contact
from relacja.events.event import read
from relacja.events.models import Entry

pytestmark = pytest.mark.django_db
ANNA = {"first_name": "Anna", "last_name": "Żółć", "email": "anna@zolc.example", "phone": "+48601234567"}


def write(now, additions, alterations=()):
    writer = bulk.Writer(now=now, by=None, source="staff", channel="staff")
    ids = writer.write(additions, alterations)
    writer.finish()
    return ids


def addition(**fields) -> bulk.Addition:
    given = {**ANNA, **fields}
    return bulk.Addition({**bulk.DEFAULTS, "attributes": {}, **given}, "", rules.Values(given).identities)


def told(entry: Entry) -> list[tuple]:
    return [(one.name, one.channel, one.properties) for one in read(bytes(entry.events))]


def test_a_contact_added_with_others_is_as_one_added_alone(now):
    [pk] = write(now, [addition()])
    with_others = Contact.objects.filter(pk=pk).values().get()
    event = told(Entry.objects.get())
    Contact.objects.all().delete()
    Entry.objects.all().delete()

    alone = make_contact(now, phone="601 234 567")

    assert {**with_others, "id": 0} == {**Contact.objects.filter(pk=alone.pk).values().get(), "id": 0}
    assert event == told(Entry.objects.get())


def test_a_contact_altered_with_others_is_as_one_edited_alone(now):
    one, other = make_contact(now), make_contact(now, email="b@zolc.example")
    held = Contact.objects.filter(pk=one.pk).values().get()
    change = bulk.Alteration(
        one.pk, held, {"city": "Łódź", "last_name": "Nowak"}, "", {"city": ("", "Łódź"), "last_name": ("Żółć", "Nowak")}
    )

    write(now, [], [change])
    actions.edit(other, values=rules.values({"city": "Łódź", "last_name": "Nowak"}), now=now)

    first, second = Contact.objects.order_by("pk").values()
    left_out = {"id", "email", "search_text"}
    assert {k: v for k, v in first.items() if k not in left_out} == {
        k: v for k, v in second.items() if k not in left_out
    }
    assert next(told(entry)[0][2] for entry in Entry.objects.order_by("-pk")[:2])["changes"] == {
        "city": ["", "Łódź"],
        "last_name": ["Żółć", "Nowak"],
    }
    assert list(searching.found("nowak")) == [other, one]


def test_a_contact_somebody_changed_meanwhile_is_not_overwritten(now):
    anna = make_contact(now)
    held = Contact.objects.filter(pk=anna.pk).values().get()
    actions.edit(anna, values=rules.values({"city": "Hel"}), now=now)

    with pytest.raises(bulk.Overtaken):
        write(now, [], [bulk.Alteration(anna.pk, held, {"city": "Łódź"}, "", {"city": ("", "Łódź")})])


def test_an_address_somebody_has_is_not_taken_again(now):
    make_contact(now)

    with pytest.raises(bulk.Overtaken):
        write(now, [addition(phone="")])


def test_an_address_given_up_may_be_taken_in_the_same_block(now):
    anna = make_contact(now)
    held = Contact.objects.filter(pk=anna.pk).values().get()
    pair = ("email", "anna@zolc.example")
    change = bulk.Alteration(anna.pk, held, {"email": ""}, "", {"email": (held["email"], "")}, lost=[pair])

    [pk] = write(now, [addition(phone="")], [change])

    assert Identity.objects.get(value=pair[1]).contact_id == pk


@pytest.mark.parametrize(
    "fields", [{}, {"first_name": "", "last_name": ""}, {"first_name": " ŁUCJA  Maria", "email": ""}]
)
def test_what_is_sorted_and_found_by_is_what_the_rules_say(fields):
    columns = {**bulk.DEFAULTS, **ANNA, **fields}
    names = [columns[name] for name in ("first_name", "last_name", "email")]

    found = bulk.described(columns, "Żagle  sp. z o.o.")

    assert found["name_key"] == rules.name_key(*names)
    assert found["search_text"] == rules.search_text(
        first_name=names[0], last_name=names[1], email=names[2], phone=columns["phone"], company="Żagle  sp. z o.o."
    )
