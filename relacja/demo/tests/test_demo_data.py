from collections import Counter

import pytest
from django.apps import apps as django_apps

from relacja.assignments.models import AssignmentRule
from relacja.clickhouse import facts as door
from relacja.contacts import actions as contacts
from relacja.contacts import rules
from relacja.contacts.models import Company, Consent, ConsentEntry, Contact, Identity
from relacja.demo import actions, tasks
from relacja.demo.models import Mark, Order
from relacja.demo.tests import installation
from relacja.events import actions as events
from relacja.events import archive
from relacja.events.event import read
from relacja.events.models import Alias, Chunk, Entry
from relacja.events.profiles import profile_of
from relacja.events.queries import timeline
from relacja.jobs.models import Job
from relacja.messaging import actions as messaging
from relacja.messaging.models import Cause, Link, Message
from relacja.segments import actions as segments
from relacja.segments.models import Segment
from relacja.staff.models import Team, User


def make_contact(now, **fields) -> Contact:
    given = {"first_name": "Anna", "last_name": "Żółć", "email": "anna@zolc.example", **fields}
    return contacts.create(values=rules.values(given), now=now)


def log():
    return [event for entry in Entry.objects.order_by("pk") for event in read(bytes(entry.events))]


def test_loading_brings_people_orders_consents_and_history(deliver, now):
    assert actions.load(now=now, contacts=60) == 60
    deliver()

    assert Contact.objects.count() == 60
    assert Order.objects.count() > 20
    assert Consent.objects.count() > 20
    customer = Order.objects.latest("at").contact
    names = Counter(moment.name for moment in timeline(customer.pk, limit=1_000))
    assert names["Order Completed"] == Order.objects.filter(contact=customer).count()
    assert {"Contact Created", "Visitor Recognised", "Page Viewed"} <= set(names)
    assert door.ask("SELECT count() AS n FROM contact FINAL")[0]["n"] == 60


def test_nothing_in_the_data_happens_now_or_later(db, now):
    actions.load(now=now, contacts=60)

    assert all((now - event.at).total_seconds() >= 3 * 3600 for event in log())


def test_consents_in_the_ledger_name_their_text_and_address(db, now):
    actions.load(now=now, contacts=60)

    assert ConsentEntry.objects.filter(text=None).count() == 0
    assert ConsentEntry.objects.filter(address="").count() == 0
    withdrawn = Consent.objects.filter(act="withdrawn")
    assert all(consent.entry.act == "withdrawn" for consent in withdrawn)


def test_the_same_moment_loads_the_same_history(db, now):
    actions.load(now=now, contacts=20)
    first = [(event.id, event.name, event.at) for event in log()]
    first_people = list(Contact.objects.order_by("pk").values_list("email", flat=True))
    Mark.objects.all().delete()
    Contact.objects.all().delete()
    Alias.objects.all().delete()
    Entry.objects.all().delete()

    actions.load(now=now, contacts=20)

    assert list(Contact.objects.order_by("pk").values_list("email", flat=True)) == first_people
    assert [(event.id, event.name, event.at) for event in log()] == first


def test_loading_twice_is_refused(db, now):
    actions.load(now=now, contacts=5)

    with pytest.raises(actions.AlreadyLoaded):
        actions.load(now=now, contacts=5)
    assert Contact.objects.count() == 5


def test_somebody_who_is_here_already_is_not_doubled(db, now):
    actions.load(now=now, contacts=5)
    email = Contact.objects.first().email
    Mark.objects.all().delete()
    Contact.objects.all().delete()
    Alias.objects.all().delete()
    make_contact(now, email=email)

    assert actions.load(now=now, contacts=5) == 4


def test_removing_takes_demo_data_and_nothing_else(deliver, now):
    anna = make_contact(now)
    Company.objects.create(name="Browar Krzywa Latarnia", name_key="browar krzywa latarnia", created_at=now)
    contacts.join_visitor(anna, anonymous_id="v-1", now=now)
    events.record("Contact Updated", profile_id=profile_of("visitor", "v-1"), at=now, now=now)
    before = [event.id for event in log()]
    actions.load(now=now, contacts=60)
    edited = Contact.objects.exclude(pk=anna.pk).first()
    contacts.edit(edited, values=rules.values({"email": "changed@by.example"}), now=now)
    deliver()
    archive.pack()

    assert actions.remove() == 60

    assert list(Contact.objects.all()) == [anna]
    assert list(Company.objects.values_list("name", flat=True)) == ["Browar Krzywa Latarnia"]
    assert set(Identity.objects.values_list("contact_id", flat=True)) == {anna.pk}
    assert list(Alias.objects.values_list("contact_id", flat=True)) == [anna.pk]
    assert not Order.objects.exists()
    assert not Mark.objects.exists()
    packed = [event.id for chunk in Chunk.objects.all() for event in archive.unpacked(bytes(chunk.events))]
    assert sorted(packed) == sorted(before)
    stored = door.ask("SELECT id FROM event")
    assert sorted(row["id"] for row in stored) == sorted(before)
    assert [row["id"] for row in door.ask("SELECT id FROM contact FINAL")] == [anna.pk]


def records():
    """Everything in the records, table by table; not what is on its way, nor the log of who changed something when."""
    passing = {"Entry", "Cursor", "Chunk", "Lease", "Turn", "Job", "Parked", "Session", "ChangeSet"}
    return {
        model._meta.label: sorted(repr(row) for row in model.objects.values_list())
        for model in django_apps.get_models()
        if model.__name__ not in passing and model._meta.managed
    }


def test_no_table_holds_more_or_less_once_the_data_is_gone(deliver, now):
    installation.begin(now=now)
    anna = make_contact(now)
    messaging.suppress("email", "anna@zolc.example", Cause.BLOCKED, now=now)
    contacts.join_visitor(anna, anonymous_id="v-1", now=now)
    deliver()
    before = records()
    actions.load(now=now, contacts=300)
    deliver()
    during = {name for name, rows in records().items() if rows != before[name]}

    actions.remove()

    assert records() == before
    assert {"messaging.Message", "messaging.Hit", "messaging.Link", "messaging.Suppression"} <= during
    assert {"journeys.Enrolment", "journeys.Trace", "messaging.Confirmation"} <= during


def test_addresses_that_other_letters_may_lead_to_stay(deliver, now):
    installation.begin(now=now)
    anna = make_contact(now)
    actions.load(now=now, contacts=300)
    deliver()
    Message.objects.create(
        contact=anna,
        what="confirmation",
        occurrence="1",
        kind="transactional",
        channel="email",
        language="pl",
        html="<p>…</p>",
        state="sent",
        queued_at=now,
        not_before=now,
        sent_at=now,
    )
    links = Link.objects.count()

    actions.remove()

    assert Link.objects.count() == links > 0
    assert list(Message.objects.values_list("contact_id", flat=True)) == [anna.pk]


def test_segments_let_go_of_those_who_were_removed(deliver, now):
    anna = make_contact(now)
    segments.ensure_ready_made(now=now)
    actions.load(now=now, contacts=60)
    deliver()
    everybody = Segment.objects.get(key="customers")
    segments.recount(everybody, now=now)
    everybody.refresh_from_db()
    assert everybody.size > 10

    actions.remove()
    deliver()

    for segment in Segment.objects.all():
        assert set(segment.people()) <= {anna.pk}
        assert segment.size == len(segment.people())
    people = {event.profile_id for event in log()}
    assert people <= {anna.pk}


def test_demo_data_can_come_again_after_it_went(deliver, now):
    actions.load(now=now, contacts=20)
    deliver()
    actions.remove()

    assert actions.load(now=now, contacts=20) == 20
    deliver()

    assert door.ask("SELECT count() AS n FROM event")[0]["n"] == len(log())


def test_removing_nothing_does_nothing(facts, now):
    anna = make_contact(now)

    assert actions.remove() == 0
    assert Contact.objects.get() == anna


def test_a_removal_waits_until_the_facts_have_read_what_was_loaded(deliver, now):
    actions.load(now=now, contacts=5)

    tasks.remove()

    assert Mark.objects.exists()
    assert Job.objects.get().kind == "demo.remove"
    deliver()
    tasks.remove()
    assert not Mark.objects.exists()


def test_administrators_load_and_remove_with_one_click(as_alice, facts):
    assert "Wczytaj 2000 klientów" in as_alice.get("/settings/demo/").text

    response = as_alice.post("/settings/demo/loading/")
    again = as_alice.post("/settings/demo/loading/", headers={"HX-Request": "true"})

    assert response["Location"] == "/settings/demo/"
    assert "Dane się wczytują" in again.text
    assert "<html" not in again.text
    assert [job.kind for job in Job.objects.all()] == ["demo.load"]


def test_the_page_counts_what_is_loaded(as_alice, facts, now):
    actions.load(now=now, contacts=40)

    page = as_alice.get("/settings/demo/").text

    assert "Usuń 40 klientów" in page


def test_others_may_not_touch_demo_data(as_bob, as_nobody):
    assert as_bob.get("/settings/demo/").status_code == 403
    assert as_bob.post("/settings/demo/removal/").status_code == 403
    assert as_nobody.post("/settings/demo/removal/").status_code == 302
    assert not Job.objects.exists()


def test_every_stage_has_its_people_and_keeps_them(deliver, now):
    actions.load(now=now, contacts=200)
    before = Counter(Contact.objects.values_list("stage", flat=True))
    deliver()

    assert Counter(Contact.objects.values_list("stage", flat=True)) == before
    assert {"lead", "prospect", "customer", "dormant", "lost"} <= set(before)
    assert before.most_common(1)[0][0] == "customer"


def test_the_history_says_how_somebody_came_to_their_stage(deliver, now):
    actions.load(now=now, contacts=60)
    deliver()

    for contact in Contact.objects.exclude(stage="lead"):
        changes = [moment for moment in timeline(contact.pk, limit=1_000) if moment.name == "Stage Changed"]
        assert changes[0].properties["stage"] == contact.stage


def test_made_up_colleagues_take_care_of_customers_by_rules_and_leave_with_them(facts, alice, now):
    actions.load(now=now, contacts=90)
    owned = Contact.objects.exclude(owner=None)
    assert owned.filter(company=None).values("owner").distinct().count() == 2
    assert 0 < Contact.objects.filter(owner=None).count() < 20
    colleague = User.objects.get(email="demo3@zespol.example")
    assert not colleague.check_password("!")
    assert [rule.team.name for rule in AssignmentRule.objects.in_order()] == ["Klienci biznesowi", "Sklep"]
    real = contacts.create(values=rules.values({"email": "anna@zolc.example"}), owner=colleague, now=now)

    actions.remove()

    real.refresh_from_db()
    assert (real.owner, real.version > real.copied_version) == (None, True)
    assert list(User.objects.all()) == [alice]
    assert (Team.objects.count(), AssignmentRule.objects.count()) == (0, 0)
