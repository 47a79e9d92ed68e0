"""The way of a file through the pages: loaded, read, mapped, checked, run, looked at, mended, taken back."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_contact
from relacja.imports.models import Import, State
from relacja.imports.tests.making import make_import, ran, table
from relacja.imports.tests.test_reading import STRINGS
from relacja.jobs import runner
from relacja.jobs.models import Job

pytestmark = pytest.mark.django_db
ROWS = table(
    ("Imię", "E-mail", "Miasto"),
    ("Ewa", "ewa@x.example", "SOPOT"),
    ("Anna", "anna@zolc.example", "Hel"),
    ("=1+1", "zły", "'@x"),
)


def load(client, content: bytes, name: str = "klienci.csv"):
    return client.post("/imports/", {"file": SimpleUploadedFile(name, content)})


def work(now) -> None:
    while runner.run_next(now=now):
        pass


def chosen(one: Import, **others) -> dict:
    """What the page of columns sends when nobody changes anything."""
    form = {
        "match": ["external", "email", "phone"],
        "shared_phone": "refuse",
        "unknown_owner": "refuse",
        "country": "PL",
        "tame": "on",
        "day_first": "yes",
    }
    for number, column in enumerate(one.columns):
        form |= {f"target-{number}": column["target"], f"policy-{number}": column["policy"]}
    return form | others


def test_a_file_goes_all_the_way_and_back(as_alice, alice, now, facts):
    make_contact(now)

    loaded = load(as_alice, ROWS)
    one = Import.objects.get()
    assert loaded["Location"] == f"/imports/{one.pk}/columns/"
    assert (one.name, one.by, one.state) == ("klienci.csv", alice, State.DRAFT)
    page = as_alice.get(loaded["Location"]).text
    assert "SOPOT" in page
    assert '<option value="city" selected>' in page

    done = as_alice.post(loaded["Location"], chosen(one))
    assert done["Location"] == f"/imports/{one.pk}/check/"
    assert "wierszy" in as_alice.get(done["Location"]).text
    work(Job.objects.latest("pk").run_at)
    page = as_alice.get(done["Location"]).text
    assert "Zaimportuj 2 wiersze" in page
    assert "„zły” to nie jest adres e-mail." in page
    assert Contact.objects.count() == 1

    as_alice.post(f"/imports/{one.pk}/run/")
    work(Job.objects.latest("pk").run_at)
    page = as_alice.get(f"/imports/{one.pk}/run/").text
    assert "Gotowy" in page
    assert "ewa@x.example" in page
    assert Contact.objects.get(email="ewa@x.example").city == "Sopot"
    assert "Hel" in as_alice.get(f"/imports/{one.pk}/run/?rows=updated").text

    as_alice.post(f"/imports/{one.pk}/reversal/")
    work(Job.objects.latest("pk").run_at)
    assert "Wycofano" in as_alice.get(f"/imports/{one.pk}/run/").text
    assert [contact.city for contact in Contact.objects.all()] == [""]


def test_refused_rows_come_as_a_file_that_can_be_mended_and_loaded_again(as_alice, now):
    one = ran(make_import(ROWS, now), now)

    answer = as_alice.get(f"/imports/{one.pk}/refused/")

    content = b"".join(answer.streaming_content)
    [heading, row] = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert heading == ["Imię", "E-mail", "Miasto", "Dlaczego odrzucono", "Wiersz w pliku"]
    assert row == ["'=1+1", "zły", "'@x", "E-mail: „zły” to nie jest adres e-mail.", "4"]
    load(as_alice, content.replace("zły;".encode(), b"leo@x.example;"))
    again = Import.objects.latest("pk")
    assert [column["target"] for column in again.columns] == ["first_name", "email", "city", "", ""]
    ran(again, now)
    assert Contact.objects.get(email="leo@x.example").first_name == "=1+1"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(300), b"PK\x03\x04"])
def test_what_is_no_file_of_people_is_told_on_the_form(as_alice, content):
    answer = load(as_alice, content)

    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert not Import.objects.exists()


def test_a_file_read_wrongly_is_read_again(as_alice):
    load(as_alice, "Imię;Miasto\nŻaneta;Łódź".encode("cp1250"))
    one = Import.objects.get()

    as_alice.post(
        f"/imports/{one.pk}/format/", {"encoding": "iso8859-2", "delimiter": ";", "headed": "on", "of": "contact"}
    )
    one.refresh_from_db()
    assert (one.format["encoding"], one.headings) == ("iso8859-2", ["Imię", "Miasto"])

    as_alice.post(f"/imports/{one.pk}/format/", {"encoding": "cp1250", "delimiter": ";", "of": "contact"})
    one.refresh_from_db()
    assert one.headings == ["Kolumna 1", "Kolumna 2"]


def test_columns_that_name_nobody_are_refused_and_what_was_chosen_stays(as_alice):
    load(as_alice, ROWS)
    one = Import.objects.get()

    answer = as_alice.post(f"/imports/{one.pk}/columns/", chosen(one, **{"target-0": "job_title", "target-1": ""}))

    assert answer.status_code == 422
    assert "Wskaż kolumnę" in answer.text
    assert '<option value="job_title" selected>' in answer.text


def test_a_field_that_is_none_cannot_be_written(as_alice, now):
    load(as_alice, ROWS)
    one = Import.objects.get()

    as_alice.post(f"/imports/{one.pk}/columns/", chosen(one, **{"target-2": "is_staff", "policy-1": "id"}))

    one.refresh_from_db()
    assert one.columns[2] == {"target": "", "policy": "fill"}
    assert one.columns[1]["policy"] == "fill"


def test_whoever_may_not_import_opens_and_changes_nothing(as_bob, now):
    one = make_import(ROWS, now)

    for path in ("", "columns/", "check/", "run/", "refused/"):
        assert as_bob.get(f"/imports/{one.pk}/{path}").status_code == 403
    for path in ("columns/", "format/", "check/", "run/", "pause/", "continuation/", "end/", "reversal/", "removal/"):
        assert as_bob.post(f"/imports/{one.pk}/{path}").status_code == 403
    assert load(as_bob, ROWS).status_code == 403
    assert Import.objects.count() == 1


def test_an_import_that_is_at_work_is_not_forgotten(as_alice, now):
    one = make_import(ROWS, now)
    Import.objects.update(state=State.RUNNING)

    assert as_alice.post(f"/imports/{one.pk}/removal/").status_code == 422

    Import.objects.update(state=State.DONE)
    as_alice.post(f"/imports/{one.pk}/removal/")
    assert not Import.objects.exists()
    assert not one.file.storage.exists(one.file.name)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("number", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(as_alice, now, django_assert_max_num_queries, number):
    for _ in range(number):
        make_import(ROWS, now)

    with django_assert_max_num_queries(6):
        page = as_alice.get("/imports/").text

    assert page.count("klienci.csv") == number


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("rows", [1, 40])
def test_the_result_costs_the_same_however_many_rows_it_has(as_alice, now, django_assert_max_num_queries, rows):
    people = [(f"Ewa{n}", f"e{n}@x.example", "") for n in range(rows)]
    one = ran(make_import(table(("Imię", "E-mail", "Miasto"), *people), now), now)

    with django_assert_max_num_queries(9):
        assert as_alice.get(f"/imports/{one.pk}/run/").text.count("@x.example") == rows


def test_naughty_strings_go_through_every_page(as_alice, now):
    if not STRINGS.exists():
        pytest.skip(f"there is no {STRINGS}")
    strings = [one for one in json.loads((STRINGS / "blns.json").read_text(encoding="utf-8")) if one.strip()]
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerows([["Imię", "Nazwisko", "E-mail", "Telefon", "Kraj", "Firma"]])
    writer.writerows([one, one, f"a{n}@x.example" if n % 2 else one, "", "", one] for n, one in enumerate(strings))
    load(as_alice, file.getvalue().encode("utf-8", "surrogatepass"), name="<script>alert(1)</script>.csv")
    one = Import.objects.get()
    as_alice.post(f"/imports/{one.pk}/columns/", chosen(one, tame=""))
    work(Job.objects.latest("pk").run_at)
    as_alice.post(f"/imports/{one.pk}/run/")
    work(Job.objects.latest("pk").run_at)

    one.refresh_from_db()
    assert one.state == State.DONE
    assert one.created > 150
    for path in ("columns/", "check/", "run/", "run/?rows=refused", "run/?rows=created", "refused/"):
        answer = as_alice.get(f"/imports/{one.pk}/{path}", follow=True)
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.text
        assert answer.status_code == 200
        assert path == "refused/" or "<script>alert" not in text
