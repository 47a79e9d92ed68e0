"""The list of contacts takes an audience, keeps what else it is narrowed by, and gives exactly these people away."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse
from pyroaring import BitMap64

from relacja.contacts import copying
from relacja.contacts.models import Batch
from relacja.segments import destinations
from relacja.segments.tests.making import make_contact, make_segment

GDYNIA = {"kind": "town", "op": "is", "town": "Gdynia"}


@pytest.fixture
def people(facts, now):
    """Anna and Ewa live in Gdynia, Jan in Radom."""
    found = {
        "anna": make_contact(now, "anna@zolc.example", city="Gdynia"),
        "ewa": make_contact(now, "ewa@zolc.example", city="Gdynia", last_name="Away"),
        "jan": make_contact(now, "jan@zolc.example", city="Radom"),
    }
    copying.copy_changed()
    make_segment(now, "Gdynia", GDYNIA)
    make_segment(now, "Away", {"kind": "attribute", "field": "last_name", "op": "is", "value": "Away"})
    return found


def listed(client, url: str) -> set[int]:
    return {one.pk for one in client.get(url).context["page"].rows}


def test_the_list_shows_an_audience_and_keeps_its_other_filters(as_alice, people):
    chooser = as_alice.get("/contacts/?sort=name&stage=lead").context["rule"].chooser
    assert as_alice.get(chooser).status_code == 200
    form = {
        "list": "sort=name&stage=lead",
        "audience-segments": "gdynia",
        "audience-except": "away",
        "audience-open": "1",
    }

    looked = as_alice.post("/segments/people/audience/", {**form, "audience-do": "look"})
    shown = as_alice.post("/segments/people/audience/", form)

    assert looked.context["picker"].meaning.size == 1
    assert listed(as_alice, shown.url) == {people["anna"].pk}
    assert parse_qs(urlsplit(shown.url).query)["stage"] == ["lead"]
    again = as_alice.get(as_alice.get(shown.url).context["rule"].chooser).context["picker"].audience
    assert (again.segments, again.without) == (("gdynia",), ("away",))
    batch = {"all": "1", "list": f"?{urlsplit(shown.url).query}"}
    assert "Gdynia" in as_alice.post("/contacts/export/", batch).text
    as_alice.post("/contacts/export/", {**batch, "do": "export", "format": "csv", "delimiter": "comma"})
    assert list(BitMap64.deserialize(bytes(Batch.objects.get().people))) == [people["anna"].pk]


def test_those_who_cannot_be_reached_are_left_off_the_list(as_alice, people):
    form = {"audience-open": "1", "audience-aim": "email/newsletter"}

    shown = as_alice.post("/segments/people/audience/", form)

    assert listed(as_alice, shown.url) == set()
    assert "consent" in parse_qs(urlsplit(shown.url).query)["rule"][0]


def test_the_ticked_people_become_a_list_of_their_own(as_alice, people):
    ticked = [people["anna"].pk, people["jan"].pk]

    shown = as_alice.post("/contacts/those/", {"ids": ticked})

    assert listed(as_alice, shown.url) == set(ticked)
    rule = json.loads(QueryDict(urlsplit(shown.url).query)["rule"])
    assert rule == {"kind": "among", "contacts": sorted(ticked)}
    assert as_alice.get(as_alice.get(shown.url).context["rule"].keeper).status_code == 200


def test_everybody_asked_for_is_the_whole_list(as_alice, people):
    assert as_alice.post("/segments/people/audience/", {"audience-open": "1"}).url == "/contacts/?"
    assert as_alice.post("/segments/people/audience/", {"audience-contacts": "Anna"}).status_code == 422


def test_the_list_does_not_offer_audiences_where_the_rule_speaks_of_whoever_looks(as_alice, people):
    mine = json.dumps({"kind": "owner", "op": "is", "person": "me"})

    response = as_alice.get("/contacts/", {"rule": mine})

    assert response.status_code == 200
    assert response.context["rule"].chooser == ""


@pytest.mark.parametrize("key", sorted(destinations.known()))
def test_every_user_of_the_picker_gets_its_rule_back_from_the_builder(as_alice, people, key):
    written = {"for": key, "list": "", "0:mode": "all", "0.0:kind": "stage", "0.0:stage": "lead"}

    back = as_alice.post(reverse("segments:narrowing"), written)

    path, _mark, query = back.url.partition("?")
    assert json.loads(QueryDict(query)["rule"]) == {"all": [{"kind": "stage", "stage": "lead"}]}
    assert path.startswith("/")
    assert "" not in (
        str(destinations.of(key).title),
        str(destinations.of(key).button),
        destinations.of(key).permission,
    )
