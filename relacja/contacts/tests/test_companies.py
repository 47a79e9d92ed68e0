import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from relacja.contacts import actions
from relacja.contacts.models import Company, Position
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.test_history import MOVES_ON
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.models import ChangeSet

NIP, OTHER_NIP = "526-025-02-74", "7740001454"


def row(firm: Company) -> dict:
    """The whole company as it is stored, but for what grows with every change."""
    stored = Company.objects.filter(pk=firm.pk).values().get()
    return {name: value for name, value in stored.items() if name not in MOVES_ON}


def make_company(now, name="Stal-Profil", **values) -> Company:
    company = Company.objects.create(name=name, name_key=name.casefold(), created_at=now)
    if values:
        actions.edit_company(company, values=values, now=now)
    return company


def test_a_company_is_filled_in_on_its_page(as_alice, alice, now):
    holding, firm = make_company(now, "Holding"), make_company(now)
    given = {
        "name": "Stal-Profil", "vat_id": NIP, "street": "Portowa 3", "postal_code": "81-350", "city": "Gdynia",
        "country": "PL", "parent": "holding", "owner": alice.pk,
    }  # fmt: skip

    as_alice.post(f"/companies/{firm.pk}/details/", given)

    firm.refresh_from_db()
    assert (firm.vat_id, firm.street, firm.country) == ("5260250274", "Portowa 3", "PL")
    assert (firm.parent, firm.owner) == (holding, alice)
    page = as_alice.get(f"/companies/{firm.pk}/").text
    for text in ("5260250274", "Portowa 3", "Polska", f'href="/companies/{holding.pk}/"', "Alice"):
        assert text in page
    assert f'href="/companies/{firm.pk}/"' in as_alice.get(f"/companies/{holding.pk}/").text


@pytest.mark.parametrize(
    "wrong", [{"vat_id": "123"}, {"parent": "Nobody"}, {"country": "Atlantis"}, {"owner": "x"}, {"name": ""}]
)
def test_what_cannot_be_taken_is_said_in_the_form(as_alice, now, wrong):
    firm = make_company(now)

    response = as_alice.post(f"/companies/{firm.pk}/details/", {"name": "Stal-Profil", **wrong})

    assert response.status_code == 422
    assert "error" in response.text
    assert Company.objects.values().get() == Company.objects.filter(pk=firm.pk).values().get()


def test_a_vat_id_is_one_companys(now, db):
    make_company(now, vat_id="5260250274")

    with pytest.raises(Refused, match="Stal-Profil"):
        make_company(now, "Other", vat_id="5260250274")


def test_no_company_belongs_to_itself_in_the_end(now, db):
    top, middle, bottom = (make_company(now, name) for name in ("Top", "Middle", "Bottom"))
    actions.edit_company(middle, values={"parent": top.pk}, now=now)
    actions.edit_company(bottom, values={"parent": middle.pk}, now=now)

    for company in (middle, bottom, top):
        with pytest.raises(Refused):
            actions.edit_company(top, values={"parent": company.pk}, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Company.objects.filter(pk=top.pk).update(parent=top)


def test_a_parent_that_would_close_a_ring_by_now_stays_as_it_is(alice, now):
    top, bottom = make_company(now, "Top"), make_company(now, "Bottom")
    actions.edit_company(bottom, values={"parent": top.pk}, now=now)
    actions.edit_company(bottom, values={"parent": None}, now=now)
    taken_away = ChangeSet.objects.latest("pk")
    actions.edit_company(top, values={"parent": bottom.pk}, now=now)

    done = changes.undo(taken_away, by=alice, now=now)

    bottom.refresh_from_db()
    assert (bottom.parent, done.back, done.kept) == (None, 0, 1)


def test_everything_about_a_company_goes_back(alice, now):
    holding, firm = make_company(now, "Holding"), make_company(now)
    before = row(firm)
    values = {"name": "Stal", "vat_id": OTHER_NIP, "street": "Portowa 3", "parent": holding.pk, "owner": alice.pk}
    actions.edit_company(firm, values=values, by=alice, now=now)

    changes.undo(ChangeSet.objects.latest("pk"), by=alice, now=now)

    assert row(firm) == before


def test_somebody_who_works_elsewhere_is_linked_with_a_role_and_their_story_told(as_alice, alice, deliver, now):
    anna, firm = make_contact(now, company="Studio Żak"), make_company(now)
    actions.add_note(anna, text="Signed for the board", by=alice, now=now)
    deliver()

    linked = as_alice.post(f"/companies/{firm.pk}/people/", {"person": "anna@zolc.example", "role": "prokurentka"})

    page = as_alice.get(f"/companies/{firm.pk}/").text
    assert linked.status_code == 302
    assert "prokurentka" in page
    assert "Signed for the board" in page
    assert "prokurentka" in as_alice.get(f"/contacts/{anna.pk}/").text
    as_alice.post(f"/companies/{firm.pk}/people/{Position.objects.get().pk}/dismissal/")
    assert not Position.objects.exists()
    anna.refresh_from_db()
    assert str(anna.company) == "Studio Żak"


@pytest.mark.parametrize("given", [{"person": "nobody", "role": "x"}, {"person": "anna@zolc.example", "role": ""}])
def test_a_link_that_makes_no_sense_is_refused_in_the_form(as_alice, now, given):
    make_contact(now)
    firm = make_company(now)

    response = as_alice.post(f"/companies/{firm.pk}/people/", given)

    assert response.status_code == 422
    assert "<details" in response.text


def test_who_works_there_is_not_linked_besides(as_alice, now):
    anna = make_contact(now, company="Studio Żak")
    given = {"person": f"#{anna.pk}", "role": "prokurentka"}

    assert as_alice.post(f"/companies/{anna.company_id}/people/", given).status_code == 422
    assert not Position.objects.exists()


def test_a_company_is_taken_over_and_given_back(as_alice, alice, now):
    firm = make_company(now)

    as_alice.post(f"/companies/{firm.pk}/owner/")
    firm.refresh_from_db()
    assert firm.owner == alice
    as_alice.post(f"/changes/{ChangeSet.objects.latest('pk').pk}/reversal/")

    firm.refresh_from_db()
    assert firm.owner is None


def test_links_are_taken_back_and_one_that_changed_since_is_left_alone(as_alice, now):
    anna, firm = make_contact(now, email="anna@zolc.example"), make_company(now)

    def link(role):
        as_alice.post(f"/companies/{firm.pk}/people/", {"person": "anna@zolc.example", "role": role})
        return ChangeSet.objects.latest("pk")

    def roles():
        return list(Position.objects.filter(contact=anna).values_list("role", flat=True))

    link("Board")
    changed = link("Chair")
    as_alice.post(f"/changes/{changed.pk}/reversal/")
    after_the_first = roles()
    as_alice.post(f"/companies/{firm.pk}/people/{Position.objects.get().pk}/dismissal/")
    cut = ChangeSet.objects.latest("pk")
    gone = roles()
    as_alice.post(f"/changes/{cut.pk}/reversal/")
    back = roles()
    again = link("Chair")
    link("Advisor")
    as_alice.post(f"/changes/{again.pk}/reversal/")

    assert (after_the_first, gone, back, roles()) == (["Board"], [], ["Board"], ["Advisor"])
    assert "Advisor" in as_alice.get(f"/changes/{again.pk}/").text


def test_the_page_costs_the_same_however_many_people_and_parts_there_are(as_alice, deliver, now):
    firm = make_company(now)
    costs = []
    for count in (1, 15):
        for number in range(count):
            make_company(now, f"Part {count} {number}", parent=firm.pk)
            contact = make_contact(now, first_name=f"Jan {number}", email=f"jan{count}{number}@zolc.example")
            actions.appoint(contact, firm, role="Board", now=now)
        deliver()
        as_alice.get(f"/companies/{firm.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert as_alice.get(f"/companies/{firm.pk}/").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_who_may_only_look_links_nobody(as_bob, now):
    anna, firm = make_contact(now), make_company(now)

    assert as_bob.post(f"/companies/{firm.pk}/people/", {"person": f"#{anna.pk}", "role": "x"}).status_code == 403
    assert as_bob.post(f"/companies/{firm.pk}/owner/").status_code == 403
    assert "<form" not in as_bob.get(f"/companies/{firm.pk}/").text.split('class="record"')[1].split("</main>")[0]
