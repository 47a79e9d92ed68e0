"""What is done to many in a few statements comes to the same as one at a time."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from pyroaring import BitMap64

from relacja.contacts import actions, deeds, rules
from relacja.contacts.actions import altering, merge, restoring, several
from relacja.contacts.actions.tags import make_tag
from relacja.contacts.models import Batch, Company, Contact, Identity, Record, Stage
from relacja.contacts.tests.people import make_people
from relacja.events.event import read
from relacja.events.models import Entry
from relacja.staff import changes
from relacja.staff.models import Change, ChangeSet

pytestmark = pytest.mark.django_db
DOINGS = [
    ("change", {"path": "city", "value": "Gdynia"}),
    ("change", {"path": "city", "value": ""}),
    ("change", {"path": "stage", "value": "customer"}),
    ("change", {"path": "owner", "value": "alice"}),
    ("change", {"path": "owner", "value": None}),
    ("change", {"path": "company", "value": "Studio Żak"}),
    ("change", {"path": "company", "value": ""}),
    ("change", {"path": "attributes.limit", "value": {"amount": "10.00", "currency": "PLN"}}),
    ("change", {"path": "attributes.limit", "value": None}),
    ("change", {"path": "attributes.gone", "value": "x"}),
    ("tag", {}),
    ("untag", {}),
    ("archive", {}),
    ("restore", {}),
    ("discard", {}),
    ("retrieve", {}),
    ("mend", {"flaw": "misspelt_domain"}),
    ("mend", {"flaw": "shouted_name"}),
]


class Back(Exception):
    """Nothing of this happened."""


@pytest.fixture
def gold(now):
    return make_tag("Złoty", now=now)


@pytest.fixture
def everybody(now, alice, bob, gold) -> BitMap64:
    """As they come, archived, in the trash, archived before that, part of somebody, and of whom most is known."""
    actions.make_field(Record.CONTACT, kind="money", label="Limit", now=now)
    people = make_people(now, 10)
    before = now - timedelta(days=1)
    actions.archive(people[1], now=before)
    actions.discard(people[2], now=before)
    actions.archive(people[3], now=before)
    actions.discard(people[3], now=before + timedelta(hours=1))
    merge.merge(people[5], people[4], taken=[], by=bob, now=before)
    actions.assign(people[6], bob, by=bob, now=before)
    actions.set_stage(people[6].pk, Stage.CUSTOMER, by=bob, now=before)
    known = rules.Values({"city": "Gdynia"}, {"limit": {"amount": "10.00", "currency": "PLN"}, "tags": [gold.key]})
    people[6].refresh_from_db()
    actions.edit(people[6], values=known, company="Żagle", by=bob, now=before)
    for one, address in ((7, "jan@gmial.com"), (8, "jan@gmai.com"), (9, "ewa@gamil.com")):
        actions.edit(people[one], values=rules.values({"email": address, "last_name": "ŻAK"}), now=before)
    return BitMap64(one.pk for one in people)


def done(everybody, doing, options, *, by, now) -> Batch:
    batch = several.begin(doing, everybody, by=by, now=now, options=options)
    while several.step(batch, now=now):
        pass
    return batch


def came_to(batch: Batch, since: int) -> dict[str, object]:
    """The records, what names whom, the history, who was refused, and what the log says."""
    firms = dict(Company.objects.values_list("pk", "name"))
    people = {row["id"]: {**row, "company_id": firms.get(row["company_id"])} for row in Contact.objects.values()}
    rows = Change.objects.filter(change_set=batch.changes, kind="contact").values_list("record_id", "before", "after")
    notes = [
        [
            pk,
            *(
                {**side, "company": firms.get(side["company"])} if side and "company" in side else side
                for side in sides
            ),
        ]
        for pk, *sides in rows
    ]
    events = [one for entry in Entry.objects.filter(pk__gt=since).order_by("pk") for one in read(bytes(entry.events))]
    said = [[one.name, one.profile_id, one.channel, one.properties, one.context, one.by] for one in events]
    return {
        "people": people,
        "names": set(Identity.objects.values_list("kind", "value", "contact_id")),
        "firms": sorted(firms.values()),
        "notes": sorted(json.dumps(note, sort_keys=True) for note in notes),
        "sets": batch.changes and (batch.changes.label, batch.changes.count, batch.changed),
        "refused": sorted(batch.refusals.values_list("contact_id", "sentence")),
        "events": sorted(json.dumps(one, sort_keys=True) for one in said),
    }


def tried(everybody, doing, options, *, by, now, undone: bool) -> dict[str, object]:
    """What a deed comes to, or what is left of it when it is taken back; and then nothing happened."""
    found = {}
    with pytest.raises(Back), transaction.atomic():
        since = Entry.objects.latest("pk").pk
        batch = done(everybody, doing, options, by=by, now=now)
        if undone and batch.changes:
            since = Entry.objects.latest("pk").pk
            changes.undo(batch.changes, by=by, now=now)
        found = came_to(batch, since)
        raise Back
    return found


@pytest.mark.parametrize("undone", [False, True], ids=["done", "undone"])
@pytest.mark.parametrize(("doing", "options"), DOINGS, ids=[f"{doing} {[*more.values()]}" for doing, more in DOINGS])
def test_many_become_what_each_would_have_become(monkeypatch, everybody, alice, now, gold, doing, options, undone):
    if options.get("value") == "alice":
        options = {**options, "value": alice.pk}
    if "tag" in doing:
        options = {"tags": [gold.pk]}

    together = tried(everybody, doing, options, by=alice, now=now, undone=undone)
    monkeypatch.setattr(type(deeds.of(Record.CONTACT, doing)), "act_on_many", lambda *_given: None)
    alone = tried(everybody, doing, options, by=alice, now=now, undone=undone)

    assert together == alone
    assert together["events"] or options.get("path") == "attributes.gone"


def test_who_is_changed_by_somebody_else_at_that_moment_is_left_to_one_at_a_time(
    monkeypatch, everybody, alice, now, django_assert_max_num_queries
):
    real, calls = altering.bulk._update, []

    def overtaken(*given):
        calls.append(given)
        Contact.objects.filter(pk=everybody[0]).update(version=77, city="Hel")
        return real(*given)

    monkeypatch.setattr(altering.bulk, "_update", overtaken)
    batch = done(everybody, "change", {"path": "job_title", "value": "piekarz"}, by=alice, now=now)

    assert (len(calls), batch.changed) == (1, Contact.objects.filter(job_title="piekarz").count())
    assert ChangeSet.objects.filter(label="contacts.edited", count=batch.changed).exists()


def test_taking_back_leaves_whom_somebody_changes_at_that_moment(monkeypatch, everybody, alice, now):
    batch = done(everybody, "change", {"path": "city", "value": "Sopot"}, by=alice, now=now)
    stubborn, real = Contact.objects.filter(city="Sopot").earliest("pk"), altering.bulk._update

    def overtaken(columns, altered):
        if any(stubborn.pk in row for row in altered):
            raise altering.bulk.Overtaken
        real(columns, altered)

    monkeypatch.setattr(altering.bulk, "_update", overtaken)
    undone = changes.undo(batch.changes, by=alice, now=now)

    assert (undone.back, undone.kept) == (batch.changed - 1, 1)
    assert [one.pk for one in Contact.objects.filter(city="Sopot")] == [stubborn.pk]


@pytest.mark.parametrize("number", [2, 40])
def test_a_block_costs_the_same_however_many_are_in_it(alice, now, number, django_assert_num_queries):
    batch = several.begin(
        "change", BitMap64(one.pk for one in make_people(now, number)), by=alice, now=now, options=DOINGS[0][1]
    )

    with django_assert_num_queries(21):
        several.step(batch, now=now)
    with django_assert_num_queries(25):
        changes.undo(batch.changes, by=alice, now=now)


def test_restoring_nobody_writes_nothing(alice, now):
    assert restoring.restore_contacts([], by=alice, now=now).made == []
    assert not Entry.objects.exists()
