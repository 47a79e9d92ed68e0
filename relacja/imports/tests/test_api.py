"""The way of a file through the API: sent, read, mapped, checked, run, looked at, mended, taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from relacja.contacts.models import ConsentEntry, Contact
from relacja.contacts.tests.people import make_contact, make_words
from relacja.contacts.tests.programs import Program, errors
from relacja.imports.models import Block, Import, State
from relacja.imports.tests.making import table
from relacja.imports.tests.test_pages import work
from relacja.jobs.models import Job
from relacja.staff.models import ChangeSet

pytestmark = pytest.mark.django_db
ROWS = table(
    ("Imię", "E-mail", "Miasto"),
    ("Ewa", "ewa@x.example", "SOPOT"),
    ("Anna", "anna@zolc.example", "Hel"),
    ("=1+1", "zły", "'@x"),
)


@pytest.fixture
def program():
    return Program(scopes=["imports.run"])


def send(program: Program, content: bytes = ROWS, name: str = "klienci.csv", **headers):
    return program.client.post("/api/v1/imports", {"file": SimpleUploadedFile(name, content)}, headers=headers)


def do_work() -> None:
    work(Job.objects.latest("pk").run_at)


def test_a_file_goes_all_the_way_and_back(program, now, facts):
    anna = make_contact(now)
    sent = send(program)
    path = f"/imports/{sent.json()['id']}"
    assert (sent.status_code, sent.json()["state"]) == (201, "draft")
    assert [column["target"] for column in sent.json()["columns"]] == ["first_name", "email", "city"]

    columns = [{"target": column["target"], "policy": "overwrite"} for column in sent.json()["columns"]]
    prepared = program.patch(path, {"columns": columns, "options": {"country": "Niemcy", "system": "shop"}}).json()
    assert prepared["columns"][2] == {"heading": "Miasto", "target": "city", "policy": "overwrite"}
    assert (prepared["options"]["country"], prepared["options"]["system"]) == ("DE", "shop")
    assert prepared["options"]["tame"] is True

    assert program.post(f"{path}/check").json()["state"] == "checking"
    do_work()
    forecast = program.get(path).json()["forecast"]
    assert (forecast["created"], forecast["updated"], forecast["refused"]) == (1, 1, 1)
    assert forecast["reasons"][0]["sentence"] == "“zły” is not an e-mail address."
    assert Contact.objects.count() == 1

    assert program.post(f"{path}/run").json()["state"] == "running"
    do_work()
    done = program.get(path).json()
    assert (done["state"], done["position"], done["percent"]) == ("done", 3, 100)
    assert (done["created"], done["updated"], done["refused"]) == (1, 1, 1)
    anna.refresh_from_db()
    assert anna.city == "Hel"
    assert Import.objects.get().author == program.key

    [row] = program.get(f"{path}/rows", kind="updated").json()["items"]
    assert (row["contact"], row["before"], row["after"]) == (anna.pk, {"city": ""}, {"city": "Hel"})
    [row] = program.get(f"{path}/rows").json()["items"]
    assert [reason["column"] for reason in row["reasons"]] == ["E-mail"]
    mend = program.get(f"{path}/refused")
    assert mend["Content-Type"].startswith("text/csv")
    assert "'=1+1;zły;'@x" in mend.getvalue().decode()

    assert program.post(f"{path}/reversal").json()["state"] == "undoing"
    do_work()
    anna.refresh_from_db()
    assert program.get(path).json()["state"] == "undone"
    assert (anna.city, Contact.objects.count()) == ("", 1)


def test_what_a_program_changed_is_told_as_its_doing(program, now, facts):
    make_contact(now)
    path = f"/imports/{send(program).json()['id']}"
    program.post(f"{path}/check")
    do_work()
    program.post(f"{path}/run")
    do_work()

    assert ChangeSet.objects.get(label="imports.updated").api_key == program.key


def test_an_import_stands_still_goes_on_and_ends(program, now):
    path = f"/imports/{send(program).json()['id']}"
    program.post(f"{path}/check")
    do_work()
    program.post(f"{path}/run")

    assert program.post(f"{path}/pause").json()["state"] == "paused"
    assert program.post(f"{path}/pause").status_code == 422
    assert program.post(f"{path}/continuation").json()["state"] == "running"
    assert program.post(f"{path}/end").json()["state"] == "stopped"
    assert program.post(f"{path}/run").status_code == 422


def test_a_file_is_read_another_way(program):
    one = send(program, "Imię|Miasto\nEwa|Łódź\n".encode("cp1250"), "a.txt").json()

    given = {"encoding": "cp1250", "delimiter": "|"}
    prepared = program.patch(f"/imports/{one['id']}", {"format": given}).json()
    wrong = program.patch(f"/imports/{one['id']}", {"format": {"encoding": "klingon"}})

    assert [column["heading"] for column in prepared["columns"]] == ["Imię", "Miasto"]
    assert {name: prepared["format"][name] for name in given} == given
    assert list(errors(wrong)) == ["format.encoding"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"columns": [{"target": "email"}]}, "columns"),
        ({"columns": [{"target": "email"}, {"target": "owner.password"}, {"target": ""}]}, "columns.1.target"),
        ({"columns": [{"target": "email", "policy": "steal"}] * 3}, "columns.0.policy"),
        ({"options": {"country": "Atlantis"}}, "options.country"),
        ({"options": {"system": "a b"}}, "options.system"),
        ({"options": {"consent_text": 1}}, "options.consent_text"),
        ({"state": "done"}, "state"),
        ({"options": {"consent": {"purpose": "x", "channel": "email", "text_version": 1, "source": "x"}}},
         "options.consent.text_version"),
    ],
)  # fmt: skip
def test_what_cannot_be_prepared_is_named(program, sent, field):
    one = send(program).json()

    response = program.patch(f"/imports/{one['id']}", sent)

    assert response.status_code == 422
    assert field in errors(response)
    assert program.get(f"/imports/{one['id']}").json() == one


def test_no_consent_is_taken_without_the_words_and_where_it_was_given(program, now, facts):
    words = make_words(now)
    one = send(program, table(("E-mail", "Zgoda"), ("ewa@x.example", "tak"))).json()
    consent = {"purpose": words.purpose, "channel": words.channel, "text_version": 1, "source": "fair"}

    refused = program.post(f"/imports/{one['id']}/check")
    prepared = program.patch(f"/imports/{one['id']}", {"options": {"consent": consent}}).json()
    program.post(f"/imports/{one['id']}/check")
    do_work()
    program.post(f"/imports/{one['id']}/run")
    do_work()

    assert (refused.status_code, prepared["options"]["consent"]) == (422, {**consent, "language": "pl"})
    assert ConsentEntry.objects.get().source == "fair"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n" + bytes(range(32)) * 99, b"PK\x03\x04 no workbook"])
def test_what_is_no_file_of_people_is_refused(program, content):
    response = send(program, content)

    assert response.status_code == 422
    assert list(errors(response)) == ["file"]
    assert not Import.objects.exists()


def test_a_file_sent_twice_under_one_key_is_one_import(program):
    first, again = (send(program, **{"Idempotency-Key": "monday"}) for _ in range(2))
    other = send(program, ROWS + b"\nJan;jan@x.example;", **{"Idempotency-Key": "monday"})

    assert first.json() == again.json()
    assert (again.status_code, other.status_code) == (201, 422)
    assert Import.objects.count() == 1


def test_imports_are_walked_from_page_to_page(program):
    made = [send(program).json()["id"] for _ in range(5)]

    seen, cursor = [], ""
    while cursor is not None:
        answer = program.get("/imports", limit=2, cursor=cursor).json()
        seen += [one["id"] for one in answer["items"]]
        cursor = answer["next"]

    assert seen == made[::-1]


def test_an_import_is_forgotten_and_its_file(program):
    one = Import.objects.get(pk=send(program).json()["id"])

    assert program.delete(f"/imports/{one.pk}").status_code == 204

    assert not Import.objects.exists()
    assert not one.file.storage.exists(one.file.name)


def test_whose_file_is_gone_is_told_so(program, now):
    one = Import.objects.get(pk=send(program).json()["id"])
    Import.objects.update(file="", state=State.DONE)

    for answer in (program.post(f"/imports/{one.pk}/reversal"), program.get(f"/imports/{one.pk}/refused")):
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/imports"), ("post", "/imports"), ("get", "/import-targets"), ("get", "/imports/{}"),
        ("patch", "/imports/{}"), ("delete", "/imports/{}"), ("post", "/imports/{}/check"), ("post", "/imports/{}/run"),
        ("post", "/imports/{}/pause"), ("post", "/imports/{}/continuation"), ("post", "/imports/{}/end"),
        ("post", "/imports/{}/reversal"), ("get", "/imports/{}/rows"), ("get", "/imports/{}/refused"),
    ],
)  # fmt: skip
def test_a_key_without_the_scope_does_nothing(program, method, path):
    one = Import.objects.get(pk=send(program).json()["id"])
    before = Import.objects.values().get()
    other = Program(name="till", scopes=["contacts.view", "contacts.edit", "contacts.archive", "contacts.export"])

    response = other.client.generic(method.upper(), f"/api/v1{path.format(one.pk)}", "{}", "application/json")

    assert response.status_code == 403
    assert "imports.run" in response.json()["detail"]
    assert (Import.objects.values().get(), Block.objects.count()) == (before, 0)


def test_without_a_key_no_file_is_taken():
    assert send(Program(name="till", scopes=[])).status_code == 403
    assert Client().post("/api/v1/imports", {"file": SimpleUploadedFile("a.csv", ROWS)}).status_code == 401
    assert not Import.objects.exists()
