from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.contacts import actions, rules
from relacja.contacts.actions.record import CONTACT
from relacja.contacts.models import Company, Contact, Identity, Stage
from relacja.contacts.tests.people import make_contact, make_people
from relacja.staff import changes
from relacja.staff.models import ApiKey, Change, ChangeSet, KeptValue

HTMX = {"HX-Request": "true"}
MOVES_ON = {"version", "copied_version", "changed_at", "last_changes"}


def row(contact: Contact) -> dict:
    """The whole contact as it is stored, with what names it, but for what grows with every change."""
    stored = Contact.objects.filter(pk=contact.pk).values().get()
    names = sorted(Identity.objects.filter(contact=contact).values_list("kind", "value"))
    return {**{name: value for name, value in stored.items() if name not in MOVES_ON}, "names": names}


def edit(contact, now, by=None, company=None, **fields):
    actions.edit(contact, values=rules.values(fields), company=company, by=by, now=now)
    return ChangeSet.objects.latest("pk")


def undo(change_set, now, by=None):
    return changes.undo(change_set, by=by, now=now)


def test_an_edit_is_kept_with_who_when_before_and_after(alice, now):
    contact = make_contact(now)

    made = edit(contact, now, by=alice, city="Gdynia", email="ania@zolc.example")

    change = Change.objects.get(change_set=made)
    assert (made.by, made.at, made.source, made.count) == (alice, now, "staff", 1)
    assert (change.kind, change.record_id) == (CONTACT, contact.pk)
    assert change.before == {"city": "", "email": "anna@zolc.example"}
    assert change.after == {"city": "Gdynia", "email": "ania@zolc.example"}


def test_taking_an_edit_back_restores_the_row_and_redoing_it_the_other(alice, now):
    contact = make_contact(now, phone="601234567", company="Studio Żak")
    before = row(contact)
    made = edit(
        contact, now, first_name="Ania", email="ania@zolc.example", phone="", city="Hel", company="Pracownia Dąbek"
    )
    after = row(contact)

    done = undo(made, now, by=alice)

    assert row(contact) == before
    assert (done.back, done.kept) == (2, 0)  # the new company went as well
    assert not Company.objects.filter(name="Pracownia Dąbek", archived_at=None).exists()
    undo(done.change_set, now, by=alice)
    assert row(contact) == after


def test_what_somebody_changed_since_stays_and_is_said(alice, bob, now):
    contact = make_contact(now)
    made = edit(contact, now, by=alice, city="Gdynia", street="Długa 1")
    edit(contact, now, by=bob, city="Sopot")

    done = undo(made, now, by=alice)

    contact.refresh_from_db()
    kept = KeptValue.objects.get(change_set=done.change_set)
    assert (contact.city, contact.street) == ("Sopot", "")
    assert (kept.field, kept.present, kept.expected) == ("city", "Sopot", "Gdynia")


def test_an_address_that_names_somebody_else_by_now_stays_theirs(alice, now):
    contact = make_contact(now)
    made = edit(contact, now, email="ania@zolc.example")
    other = make_contact(now, first_name="Jan")

    done = undo(made, now, by=alice)

    contact.refresh_from_db()
    assert (contact.email, done.back, done.kept) == ("ania@zolc.example", 0, 1)
    assert Identity.objects.get(value="anna@zolc.example").contact == other


def test_two_people_who_swapped_addresses_swap_back(alice, now):
    anna, jan = make_contact(now), make_contact(now, first_name="Jan", email="jan@zolc.example")
    before = [row(anna), row(jan)]
    with changes.one_set("contacts.edited", by=alice, source="staff", now=now) as made:
        for contact, email in ((anna, ""), (jan, "anna@zolc.example"), (anna, "jan@zolc.example")):
            actions.edit(contact, values=rules.values({"email": email}), now=now, into=made)

    undo(made.change_set, now, by=alice)

    assert [row(anna), row(jan)] == before


def test_taking_back_twice_does_it_once(alice, now):
    contact = make_contact(now)
    made = edit(contact, now, city="Gdynia")

    first = undo(made, now, by=alice)
    edit(contact, now, city="Gdynia")
    again = undo(made, now, by=alice)

    contact.refresh_from_db()
    assert contact.city == "Gdynia"
    assert first.change_set == again.change_set


def test_somebody_added_goes_and_comes_back(alice, now):
    contact = make_contact(now, company="Studio Żak")
    added = ChangeSet.objects.get()

    done = undo(added, now, by=alice)
    assert not Contact.objects.active().exists()
    undo(done.change_set, now, by=alice)

    assert Contact.objects.active().get() == contact
    assert Company.objects.get().archived_at is None


def test_somebody_added_and_changed_since_stays(alice, bob, now):
    contact = make_contact(now)
    added = ChangeSet.objects.get()
    edit(contact, now, by=bob, phone="601234567")

    done = undo(added, now, by=alice)

    assert Contact.objects.active().get() == contact
    assert (done.back, done.kept) == (0, 1)


@pytest.mark.parametrize("what", ["archive", "restore", "stage", "owner"])
def test_every_other_change_goes_back_too(alice, now, what):
    contact = make_contact(now)
    if what == "restore":
        actions.archive(contact, now=now)
        contact.refresh_from_db()
    before = row(contact)
    if what == "stage":
        actions.set_stage(contact.pk, Stage.CUSTOMER, by=alice, now=now)
    elif what == "owner":
        actions.assign(contact, alice, by=alice, now=now)
    else:
        getattr(actions, what)(contact, by=alice, now=now)
    assert row(contact) != before

    undo(ChangeSet.objects.latest("pk"), now, by=alice)

    assert row(contact) == before


def test_a_company_goes_back_and_its_people_are_found_by_its_old_name(alice, now):
    contact = make_contact(now, company="Studio Żak")
    before = row(contact)
    new = {"name": "Pracownia", "vat_id": "5260250274", "city": "Hel"}
    actions.edit_company(contact.company, values=new, by=alice, now=now)

    undo(ChangeSet.objects.latest("pk"), now, by=alice)

    assert row(contact) == before
    assert Company.objects.values_list("name", "vat_id", "city").get() == ("Studio Żak", "", "")


def test_what_changes_nothing_leaves_no_trace(db, now):
    contact = make_contact(now)

    actions.edit(contact, values=rules.values({"first_name": "Anna"}), now=now)

    assert ChangeSet.objects.count() == 1  # the adding


def test_who_came_by_the_api_is_named_with_its_key(db, now):
    contact = make_contact(now)
    key, _text = ApiKey.issue(name="shop", scopes=[], now=now)

    made = edit(contact, now, by=key, city="Hel")

    assert (made.api_key, made.by) == (key, None)


def test_ten_thousand_go_back_in_blocks(alice, now):
    people = [
        Contact(first_name=f"Anna {n}", name_key=f"anna {n}", created_at=now, changed_at=now) for n in range(10_000)
    ]
    Contact.objects.bulk_create(people)
    ids = list(Contact.objects.values_list("pk", flat=True))
    made = changes.begin("contacts.edited", by=alice, source="import", now=now)
    Contact.objects.update(city="Hel")
    notes = (changes.Note(pk, before={"city": ""}, after={"city": "Hel"}) for pk in ids)
    changes.note_many(made, CONTACT, notes)
    Contact.objects.filter(pk=ids[7]).update(city="Sopot")

    with CaptureQueriesContext(connection) as queries:
        done = undo(made, now, by=alice)

    assert (done.back, done.kept) == (9_999, 1)
    assert Contact.objects.filter(city="").count() == 9_999
    assert len(queries) < 10_000 * 1.1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 1),
            st.sampled_from(["first_name", "city", "email", "phone", "company", "stage", "put away"]),
            st.integers(0, 2),
        ),
        max_size=8,
    )
)
def test_whatever_was_done_goes_back_to_where_it_began(alice, now, steps):
    people = [make_contact(now, email="a@zolc.example"), make_contact(now, email="b@zolc.example")]
    before = [row(one) for one in people]
    last = ChangeSet.objects.latest("pk").pk
    given = {
        "email": ["a@zolc.example", "c@zolc.example", ""],
        "phone": ["601234567", "601234568", ""],
        "stage": [Stage.LEAD, Stage.CUSTOMER, Stage.LOST],
    }
    for who, what, value in steps:
        one = people[who]
        try:
            if what == "stage":
                actions.set_stage(one.pk, given[what][value], now=now, by=alice)
            elif what == "put away":
                one.refresh_from_db()
                (actions.restore if one.archived_at else actions.archive)(one, now=now, by=alice)
            elif what == "company":
                edit(one, now, company=["Hel", "Sopot", ""][value])
            else:
                edit(one, now, **{what: given.get(what, ["Gdynia", "Łódź", ""])[value]})
        except actions.IdentityTaken:
            continue

    for made in ChangeSet.objects.filter(pk__gt=last).order_by("-pk"):
        assert undo(made, now, by=alice).kept == 0

    assert [row(one) for one in people] == before
    Contact.objects.all().delete()
    Company.objects.all().delete()
    ChangeSet.objects.all().delete()


def test_the_page_tells_who_changed_what_and_takes_it_back(as_alice, now):
    contact = make_contact(now)
    as_alice.post(f"/contacts/{contact.pk}/facts/address/", {"city": "Gdynia", "country": "PL"}, headers=HTMX)

    page = as_alice.get(f"/contacts/{contact.pk}/changes/").text
    made = ChangeSet.objects.latest("pk")
    answer = as_alice.post(f"/changes/{made.pk}/reversal/", headers=HTMX)

    contact.refresh_from_db()
    assert "Gdynia" in page
    assert "Alice" in page
    assert f"/changes/{made.pk}/reversal/" in page
    assert answer["HX-Refresh"] == "true"
    assert contact.city == ""


def test_the_toast_takes_back_what_was_just_done(as_alice, now):
    contact = make_contact(now)

    saved = as_alice.post(f"/contacts/{contact.pk}/facts/email/", {"email": "a@zolc.example"}, headers=HTMX).text

    assert f'action="/changes/{ChangeSet.objects.latest("pk").pk}/reversal/"' in saved


def test_many_at_once_are_one_set_and_one_of_them_goes_back_alone(as_alice, alice, now):
    people = make_people(now, 3)
    as_alice.post("/contacts/owner/", {"ids": [one.pk for one in people]})
    made = ChangeSet.objects.latest("pk")
    first = Change.objects.get(change_set=made, record_id=people[0].pk)

    as_alice.post(f"/changes/{made.pk}/reversal/", {"change": first.pk})
    owners = [Contact.objects.get(pk=one.pk).owner for one in people]
    as_alice.post(f"/changes/{made.pk}/reversal/")

    assert made.count == 3
    assert owners == [None, alice, alice]
    assert not Contact.objects.exclude(owner=None).exists()


def test_a_set_of_many_is_taken_back_by_a_job(as_alice, alice, now, monkeypatch):
    monkeypatch.setattr(changes, "AT_ONCE", 2)
    people = make_people(now, 3)
    as_alice.post("/contacts/owner/", {"ids": [one.pk for one in people]})
    made = ChangeSet.objects.latest("pk")
    from relacja.jobs import runner

    as_alice.post(f"/changes/{made.pk}/reversal/")
    assert Contact.objects.exclude(owner=None).count() == 3
    assert runner.run_next(now=now + timedelta(days=9_999))

    assert not Contact.objects.exclude(owner=None).exists()


def test_one_takes_back_what_one_may_change(as_bob, now):
    contact = make_contact(now)
    made = edit(contact, now, city="Hel")

    assert as_bob.post(f"/changes/{made.pk}/reversal/").status_code == 403
    assert as_bob.get(f"/changes/{made.pk}/").status_code == 403
    assert "<form" not in as_bob.get(f"/contacts/{contact.pk}/changes/").text.split("<main")[1].split("</main>")[0]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("path", ["/changes/", "/contacts/{pk}/changes/", "/changes/{set}/"])
def test_the_pages_cost_the_same_however_much_was_changed(as_alice, alice, now, path):
    people = make_people(now, 20)
    for one in people:
        edit(one, now, company="Żak")
    costs = []
    for count in (1, 20):
        with changes.one_set("contacts.edited", by=alice, source="staff", now=now) as made:
            for one in people[:count]:
                actions.edit(
                    one, values=rules.values({"city": f"Hel {count}"}), company="Żak", by=alice, now=now, into=made
                )
        for number in range(count):
            edit(people[0], now, by=alice, city=f"Hel {count} {number}")
        address = path.format(pk=people[0].pk, set=made.change_set.pk)
        as_alice.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert as_alice.get(address).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_after_thirty_days_the_history_lets_go(db, now):
    contact = make_contact(now)
    edit(contact, now + timedelta(days=5), city="Hel")

    assert changes.purge(before=now + timedelta(days=1)) == 1

    assert Change.objects.get().after == {"city": "Hel"}


def test_nothing_of_somebody_forgotten_is_left_in_the_history(alice, now):
    contact, other = make_contact(now), make_contact(now, email="jan@zolc.example")
    made = edit(contact, now, city="Hel")
    edit(contact, now, city="Sopot")
    undo(made, now, by=alice)

    changes.forget(CONTACT, [contact.pk])

    assert {change.record_id for change in Change.objects.all()} == {other.pk}
    assert not KeptValue.objects.exists()


def test_every_kind_says_who_may_and_is_told(db):
    from relacja.staff import access

    known = {permission.code for permission in access.permissions()}
    for kind in changes.kinds():
        assert {kind.view, kind.edit, kind.removal} <= known
        assert kind.restore([], by=None, now=None).made == []
        assert kind.names([1]) == {}
        assert str(kind.teller([]).label("city"))
        assert kind.teller([]).show("city", "Żory") == "Żory"
