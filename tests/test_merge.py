"""Two people become one and two again: whatever belongs to them, in both stores (M3, P16, F12)."""

import random
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from pyroaring import BitMap64

from relacja.contacts import actions, choosing, consents, families, merging, rules
from relacja.contacts.actions import merge as merges
from relacja.contacts.models import (
    Candidate,
    Company,
    ConsentEntry,
    ConsentText,
    Contact,
    Identity,
    MatchKey,
    Merge,
    Stage,
)
from relacja.demo.models import Order
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.events.models import Alias
from relacja.events.profiles import profile_of
from relacja.events.queries import contacts_of, timeline
from relacja.journeys.models import Enrolment, Journey, JourneyVersion
from relacja.messaging.models import Message, State
from relacja.segments.models import Segment
from relacja.staff import changes

BOOKKEEPING = (Merge, Candidate, MatchKey)
FIRST = ("Anna", "Jan", "Zofia", "Zosia", "Łukasz", "")
LAST = ("Żółć", "Nowak", "Kowalska", "")
CITIES = ("Gdynia", "Kraków", "", "")
ACTS = ("ask", "give", "withdraw")
PATH = {"trigger": {"event": "Product Added"}, "steps": [{"id": "w", "kind": "wait", "minutes": 60}]}


@pytest.fixture
def world(db, now):
    """What people may have something to do with."""
    text = ConsentText.objects.create(
        purpose="newsletter", channel="email", version=1, language="pl", body="Tak", since=now
    )
    journey = Journey.objects.create(name="Powitanie", key="welcome", created_at=now, changed_at=now)
    version = JourneyVersion.objects.create(journey=journey, number=1, definition=PATH, published_at=now)
    other = Journey.objects.create(name="Powrót", key="back", created_at=now, changed_at=now)
    back = JourneyVersion.objects.create(journey=other, number=1, definition=PATH, published_at=now)
    segments = [
        Segment.objects.create(name=f"S{n}", key=f"s{n}", rule={}, created_at=now, archived_at=None) for n in range(2)
    ]
    return {"text": text, "versions": [version, back], "segments": segments}


@pytest.mark.parametrize(
    "number", [40, pytest.param(500, marks=pytest.mark.slow)], ids=["some cases", "five hundred cases"]
)
def test_merging_and_taking_apart_leaves_everybody_as_they_were(world, deliver, now, number):
    chance = random.Random(number)
    cases = [make_case(world, chance, case, now) for case in range(number)]
    before = [digest(case) for case in cases]
    counted = [sums(case) for case in cases]

    made = [merge_all(case, chance, now) for case in cases]
    later = now + timedelta(hours=1)
    came = [come_back(case, later) for case in cases]
    deliver(now=later, rounds=200)

    for case, events_of_each in zip(cases, came, strict=True):
        winner = families.current(Contact.objects.get(pk=case[0])).pk
        assert set(contacts_of(case).values()) == {winner}
        seen = {moment.id for moment in timeline(winner, limit=1_000)}
        assert {str(event.id) for event in events_of_each.values()} <= seen
    assert [sums(case) for case in cases] == counted

    for merged in made:
        for merge in reversed(merged):
            assert merges.part(merge, now=later).edited == []
    deliver(now=later, rounds=200)

    assert [digest(case) for case in cases] == before
    for case, events_of_each in zip(cases, came, strict=True):
        for contact_id, event in events_of_each.items():
            assert contacts_of([event.profile_id]) == {event.profile_id: contact_id}
            assert str(event.id) in {moment.id for moment in timeline(contact_id, limit=1_000)}
            others = [other for other in case if other != contact_id]
            assert all(str(event.id) not in {one.id for one in timeline(other, limit=1_000)} for other in others)
    assert dangling() == []


@pytest.mark.parametrize("broken", ["segments", "orders", "messages", "journeys", "end"])
def test_f12_a_merge_that_is_interrupted_anywhere_did_not_happen(world, db, now, monkeypatch, broken):
    case = make_case(world, random.Random(7), 0, now, size=2, rows=50)
    before = digest(case)

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    if broken == "end":
        monkeypatch.setattr(merges, "_tell", dies)
    else:
        monkeypatch.setattr(type(merging.part_of(broken)), "move", dies)
    with pytest.raises(KeyboardInterrupt):
        merge_all(case, random.Random(1), now)

    assert digest(case) == before
    assert not Merge.objects.exists()
    monkeypatch.undo()
    (made,) = merge_all(case, random.Random(1), now)
    assert digest(case) != before
    monkeypatch.setattr(merges.standing, "give_back", dies)
    with pytest.raises(KeyboardInterrupt):
        merges.part(made, now=now)
    assert Merge.objects.standing().exists()
    monkeypatch.undo()
    merges.part(made, now=now)
    assert digest(case) == before


def test_every_table_that_points_at_a_contact_says_what_a_merge_does_with_it():
    at_home = {model for model in apps.get_models() if model._meta.app_label == "contacts"}
    answered = {table for part in merging.parts() for table in part.tables} | at_home
    pointing = {
        model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is Contact and not field.auto_created
    }
    assert pointing - answered == set()


@pytest.mark.parametrize("part", merging.parts(), ids=lambda part: part.key)
def test_every_part_counts_what_it_would_move(world, now, part):
    case = make_case(world, random.Random(3), 0, now, size=2, rows=5)

    counts = part.counts(case)

    assert set(counts) <= set(case)
    assert all(number >= 0 for number in counts.values())
    assert str(part.label)


def test_f27_what_waits_for_the_loser_is_not_sent(world, now):
    case = make_case(world, random.Random(5), 0, now, size=2, rows=0)
    winner, loser = (Contact.objects.get(pk=pk) for pk in case)
    waiting = make_message(loser, now, "news", "1", State.QUEUED)
    went = make_message(loser, now, "news", "0", State.SENT)

    made = merges.merge(winner, loser, taken=[], now=now)

    waiting.refresh_from_db()
    went.refresh_from_db()
    assert (waiting.contact_id, waiting.contact.archived_at) == (loser.pk, now)
    assert (went.contact_id, went.made_for_id) == (winner.pk, loser.pk)
    merges.part(made, now=now)
    went.refresh_from_db()
    assert (went.contact_id, went.made_for_id) == (loser.pk, None)


def test_nobody_is_inside_one_journey_twice(world, now):
    case = make_case(world, random.Random(5), 0, now, size=2, rows=0)
    Enrolment.objects.all().delete()
    for pk in case:
        make_enrolment(Contact.objects.get(pk=pk), world["versions"][0], now, "active")
    winner, loser = (Contact.objects.get(pk=pk) for pk in case)
    before = digest(case)

    made = merges.merge(winner, loser, taken=[], now=now)

    assert Enrolment.objects.active().count() == 1
    assert Enrolment.objects.get(contact=winner, state="active")
    merges.part(made, now=now)
    assert digest(case) == before


def test_a_merge_stands_in_the_history_and_is_taken_apart_from_there(world, alice, now):
    case = make_case(world, random.Random(9), 0, now, size=2, rows=3)
    before = digest(case)
    winner, loser = (Contact.objects.get(pk=pk) for pk in case)
    with changes.one_set("contacts.merged", by=alice, source="staff", now=now) as made:
        merges.merge(winner, loser, taken=["first_name"], by=alice, now=now, into=made)

    undone = changes.undo(made.change_set, by=alice, now=now)

    assert undone is not None
    assert digest(case) == before


def make_case(world, chance, case, now, *, size=None, rows=None):
    """Two to four people with whatever they may have. Returns their ids."""
    return [make_person(world, chance, f"{case}-{n}", now, rows) for n in range(size or chance.randint(2, 4))]


def make_person(world, chance, name, now, rows):
    given = {
        "first_name": chance.choice(FIRST),
        "last_name": chance.choice(LAST),
        "city": chance.choice(CITIES),
        "email": f"p{name}@ludzie.example" if rows is not None or chance.random() < 0.8 else "",
        "phone": f"+48 6{random.Random(name).randrange(10**8):08}" if chance.random() < 0.5 else "",
    }
    born = now - timedelta(days=chance.randrange(900))
    person = actions.create(
        values=rules.Values(
            rules.values(given).fields, {"size": chance.choice("SML")} if chance.random() < 0.3 else {}
        ),
        company=chance.choice(["", "", "Żuraw", "Bocian"]),
        now=born,
    )
    for _ in range(chance.randrange(3)):
        new = {"city": chance.choice(CITIES), "job_title": chance.choice(["", "kierowca"])}
        actions.edit(person, values=rules.values(new), now=born + timedelta(days=1))
    if chance.random() < 0.3:
        actions.set_stage(person.pk, chance.choice([Stage.CUSTOMER, Stage.LOST]), now=born + timedelta(days=2))
        person.refresh_from_db()
    if chance.random() < 0.5:
        actions.join_visitor(person, anonymous_id=f"v-{name}", now=born)
        looked(profile_of("visitor", f"v-{name}"), born)
    for company in Company.objects.exclude(pk=person.company_id):
        if chance.random() < 0.3:
            actions.appoint(person, company, role=chance.choice(["Board", "Signs"]), now=born)
    if not given["email"] and not given["phone"]:
        Identity.objects.create(kind="external", value=f"shop:{name}", contact=person, since=born)
    for _ in range(chance.randrange(4)):
        act = chance.choice(ACTS)
        address = person.email
        getattr(consents, act)(
            person, purpose="newsletter", channel="email", text=world["text"], address=address, source="test", now=born
        )
    for n in range(chance.randrange(4) if rows is None else rows):
        make_message(person, born, f"letter-{chance.randrange(3)}", f"{name}-{n}", State.SENT)
    if chance.random() < 0.4:
        make_message(person, born, "campaign", "one", chance.choice([State.SENT, State.QUEUED]))
    for version in world["versions"]:
        if chance.random() < 0.5:
            make_enrolment(person, version, born, chance.choice(["active", "done"]))
    if chance.random() < 0.4:
        Order.objects.create(contact=person, at=born, delivery=1, total=10, currency="PLN")
    for segment in world["segments"]:
        if chance.random() < 0.5:
            people = Segment.objects.get(pk=segment.pk)
            people.settle(people.people() | BitMap64([person.pk]), counted_at=None)
    return person.pk


def make_message(person, now, what, occurrence, state):
    return Message.objects.create(
        contact=person,
        what=what,
        occurrence=occurrence,
        kind="transactional",
        channel="email",
        language="pl",
        to=person.email,
        state=state,
        queued_at=now,
        not_before=now,
        sent_at=now if state == State.SENT else None,
    )


def make_enrolment(person, version, now, state):
    return Enrolment.objects.create(
        journey=version.journey,
        version=version,
        contact=person,
        trigger_event_id=uuid.uuid4(),
        entered_at=now,
        due_at=now,
        state=state,
        ended_at=None if state == "active" else now,
    )


def looked(profile_id, now):
    event = Event.of(id=uuid.uuid4(), name="Looked Around", at=now, received_at=now, profile_id=profile_id)
    events.append([event])
    return event


def merge_all(case, chance, now):
    """Merge them one into another, in any order, with any choice of values. Returns the merges as they were made."""
    left, made = list(case), []
    while len(left) > 1:
        one, other = chance.sample(left, 2)
        winner, loser = Contact.objects.get(pk=one), Contact.objects.get(pk=other)
        taken = [field for field in choosing.fields_of(winner, loser) if chance.random() < 0.5]
        made.append(merges.merge(winner, loser, taken=taken, now=now))
        left.remove(other)
    return made


def come_back(case, now):
    """Each comes back under what names them; the event of each."""
    came = {}
    for pk in case:
        identity = (
            Identity.objects.filter(made_for=pk).first() or Identity.objects.filter(contact=pk, made_for=None).first()
        )
        came[pk] = looked(identity.profile_id, now)
        assert identity.profile_id == pk
    return came


def digest(case):
    """All that there is of these people in the records, but for the numbers that only count changes."""
    found = {}
    for model in apps.get_models():
        if model in BOOKKEEPING or model._meta.label == "contacts.Contact":
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Contact:
                rows = model._default_manager.filter(**{f"{field.name}__in": case}).values()
                found[f"{model._meta.label}.{field.name}"] = sorted(map(str, rows))
    people = Contact.objects.filter(pk__in=case).order_by("pk").values()
    found["contacts"] = [
        {name: value for name, value in person.items() if name not in {"version", "copied_version"}}
        for person in people
    ]
    aliases = Alias.objects.filter(contact_id__in=case, ended_at=None).exclude(profile_id__in=case)
    found["aliases"] = sorted(aliases.values_list("profile_id", "contact_id", "since"))
    members = {segment.key: segment.people() for segment in Segment.objects.all()}
    found["segments"] = sorted((key, pk) for key, people in members.items() for pk in people if pk in case)
    return found


def sums(case):
    """How many orders, messages and so on there are of these people together: a merge loses none of them."""
    tables = (Order, Message, Enrolment, ConsentEntry, Identity)
    return [table.objects.filter(contact__in=case).count() for table in tables]


def dangling():
    """Rows that point at nobody, as the database sees it."""
    connection.check_constraints()
    contacts = set(Contact.objects.values_list("pk", flat=True))
    return [alias for alias in Alias.objects.filter(ended_at=None) if alias.contact_id not in contacts]
