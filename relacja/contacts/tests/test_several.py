import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from pyroaring import BitMap64

from relacja.contacts import actions, exports, tasks
from relacja.contacts.actions import several
from relacja.contacts.models import Batch, Contact, Progress, Record
from relacja.contacts.tests.people import make_contact, make_people
from relacja.jobs import runner
from relacja.jobs.models import Job
from relacja.staff import changes
from relacja.staff.models import ChangeSet


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(several, "BLOCK", 3)
    monkeypatch.setattr(several, "AT_ONCE", 5)


def ids(people) -> list[int]:
    return [contact.pk for contact in people]


def test_everybody_who_matches_is_changed_and_goes_back_in_one_go(as_alice, alice, now, django_assert_num_queries):
    make_people(now, 10)
    other = make_contact(now, first_name="Jan", email="jan@zolc.example", city="Sopot")
    form = {"all": "1", "list": "?q=anna", "path": "city", "value": "Gdynia", "do": "change"}

    response = as_alice.post("/contacts/change/", form)
    tasks.do_batch(**Job.objects.get(kind="contacts.do_batch").arguments)

    batch = Batch.objects.get()
    assert response.url == f"/contacts/batches/{batch.pk}/"
    assert (batch.state, batch.position, batch.total, batch.refused) == ("done", 10, 10, 0)
    assert set(Contact.objects.filter(city="Gdynia")) == set(Contact.objects.exclude(pk=other.pk))
    assert (batch.changes.count, ChangeSet.objects.filter(label="contacts.edited").count()) == (10, 1)

    changes.undo(batch.changes, by=alice, now=now)

    assert Contact.objects.filter(city="Gdynia").count() == 0


def test_few_people_are_changed_at_once(as_alice, now):
    people = make_people(now, 3)

    response = as_alice.post(
        "/contacts/change/", {"ids": ids(people), "path": "company", "value": "Studio Żak", "do": "change"}
    )

    assert response.url == "/contacts/"
    assert Contact.objects.filter(company__name="Studio Żak").count() == 3
    assert re.search(r'action="(/changes/[0-9]+/reversal/)"', as_alice.get("/contacts/").text)


def test_own_fields_stages_and_owners_are_set_as_well(as_alice, alice, bob, now):
    people = make_people(now, 2)
    actions.make_field(Record.CONTACT, kind="money", label="Limit", now=now)

    for path, value in [("attributes.limit", "1 500 zł"), ("stage", "customer"), ("owner", str(bob.pk))]:
        form = {"ids": ids(people), "path": path, "value": value, "do": "change"}
        assert as_alice.post("/contacts/change/", form).status_code == 302

    for contact in Contact.objects.all():
        assert contact.attributes["limit"] == {"amount": "1500.00", "currency": "PLN"}
        assert (contact.stage, contact.owner) == ("customer", bob)


def test_the_field_is_asked_for_first_and_a_wrong_value_is_said(as_alice, now):
    people = make_people(now, 2)

    first = as_alice.post("/contacts/change/", {"ids": ids(people)})
    second = as_alice.post("/contacts/change/", {"ids": ids(people), "path": "country"}, headers={"HX-Request": "true"})
    wrong = as_alice.post(
        "/contacts/change/", {"ids": ids(people), "path": "country", "value": "Polska", "do": "change"}
    )

    assert "email" not in re.findall(r'<option value="(\w+)"', first.text)
    assert first.text.count('name="ids"') == 2
    assert 'name="value"' in second.text
    assert (wrong.status_code, Batch.objects.count()) == (422, 0)


def test_a_stopped_batch_stays_where_it_is(as_alice, alice, now):
    people = make_people(now, 9)
    batch = several.begin("archive", BitMap64(ids(people)), by=alice, now=now)

    several.step(batch, now=now)
    as_alice.post(f"/contacts/batches/{batch.pk}/end/")
    tasks.do_batch(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.position, Contact.objects.active().count()) == ("stopped", 3, 6)
    assert "3" in as_alice.get(f"/contacts/batches/{batch.pk}/").text


def test_two_workers_do_each_block_once(alice, now):
    people = make_people(now, 7)
    batch = several.begin("archive", BitMap64(ids(people)), by=alice, now=now)
    other = Batch.objects.get(pk=batch.pk)

    several._block(batch, ids(people)[:3], now=now)
    several._block(other, ids(people)[:3], now=now)

    assert (other.position, other.changes.count) == (3, 3)


def test_whom_it_cannot_change_it_leaves_and_says_why(as_alice, alice, now):
    people = make_people(now, 2)
    actions.archive(people[0], now=now)

    as_alice.post("/contacts/change/", {"ids": ids(people), "path": "city", "value": "Gdynia", "do": "change"})

    batch = Batch.objects.get()
    assert (batch.changed, batch.refused) == (1, 1)
    assert batch.refusals.get().contact == people[0]
    assert str(people[0]) in as_alice.get(f"/contacts/batches/{batch.pk}/").text


def test_what_breaks_off_says_why(as_alice, alice, now, monkeypatch):
    batch = several.begin("archive", BitMap64(ids(make_people(now, 2))), by=alice, now=now)
    monkeypatch.setattr(several, "_block", lambda *_args, **_more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        tasks.do_batch(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.error) == ("failed", "division by zero")


def test_only_who_began_a_batch_sees_it(as_bob, alice, now):
    batch = several.begin("archive", BitMap64(ids(make_people(now, 1))), by=alice, now=now)

    assert as_bob.get(f"/contacts/batches/{batch.pk}/").status_code == 404
    assert as_bob.post(f"/contacts/batches/{batch.pk}/end/").status_code == 404
    for path in ("change", "export"):
        assert as_bob.post(f"/contacts/{path}/", {"ids": [1]}).status_code == 403


def export(as_alice, people, list="", **options) -> Batch:
    form = {"ids": ids(people), "list": list, "do": "export", "format": "csv", "delimiter": "comma", **options}
    as_alice.post("/contacts/export/", form)
    runner.run_next(now=Job.objects.get(state="waiting").run_at)
    return Batch.objects.latest("pk")


def test_an_export_holds_the_columns_of_the_list_and_nothing_that_computes(as_alice, alice, now):
    alice.language = "en"
    alice.save()
    people = [make_contact(now, first_name="=1+1", last_name='@x"', city="-5", phone="601 234 567", company="+firm")]

    batch = export(as_alice, people, "?columns=city,phone,company,created", bom="on", delimiter="semicolon")

    response = as_alice.get(f"/contacts/batches/{batch.pk}/file/")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "First name;Last name;City;Phone;Company;Added"
    assert lines[1] == "'=1+1;\"'@x\"\"\";'-5;'+48601234567;'+firm;2026-10-25 02:30:00+02:00"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert changes.told(ChangeSet.objects.get(label="contacts.exported")) == "1 person was exported"
    assert not changes.may_undo(batch.changes, alice)


def test_a_file_is_for_who_made_it_and_for_a_week(as_alice, as_bob, alice, now):
    batch = export(as_alice, make_people(now, 2))
    path = batch.path
    ended = batch.ended_at

    assert as_bob.get(f"/contacts/batches/{batch.pk}/file/").status_code in (403, 404)
    assert exports.forget_old(now=ended + timedelta(days=6)) == 0
    assert exports.forget_old(now=ended + timedelta(days=8)) == 1
    assert not default_storage.exists(path)
    assert as_alice.get(f"/contacts/batches/{batch.pk}/file/").status_code == 404
    assert as_alice.get(f"/contacts/batches/{batch.pk}/").status_code == 200


def test_a_stopped_export_leaves_no_file(alice, now, monkeypatch):
    monkeypatch.setattr(exports, "BLOCK", 2)
    people = make_people(now, 5)
    batch = several.begin("export", BitMap64(ids(people)), by=alice, now=now, options={"format": "csv"})

    exports.run(batch, now=now, say=lambda _percent: batch.stop(at=now))

    batch.refresh_from_db()
    assert (batch.state, batch.path) == (Progress.STOPPED, "")
