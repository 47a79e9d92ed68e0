"""Taking people over: one rule on pages, in bulk, in the list and for programs; what is refused is said."""

import pytest
from django.test import Client

from conftest import make_user
from relacja.contacts import actions, taking
from relacja.contacts.actions import ruling
from relacja.contacts.models import Batch, Company, Contact, Refusal, Taking
from relacja.contacts.tests.people import make_contact, make_people
from relacja.contacts.tests.programs import Program
from relacja.contacts.tests.programs import errors as told
from relacja.staff import changes
from relacja.staff.actions import make_team
from relacja.staff.models import ChangeSet


@pytest.fixture
def ola(db):
    """Sells: may change contacts, and take them under the rule."""
    return make_user("ola@firma.example", "sales")


@pytest.fixture
def marta(db):
    return make_user("marta@firma.example", "sales")


@pytest.fixture
def as_ola(ola) -> Client:
    client = Client()
    client.force_login(ola)
    return client


def rule(now, **values) -> None:
    ruling.set_taking({"whose": "nobodys", "of_gone": True, "most": None, **values}, by=None, now=now)


def owned(now, owner, number=1) -> list[Contact]:
    people = make_people(now, number)
    Contact.objects.update(owner=owner)
    return people


def owner_of(contact) -> object:
    return Contact.objects.get(pk=contact.pk).owner


@pytest.mark.parametrize("whose", ["nobodys", "team", "anybodys"])
@pytest.mark.parametrize("of_gone", [True, False])
@pytest.mark.parametrize("held_by", ["nobody", "colleague", "stranger", "gone"])
def test_the_rule_says_whom_one_may_take(ola, marta, alice, now, whose, of_gone, held_by):
    rule(now, whose=whose, of_gone=of_gone)
    make_team(name="Pomorze", members=[ola.pk, marta.pk], now=now)
    gone = make_user("gone@firma.example", "sales")
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    holder = {"nobody": None, "colleague": marta, "stranger": alice, "gone": gone}[held_by]
    contact = owned(now, holder)[0]
    contact.refresh_from_db()
    allowed = (
        whose == "anybodys"
        or held_by == "nobody"
        or (held_by == "gone" and of_gone)
        or (held_by == "colleague" and whose == "team")
    )

    assert taking.may(contact, ola) is allowed
    if allowed:
        actions.assign(contact, ola, by=ola, now=now)
    else:
        with pytest.raises(taking.MayNotTake, match=str(holder)):
            actions.assign(contact, ola, by=ola, now=now)
    assert owner_of(contact) == (ola if allowed else holder)


def test_what_is_ones_own_is_given_up_or_handed_over_and_nothing_else(ola, marta, now):
    contact = owned(now, ola)[0]
    actions.assign(contact, marta, by=ola, now=now)
    assert owner_of(contact) == marta

    for somebody in (None, ola):
        with pytest.raises(taking.MayNotTake):
            actions.assign(contact, somebody, by=ola, now=now)
    actions.assign(contact, None, by=marta, now=now)
    assert owner_of(contact) is None
    with pytest.raises(taking.MayNotTake, match="prawem przydzielania"):
        actions.assign(contact, marta, by=ola, now=now)


def test_nobody_takes_more_than_the_rule_allows_or_is_handed_more(ola, marta, alice, now):
    rule(now, most=2)
    people = make_people(now, 5)
    for contact in people[:2]:
        actions.assign(contact, ola, by=ola, now=now)

    with pytest.raises(taking.MayNotTake, match="Masz już pod opieką 2 osoby"):
        actions.assign(people[2], ola, by=ola, now=now)
    actions.assign(people[2], marta, by=marta, now=now)
    with pytest.raises(taking.MayNotTake, match="Ola ma już pod opieką 2 osoby"):
        actions.assign(people[2], ola, by=marta, now=now)
    actions.assign(people[2], ola, by=alice, now=now)  # who may assign is not bound
    assert owner_of(people[2]) == ola


def test_the_page_offers_what_is_allowed_and_refuses_the_rest_in_a_sentence(as_ola, alice, facts, now):
    free, taken = make_contact(now), make_contact(now, email="jan@zolc.example")
    actions.assign(taken, alice, by=alice, now=now)

    assert f"/contacts/{free.pk}/owner/" in as_ola.get(f"/contacts/{free.pk}/").text
    assert f"/contacts/{taken.pk}/owner/" not in as_ola.get(f"/contacts/{taken.pk}/").text
    refused = as_ola.post(f"/contacts/{taken.pk}/owner/")

    assert refused.status_code == 422
    assert "Wolno przejąć osoby bez opiekuna." in refused.text
    assert owner_of(taken) == alice


def test_of_many_those_stay_whom_one_may_not_take_and_each_says_why(as_ola, ola, alice, now):
    people = make_people(now, 4)
    Contact.objects.filter(pk__in=[people[0].pk, people[1].pk]).update(owner=alice)

    as_ola.post("/contacts/owner/", {"ids": [one.pk for one in people]})

    assert [owner_of(one) for one in people] == [alice, alice, ola, ola]
    assert (Batch.objects.get().refused, Refusal.objects.count()) == (2, 2)
    assert "Alice" in Refusal.objects.first().sentence


def test_a_cell_and_the_field_of_the_page_know_the_rule(as_ola, ola, alice, marta, now, facts):
    contact = owned(now, alice)[0]
    for path in (f"/contacts/{contact.pk}/cells/owner/", f"/contacts/{contact.pk}/facts/owner/"):
        version = Contact.objects.get(pk=contact.pk).version
        form = {"owner": marta.pk, "version": version}
        assert as_ola.post(path, form, headers={"HX-Request": "true"}).status_code == 422
    assert owner_of(contact) == alice


def test_companies_are_taken_under_the_same_rule(as_ola, ola, alice, now, facts):
    free = Company.objects.create(name="Wolna", name_key="wolna", created_at=now)
    taken = Company.objects.create(name="Zajęta", name_key="zajeta", owner=alice, created_at=now)

    as_ola.post(f"/companies/{free.pk}/owner/")
    refused = as_ola.post(f"/companies/{taken.pk}/owner/")
    as_ola.post("/companies/owner/", {"ids": [taken.pk]})

    assert (refused.status_code, Refusal.objects.count()) == (422, 1)
    assert dict(Company.objects.values_list("name", "owner")) == {"Wolna": ola.pk, "Zajęta": alice.pk}


def test_programs_assign_with_a_scope_of_its_own(ola, now):
    contact = make_contact(now)
    firm = Company.objects.create(name="Wolna", name_key="wolna", created_at=now)
    may, may_not = Program(["contacts.assign"], name="crm"), Program()

    assert may_not.put(f"/contacts/{contact.pk}/owner", {"owner": ola.pk}).status_code == 403
    given = may.put(f"/contacts/{contact.pk}/owner", {"owner": ola.pk}).json()
    assert given["owner"] == {"id": ola.pk, "name": "Ola"}
    assert may.put(f"/companies/{firm.pk}/owner", {"owner": ola.pk}).json()["owner"]["id"] == ola.pk
    assert "owner" in told(may.put(f"/contacts/{contact.pk}/owner", {"owner": 10**6}))
    assert may.put(f"/contacts/{contact.pk}/owner", {"owner": None}).json()["owner"] is None
    assert ChangeSet.objects.filter(label="contacts.assigned", source="api").count() == 2


def test_the_rule_is_made_on_its_page_stands_in_the_history_and_goes_back(as_alice, alice, now):
    as_alice.post("/settings/taking/", {"whose": "team", "most": "50"})
    made = ChangeSet.objects.get(label="contacts.taking")
    assert "Najwyżej 50 klientów na osobę." in as_alice.get("/settings/taking/").text
    assert "bez opiekuna oraz klientów osób z własnego zespołu" in as_alice.get(f"/changes/{made.pk}/").text

    as_alice.post("/settings/taking/", {"whose": "team", "most": "60"})
    back = changes.undo(made, by=alice, now=now)

    present = Taking.objects.get()
    assert (present.whose, present.of_gone, present.most, back.kept) == ("nobodys", True, 60, 1)
