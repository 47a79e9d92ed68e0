"""From one record of a list to the next, and what the palette offers on the way."""

import json
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest

from relacja.contacts import actions, consents, copying, listing, narrowing
from relacja.contacts.listing import Filters, by_index
from relacja.contacts.models import Candidate, Contact, Finder, Likeness, Stage
from relacja.contacts.tests.people import make_contact, make_people, make_words

GDYNIA = {"all": [{"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}]}


@pytest.fixture
def crowd(facts, now, alice):
    """Thirty people in several states."""
    text = make_words(now)
    for number in range(30):
        contact = make_contact(
            now + timedelta(minutes=number % 7),
            first_name=["Anna", "Jan", "Ola"][number % 3],
            last_name=["Kowalska", "Nowak", ""][number % 3],
            email=f"p{number}@zolc.example",
            city="Gdynia" if number % 2 else "Sopot",
        )
        if number % 3:
            actions.set_stage(contact.pk, Stage.CUSTOMER, now=now)
        if number % 4:
            consents.give(contact, purpose="newsletter", channel="email", now=now, source="form", text=text)
        if number % 3 == 1:
            actions.assign(contact, alice, by=alice, now=now)
        if number % 10 == 9:
            actions.archive(contact, now=now)
    copying.copy_changed()


@pytest.mark.parametrize("few", [3, 5_000])
@pytest.mark.parametrize("sort", ["-created", "name", "-changed", "city", "owner", "-owner"])
@pytest.mark.parametrize(
    "asked",
    [{}, {"stage": "customer"}, {"consent": "none"}, {"text": "zolc"}, {"archived": True}, {"rule": GDYNIA}],
)  # fmt: skip
def test_stepping_goes_through_the_list_in_its_order(crowd, now, monkeypatch, few, sort, asked):
    monkeypatch.setattr(by_index, "FEW", few)
    rule = narrowing.read(json.dumps(asked["rule"]), at=now) if "rule" in asked else None
    filters = Filters(**{**asked, "rule": rule})
    order = [contact.pk for contact in listing.page(filters, sort=sort, limit=100).rows]
    people = Contact.objects.in_bulk(order)

    steps = [listing.beside(filters, sort, people[pk]) for pk in order]

    assert [before for before, _after in steps] == [None, *order[:-1]]
    assert [after for _before, after in steps] == [*order[1:], None]


def test_who_left_the_list_while_one_goes_through_it_still_leads_on(crowd, now):
    order = [contact.pk for contact in listing.page(Filters(stage="customer")).rows]
    actions.set_stage(order[3], Stage.LOST, now=now)

    beside = listing.beside(Filters(stage="customer"), "-created", Contact.objects.get(pk=order[3]))

    assert beside == (order[2], order[4])


def test_the_list_leads_to_records_that_lead_on_along_it(as_alice, now):
    people = make_people(now, 3)
    query = urlencode({"stage": "lead", "sort": "name"})
    listed = as_alice.get(f"/contacts/?{query}").text
    way = f"?list={quote(query)}"

    page = as_alice.get(f"/contacts/{people[1].pk}/{way}").text

    assert f'href="/contacts/{people[1].pk}/{way}"' in listed
    assert f'rel="prev" data-press="k" href="/contacts/{people[0].pk}/{way}"' in page
    assert f'rel="next" data-press="j" href="/contacts/{people[2].pk}/{way}"' in page
    assert f'href="/contacts/?{query.replace("&", "&amp;")}"' in page
    assert 'rel="next"' not in as_alice.get(f"/contacts/{people[1].pk}/").text


def test_putting_somebody_away_goes_on_with_the_next(as_alice, now):
    people = make_people(now, 3)
    here = f"http://testserver/contacts/{people[1].pk}/?list=sort%3Dname"

    gone = as_alice.post(f"/contacts/{people[1].pk}/archive/", headers={"Referer": here})
    stayed = as_alice.post(f"/contacts/{people[0].pk}/owner/", headers={"Referer": here})
    bare = as_alice.post(f"/contacts/{people[0].pk}/archive/")

    assert gone.url == f"/contacts/{people[2].pk}/?list=sort%3Dname"
    assert stayed.url == f"/contacts/{people[0].pk}/?list=sort%3Dname"
    assert bare.url == "/contacts/"


@pytest.mark.parametrize("broken", ["rule=x", "sort=nonsense", "company=99", "%00", "rule=" + "[" * 3000])
def test_a_list_that_cannot_be_read_leaves_the_page_whole(as_alice, now, broken):
    contact = make_contact(now)

    page = as_alice.get(f"/contacts/{contact.pk}/", {"list": broken})

    assert page.status_code == 200


def test_a_very_long_list_is_left_to_itself(as_alice, deliver, now):
    contact = make_contact(now, city="Gdynia" * 20)
    deliver()
    rule = {"any": [{"kind": "attribute", "field": "city", "op": "is", "value": contact.city}] * 20}

    said = as_alice.get("/contacts/", {"rule": json.dumps(rule), "stage": "lead"}).text

    assert f'"/contacts/{contact.pk}/"' in said
    assert f"/contacts/{contact.pk}/?list=" not in said


@pytest.mark.parametrize("people", [3, 60])
def test_stepping_costs_the_same_however_long_the_list_is(as_alice, now, people, kept, django_assert_max_num_queries):
    made = make_people(now, people)
    where = f"/contacts/{made[people // 2].pk}/?list=stage%3Dlead%26sort%3Dname"
    as_alice.get(where)

    with django_assert_max_num_queries(26):
        as_alice.get(where)


def test_the_palette_offers_what_can_be_done_with_the_open_contact(as_alice, now):
    contact = make_contact(now, phone="+48600100200")

    offered = as_alice.get("/palette/", {"on": f"/contacts/{contact.pk}/"}).text

    for name in ("owner", "archive", "trash"):
        assert f'form="palette-act" formaction="/contacts/{contact.pk}/{name}/"' in offered
    assert 'data-copy="anna@zolc.example"' in offered
    assert f'href="/contacts/{contact.pk}/merge/"' in offered
    assert "palette-act" not in as_alice.get("/palette/", {"on": "/contacts/"}).text.replace('id="palette-act"', "")


def test_the_palette_offers_only_what_somebody_may(as_bob, now):
    contact = make_contact(now)

    offered = as_bob.get("/palette/", {"on": f"/contacts/{contact.pk}/"}, headers={"HX-Request": "true"}).text

    assert 'data-copy="anna@zolc.example"' in offered
    assert "palette-act" not in offered


def test_the_other_record_of_somebody_is_looked_for(as_alice, now):
    anna, other, nobody = make_people(now, 3)
    Candidate.objects.create(
        first=anna, second=other, score=80, level=Likeness.DOUBTFUL, found_by=Finder.PERSON, found_at=now
    )

    suggested = as_alice.get(f"/contacts/{anna.pk}/merge/").text
    found = as_alice.get(f"/contacts/{anna.pk}/merge/", {"q": "anna2"}).text

    assert f'href="/contacts/{anna.pk}/merge/{other.pk}/"' in suggested
    assert f'href="/contacts/{anna.pk}/merge/{nobody.pk}/"' not in suggested
    assert f'href="/contacts/{anna.pk}/merge/{nobody.pk}/"' in found
