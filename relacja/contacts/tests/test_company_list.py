"""Companies as a list one works with: columns, order, conditions, views, and many at once."""

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.storage import default_storage

from relacja.contacts import actions, tasks
from relacja.contacts.models import Batch, Company, Record, SavedView
from relacja.contacts.tests.people import make_contact
from relacja.staff import changes
from relacja.staff.models import ChangeSet

HTMX = {"HX-Request": "true"}


def make_companies(now, number: int) -> list[Company]:
    return [
        Company.objects.create(
            name=f"Firma {n:03}", name_key=f"firma {n:03}", city=["Gdynia", "Hel"][n % 2], created_at=now
        )
        for n in range(number)
    ]


def names(page) -> list[str]:
    return re.findall(r'<span class="truncate">(Firma \d+)</span>', page.text)


def test_columns_and_order_stand_in_the_address(as_alice, alice, now):
    made = actions.make_field(Record.COMPANY, kind="number", label="Obrót", now=now)
    firms = make_companies(now, 3)
    for firm, value in zip(firms, (7, 1500, None), strict=True):
        actions.edit_company(firm, values={f"attributes.{made.key}": value}, now=now)

    page = as_alice.get(f"/companies/?columns=attributes.{made.key},owner,city&sort=-attributes.{made.key}")

    assert names(page) == ["Firma 001", "Firma 000", "Firma 002"]
    assert "1500" in page.text
    assert [one.path for one in page.context["columns"]] == [f"attributes.{made.key}", "owner", "city"]
    assert names(as_alice.get("/companies/?sort=nonsense")) == ["Firma 000", "Firma 001", "Firma 002"]


def test_the_number_of_people_is_said_sorted_by_and_leads_to_them(as_alice, now):
    firms = make_companies(now, 3)
    for number in range(3):
        make_contact(now, email=f"p{number}@zolc.example", company="Firma 001")
    gone = make_contact(now, email="gone@zolc.example", company="Firma 002")
    actions.archive(gone, now=now)

    page = as_alice.get("/companies/?sort=-people")

    assert names(page)[0] == "Firma 001"
    assert f'<a class="plain-link" href="/contacts/?company={firms[1].pk}">3</a>' in page.text
    assert f'<a class="plain-link" href="/contacts/?company={firms[2].pk}">0</a>' in page.text


def test_conditions_in_groups_are_written_said_in_words_and_taken_off(as_alice, alice, now):
    alice.language = "en"
    alice.save()
    make_companies(now, 4)
    list_of = "sort=-name"
    typed = {"0:mode": "any", "0.0:kind": "attribute", "0.0:field": "city", "0.0:op": "is", "0.0:value": "HEL"}
    group = {"0.1:mode": "none", "0.1.0:kind": "attribute", "0.1.0:field": "name", "0.1.0:op": "contains"}

    page = as_alice.get("/companies/", {"sort": "-name", "view": "all"})
    editor = as_alice.get(page.context["rule"].editor)
    unfinished = {"list": list_of, "of": "company", **typed, **group}
    draft = as_alice.post("/segments/draft/", {**unfinished, "do": "people:0"}, headers=HTMX)
    done = as_alice.post("/segments/companies/", {"list": list_of, **typed, **group, "0.1.0:value": "fIRMA"})
    listed = as_alice.get(done.url)

    assert "Somebody there" in draft.text
    assert 'data-choose="0.2" data-of="contact"' in draft.text
    assert 'value="add:at:role?' in editor.text
    assert 'data-choose="0" data-of="company"' in editor.text
    assert parse_qs(urlsplit(done.url).query)["sort"] == ["-name"]
    assert names(listed) == ["Firma 003", "Firma 001"]
    assert "City is “HEL” or not true that Name contains “fIRMA”" in listed.text
    assert "2 companies" in listed.text
    assert as_alice.get(listed.context["rule"].editor).text.count('class="clause"') == 2


def test_a_value_that_cannot_be_read_is_said_while_it_is_written(as_alice, db):
    given = {"of": "company", "list": "", "0:mode": "all", "0.0:kind": "attribute", "0.0:field": "people"}

    draft = as_alice.post("/segments/draft/", {**given, "0.0:op": "greater", "0.0:value": "many"}, headers=HTMX)

    assert "Wpisz liczbę" in draft.text
    assert 'value="many"' in draft.text


def test_a_view_of_companies_is_not_one_of_contacts(as_alice, now):
    make_companies(now, 2)
    as_alice.post("/companies/views/", {"name": "Z Helu", "list": "?sort=-city&columns=city"})

    view = SavedView.objects.get()
    assert view.of == Record.COMPANY
    assert as_alice.get(f"/views/{view.pk}/").url == f"/companies/?sort=-city&columns=city&view={view.pk}"
    assert as_alice.get("/contacts/?view=all").context["strip"].loose == []
    assert as_alice.get(f"/companies/?sort=city&view={view.pk}").context["strip"].is_changed


def test_a_view_whose_field_is_archived_opens_with_a_sentence(as_alice, now):
    made = actions.make_field(Record.COMPANY, kind="text", label="Branża", now=now)
    rule = f'{{"all":[{{"kind":"attribute","field":"attributes.{made.key}","op":"filled"}}]}}'
    assert as_alice.get("/companies/", {"rule": rule}).status_code == 200

    actions.archive_field(made, now=now)

    page = as_alice.get("/companies/", {"rule": rule})
    assert page.status_code == 422
    assert made.key in page.context["refusal"]


def test_chosen_companies_are_changed_and_taken_back_at_once(as_alice, alice, now):
    firms = make_companies(now, 4)
    chosen = {"ids": [firm.pk for firm in firms[:3]]}

    page = as_alice.post("/companies/change/", {**chosen, "path": "city"})
    done = as_alice.post("/companies/change/", {**chosen, "path": "city", "value": "Sopot", "do": "change"})

    assert 'name="value"' in page.text
    assert done.url == "/companies/"
    assert Company.objects.filter(city="Sopot").count() == 3
    changes.undo(ChangeSet.objects.get(label="companies.edited"), by=alice, now=now)
    assert not Company.objects.filter(city="Sopot").exists()


def test_everybody_a_list_leaves_is_taken_over(as_alice, alice, now):
    make_companies(now, 60)
    rule = '{"all":[{"kind":"attribute","field":"city","op":"is","value":"Hel"}]}'

    as_alice.post("/companies/owner/", {"all": "1", "list": f"?rule={rule}"})

    assert Company.objects.filter(owner=alice).count() == 30


def test_companies_are_archived_and_brought_back_but_not_while_people_work_there(as_alice, now):
    firms = make_companies(now, 3)
    make_contact(now, company="Firma 000")
    chosen = {"ids": [firm.pk for firm in firms]}

    as_alice.post("/companies/archive/", chosen)
    batch = as_alice.get(f"/contacts/batches/{Batch.objects.get().pk}/").text
    archived = as_alice.get("/companies/?archived=1")

    assert names(archived) == ["Firma 001", "Firma 002"]
    assert f'href="/companies/{firms[0].pk}/"' in batch
    as_alice.post("/companies/restoration/", {"all": "1", "list": "?archived=1"})
    assert Company.objects.filter(archived_at=None).count() == 3


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_companies_are_taken_out_as_a_file(as_alice, alice, now, format):
    firms = make_companies(now, 2)
    actions.edit_company(firms[0], values={"owner": alice.pk, "parent": firms[1].pk}, now=now)
    make_contact(now, company="Firma 000")
    given = {"ids": [firm.pk for firm in firms], "list": "?columns=parent,owner,people", "format": format}

    as_alice.post("/companies/export/", {**given, "delimiter": "comma", "do": "export"})
    tasks.do_batch(batch_id=Batch.objects.get().pk)

    made = Batch.objects.get()
    with default_storage.open(made.path) as file:
        content = file.read()
    default_storage.delete(made.path)
    if format == "csv":
        rows = list(csv.reader(io.StringIO(content.decode())))
        assert rows[0][0] == "Nazwa"
        assert rows[1:] == [["Firma 000", "Firma 001", alice.email, "1"], ["Firma 001", "", "", "0"]]


def test_who_may_only_look_changes_nothing(as_bob, now):
    make_companies(now, 2)

    page = as_bob.get("/companies/?view=all")

    assert 'name="ids"' not in page.text
    for act in ("owner", "archive", "restoration", "change", "export"):
        assert as_bob.post(f"/companies/{act}/", {"ids": [1]}).status_code == 403


@pytest.mark.parametrize("companies", [1, 45])
@pytest.mark.parametrize("query", ["view=all", "sort=-people", "sort=city&columns=owner,parent,people"])
def test_the_list_costs_the_same_however_long_it_is(
    as_alice, now, kept, django_assert_max_num_queries, companies, query
):
    make_companies(now, companies)
    as_alice.get(f"/companies/?{query}")

    with django_assert_max_num_queries(10):
        as_alice.get(f"/companies/?{query}")
