"""What is different about some people: shares, samples, and what is only perhaps so."""

from datetime import timedelta

import pytest

from relacja.segments import portraits, queries, rules
from relacja.segments.portraits import Asked
from relacja.segments.tests.making import make_contact, make_event, make_segment

GDYNIA = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}


@pytest.fixture
def in_english(alice):
    alice.language = "en"
    alice.save()


def found(rule, now, key=None, **more):
    """What differs, by part; of one late part."""
    asked = Asked(rules.read(rule), now, **more)
    if key:
        return portraits.part(key, asked)
    return portraits.portrait(asked)


def lines(portrait):
    return {one.part.key: one.differences for one in portrait.parts}


def test_what_differs_by_more_than_chance_stands_in_its_part(deliver, now):
    cities = ["Gdynia"] * 30 + ["Sopot"] * 30
    people = [make_contact(now, f"p{number}@zolc.example", city=city) for number, city in enumerate(cities)]
    for one in people[:25]:
        make_event(one.pk, "Product Viewed", now - timedelta(days=3))
    for one in people[28:33]:
        make_event(one.pk, "Page Viewed", now - timedelta(days=3))
    make_event(people[40].pk, "Product Viewed", now - timedelta(days=120))
    deliver()

    shown = found(GDYNIA, now)

    assert (shown.size, shown.everybody) == (30, 60)
    [more] = lines(shown)["deeds"]
    assert (more.leaf.to_json()["name"], more.here, more.share, more.usual) == ("Product Viewed", 25, 25 / 30, 25 / 60)
    assert (more.times, more.is_more, more.is_sure) == (pytest.approx(2), True, True)
    [less] = lines(shown)["known"]
    assert (less.leaf.to_json()["value"], less.share, less.is_more) == ("Sopot", 0.0, False)
    assert shown.first == [less, more]


def test_few_people_say_perhaps(deliver, now):
    for number in range(60):
        person = make_contact(now, f"p{number}@zolc.example", city="Gdynia" if number < 10 else "Sopot")
        if number < 6 or number > 53:
            make_event(person.pk, "Product Viewed", now - timedelta(days=3))
    deliver()

    [line] = lines(found(GDYNIA, now))["deeds"]

    assert (line.here, line.is_sure) == (6, False)


def test_the_portrait_agrees_with_asking_each_trait_on_its_own(deliver, now):
    for number in range(40):
        make_contact(
            now,
            f"p{number}@zolc.example",
            city="Gdynia" if number % 2 else "Sopot",
            country="PL" if number < 25 else "DE",
        )
    deliver()
    rule = {"kind": "attribute", "field": "country", "op": "is", "value": "DE"}

    shown = found(rule, now)

    assert lines(shown)["known"]
    for one in lines(shown)["known"]:
        assert queries.count(rules.Every((rules.read(rule), one.leaf)), now) == one.here
        assert queries.count(one.leaf, now) == round(one.usual * shown.everybody)


def test_people_are_compared_with_those_that_were_named(deliver, now):
    for number in range(60):
        make_contact(
            now,
            f"p{number}@zolc.example",
            city=("Gdynia", "Sopot", "Berlin")[number % 3],
            country="DE" if number % 3 == 2 else "PL",
        )
    deliver()

    shown = found(GDYNIA, now, beside=rules.read({"kind": "country", "op": "is", "country": "PL"}))

    assert (shown.size, shown.everybody) == (20, 40)
    assert [one.leaf.to_json()["value"] for one in lines(shown)["known"]] == ["Sopot"]


def test_a_sample_holds_the_same_people_each_time_and_says_that_it_is_one(deliver, now, monkeypatch):
    monkeypatch.setattr(portraits, "SAMPLED", 8)
    for number in range(30):
        make_contact(now, f"p{number}@zolc.example", city="Gdynia" if number < 5 else "Sopot")
    deliver()
    asked = Asked(rules.read(GDYNIA), now)

    drawn = portraits.sample(asked)

    assert (len(drawn.here), len(drawn.usual), drawn.size, drawn.everybody) == (5, 8, 5, 30)
    assert drawn == portraits.sample(asked)
    assert drawn.counted([], ()).is_sample


@pytest.mark.usefixtures("facts", "in_english")
def test_the_page_of_a_segment_leads_on_from_every_line(as_alice, deliver, now):
    for number in range(60):
        make_contact(now, f"p{number}@zolc.example", city="Gdynia" if number < 30 else "Sopot", country="PL")
    deliver()
    segment = make_segment(now, rule=GDYNIA)

    page = as_alice.get(f"/segments/{segment.pk}/profile/")

    assert "Most different:" in page.text
    assert "/segments/new/?rule=" in page.text
    assert 'hx-get="/segments/portrait/?rule=' in page.text


@pytest.mark.usefixtures("facts")
def test_a_part_that_there_is_not_is_not_found(as_alice):
    assert as_alice.get("/segments/portrait/?part=nothing").status_code == 404
    assert as_alice.get("/segments/portrait/?rule=broken").status_code == 422
