"""Lists narrowed by a rule: the same people in the same order as plain Python says, whichever page."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relacja.contacts import actions, copying, listing, narrowing
from relacja.contacts.listing import Filters
from relacja.contacts.models import Contact, Stage
from relacja.contacts.narrowing import Asked, Place
from relacja.segments import rules
from relacja.segments.models import Segment
from relacja.segments.rules import Person
from relacja.segments.tests.making import make_contact
from relacja.segments.tests.randomly import RANDOMLY, STAGES, trees

IN_GDYNIA = {"all": [{"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}]}
SORTS = ["created", "changed", "name", "stage", "city", "first_name", "phone"]


def as_text(tree: dict) -> str:
    return json.dumps(tree, separators=(",", ":"))


def value(person: Person, sort: str):
    """What somebody is sorted by, None when they have none."""
    if sort in ("created", "changed"):
        return int(person.columns[f"{sort}_at"].timestamp() * 1000)
    if sort == "name":
        return None if person.columns["name_key"] == "~" else person.columns["name_key"]
    if sort == "stage":
        return Stage.values.index(person.columns["stage"]) + 1
    return person.columns[sort].lower() or None


def expected(found: list[Person], sort: str) -> list[int]:
    descending = sort.startswith("-")
    name = sort.removeprefix("-")
    some = [one for one in found if value(one, name) is not None]
    none = [one for one in found if value(one, name) is None]
    some.sort(key=lambda one: (value(one, name), one.id), reverse=descending)
    none.sort(key=lambda one: one.id, reverse=descending)
    return [one.id for one in (*some, *none)]


def walk(asked: Asked, sort: str, *, limit: int, backwards: bool = False, beyond: Place | None = None) -> list[int]:
    found = []
    while places := narrowing.answers().places(asked, sort, beyond=beyond, backwards=backwards, limit=limit):
        found += [place.id for place in places]
        beyond = places[-1]
    return found


@settings(RANDOMLY, max_examples=120)
@given(
    tree=trees(),
    sort=st.builds("".join, st.tuples(st.sampled_from(["", "-"]), st.sampled_from(SORTS))),
    stage=st.sampled_from(["", *STAGES]),
    consent=st.sampled_from(["", "", "given", "none"]),
    limit=st.integers(1, 9),
)
def test_every_page_goes_on_where_the_last_one_ended(people, now, tree, sort, stage, consent, limit):
    rule = rules.read(tree)
    asked = Asked(narrowing.read(as_text(tree), at=now), stage=stage, consent=consent)
    agreed = {"given": "given", "none": ""}

    forwards = walk(asked, sort, limit=limit)

    found = [
        one
        for one in people.values()
        if rule.check(one)
        and (not stage or one.columns["stage"] == stage)
        and (not consent or one.attributes.get("consent", {}).get("newsletter", {}).get("email", "") == agreed[consent])
    ]
    assert forwards == expected(found, sort)
    assert narrowing.answers().count(asked) == len(forwards)
    assert sorted(narrowing.answers().ids(asked)) == sorted(forwards)
    if forwards:
        last = Place(value(people[forwards[-1]], sort.removeprefix("-")), forwards[-1])
        assert walk(asked, sort, limit=limit, backwards=True, beyond=last) == forwards[-2::-1]


@pytest.fixture
def crowd(facts, now, alice):
    """Thirty people, two of three in Gdynia, half of them hers, some with the same text in them."""
    for number in range(30):
        contact = make_contact(
            now + timedelta(minutes=number),
            f"p{number:02}@zolc.example",
            first_name=["Łucja", "Jan", "Ola"][number % 3],
            city="Gdynia" if number % 3 else "Sopot",
        )
        if number % 2:
            actions.assign(contact, alice, by=alice, now=now)
        if number % 5 == 0:
            actions.set_stage(contact.pk, Stage.CUSTOMER, now=now)
    copying.copy_changed()
    return list(Contact.objects.all())


def ids(page: listing.Page) -> list[int]:
    return [contact.pk for contact in page.rows]


@pytest.mark.parametrize("few", [3, 5_000])
@pytest.mark.parametrize("text", ["", "ola", "lucja zolc", "p1", "jan p04@zolc"])
def test_a_rule_goes_together_with_every_other_filter(crowd, alice, now, monkeypatch, text, few):
    monkeypatch.setattr(listing, "FEW", few)
    rule = narrowing.read(as_text(IN_GDYNIA), at=now)
    filters = Filters(rule, text=text, owners=(alice.pk,), stage="lead")
    plain = Filters(text=text, owners=(alice.pk,), stage="lead")

    found = ids(listing.page(filters))

    wanted = [pk for pk in ids(listing.page(plain)) if Contact.objects.get(pk=pk).city == "Gdynia"]
    assert sorted(found) == sorted(wanted)
    assert listing.count(filters) == len(wanted)
    assert set(listing.everybody(filters)) == set(wanted)


@pytest.mark.parametrize("sort", ["-created", "name", "city", "-owner"])
def test_pages_lead_forwards_and_back(crowd, now, sort):
    filters = Filters(narrowing.read(as_text(IN_GDYNIA), at=now))

    first = listing.page(filters, sort=sort, limit=6)
    second = listing.page(filters, sort=sort, after=first.after, limit=6)
    third = listing.page(filters, sort=sort, after=second.after, limit=6)

    assert ids(listing.page(filters, sort=sort, before=third.before, limit=6)) == ids(second)
    assert ids(listing.page(filters, sort=sort, before=second.before, limit=6)) == ids(first)
    assert (first.found, first.before, len({*ids(first), *ids(second), *ids(third)})) == (20, "", 18)


def test_somebody_archived_a_moment_ago_is_not_shown(crowd, now):
    filters = Filters(narrowing.read(as_text(IN_GDYNIA), at=now))
    gone = listing.page(filters).rows[0]

    actions.archive(gone, now=now)

    assert gone.pk not in ids(listing.page(filters))


def test_the_list_says_the_rule_in_words_with_the_exact_count(as_alice, alice, crowd):
    alice.language = "en"
    alice.save()

    page = as_alice.get("/contacts/", {"rule": as_text(IN_GDYNIA), "stage": "lead"}).text

    assert "City is “Gdynia”." in page
    assert "16 people" in page


@pytest.mark.parametrize("rule", ["x", "[]", "{}", '{"all":[{"kind":"nonsense"}]}', "[" * 9000, '{"kind":"\\ud800"}'])
def test_a_rule_that_cannot_be_read_is_said(as_alice, facts, rule):
    response = as_alice.get("/contacts/", {"rule": rule})

    assert response.status_code == 422
    assert 'class="empty"' in response.text


def test_a_rule_is_written_and_leads_back_to_the_list(as_bob, crowd):
    editor = as_bob.get("/segments/people/", {"rule": as_text(IN_GDYNIA), "list": "stage=lead"})
    form = {"0:mode": "all", "0.0:kind": "attribute", "0.0:field": "city", "0.0:op": "is", "0.0:value": "Sopot"}
    changed = as_bob.post("/segments/draft/", {**form, "list": "stage=lead"}, headers={"HX-Request": "true"})
    back = as_bob.post("/segments/people/", {**form, "list": "stage=lead"})

    assert 'value="Gdynia"' in editor.text
    assert 'name="list" value="stage=lead"' in changed.text
    asked = parse_qs(urlsplit(back.url).query)
    assert asked["stage"] == ["lead"]
    assert json.loads(asked["rule"][0])["all"][0]["value"] == "Sopot"
    assert as_bob.get(back.url).text.count("@zolc.example</span>") >= 8


def test_a_rule_of_a_list_becomes_a_segment(as_alice, crowd):
    form = {"0:mode": "all", "0.0:kind": "attribute", "0.0:field": "city", "0.0:op": "is", "0.0:value": "Sopot"}

    asked = as_alice.post("/segments/people/", {**form, "keep": "1"})
    editor = as_alice.get(asked.url)
    as_alice.post("/segments/new/", {**form, "name": "By the sea"})

    assert 'value="Sopot"' in editor.text
    assert Segment.objects.get(name="By the sea").rule["all"][0]["value"] == "Sopot"


def test_a_place_of_another_order_is_passed_over(crowd, now):
    filters = Filters(narrowing.read(as_text(IN_GDYNIA), at=now))
    by_city = listing.page(filters, sort="city", limit=3)

    assert ids(listing.page(filters, sort="name", after=by_city.after, limit=3)) == ids(
        listing.page(filters, sort="name", limit=3)
    )


@pytest.mark.parametrize("value", ["true", "[1]", "NaN", '"\\ud800"', "99999999999999999999"])
def test_a_broken_place_is_refused(crowd, as_alice, value):
    import base64

    place = base64.urlsafe_b64encode(f'["facts:-created",{value},1]'.encode()).decode().rstrip("=")

    assert as_alice.get(f"/contacts/?rule={quote(as_text(IN_GDYNIA))}&after={place}").status_code == 422
