"""What is taken out as a file is read back equal by the import."""

import io

import pytest
from django.core.files.storage import default_storage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap64

from relacja.contacts import actions, columns, exports, fields
from relacja.contacts.actions import several
from relacja.contacts.models import Contact, Record
from relacja.contacts.rules import Values
from relacja.contacts.tests.people import make_contact
from relacja.imports import reading

NASTY = ["=1+1", "'=1", "''@x", "-5", "\t=x", "a\nb", 'a"b;c,d', "'", "ż ó\u00a0ł", "+48", "00123", "1e5"]


@pytest.fixture
def own(db, now):
    for kind in ("text", "number", "money", "date", "yes_no"):
        actions.make_field(Record.CONTACT, kind=kind, label=kind, now=now)


@pytest.mark.parametrize("options", [{"format": "xlsx"}, {"format": "csv", "bom": True, "delimiter": "semicolon"}])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=40)), number=st.integers(-999, 999))
def test_what_is_exported_is_read_back_equal(own, alice, now, options, text, number):
    Contact.objects.all().delete()
    known = {one.path: one for one in fields.known(Record.CONTACT)}
    note = known["attributes.text"].parse(text)
    given_values = {
        "text": note,
        "number": number,
        "money": {"amount": f"{number}.50", "currency": "EUR"},
        "date": "2026-10-25",
        "yes_no": False,
    }
    contact = make_contact(now, first_name="=Anna", phone="601 234 567", company="-Żak & syn")
    actions.edit(contact, values=Values({}, {key: v for key, v in given_values.items() if v is not None}), now=now)
    wanted = ["email", "phone", "company", "stage", *(f"attributes.{key}" for key in given_values)]
    people = BitMap64([contact.pk])
    batch = several.begin("export", people, by=alice, now=now, options={**options, "columns": wanted})

    exports.run(batch, now=now, say=lambda _percent: None)

    batch.refresh_from_db()
    with default_storage.open(batch.path) as file:
        data = io.BytesIO(file.read())
    default_storage.delete(batch.path)
    found, _is_doubtful = reading.found_out(data)
    rows = list(reading.rows(data, found))
    cells = dict(zip([*exports.NAMES, *wanted], rows[-1].cells, strict=True))
    contact.refresh_from_db()
    for path, cell in cells.items():
        if path == "company":
            assert cell == "-Żak & syn"
        else:
            assert (known[path].parse(cell) or None) == (known[path].read(contact) or None), path
    assert columns.offered()["email"].path in cells
