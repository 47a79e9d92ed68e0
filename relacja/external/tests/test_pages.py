"""A source from a file to a condition, page by page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relacja.contacts import copying
from relacja.external.models import Cause, Refresh, Source, State
from relacja.external.tests.making import LOYALTY, make_contact, make_draft, make_source, work

CHOSEN = {
    "name-pl": "Klub",
    "name-en": "Loyalty",
    "by-0": "0",
    "as-0": "email",
    "take-1": "on",
    "kind-1": "number",
    "pl-1": "Punkty",
    "en-1": "Points",
    "take-2": "on",
    "kind-2": "choice",
    "pl-2": "Poziom",
    "en-2": "",
}


def test_a_file_becomes_a_source_step_by_step(as_alice, facts, now):
    anna = make_contact(now)
    copying.copy_changed()

    loaded = as_alice.post("/settings/external/new/", {"file": SimpleUploadedFile("loyalty.csv", LOYALTY.encode())})
    source = Source.objects.get()
    columns = as_alice.get(loaded["Location"])
    chosen = as_alice.post(loaded["Location"], CHOSEN)
    waiting = as_alice.get(chosen["Location"])
    work(source.refreshes.get())
    seen = as_alice.get(chosen["Location"])
    used = as_alice.post(f"/settings/external/{source.pk}/use/", follow=True)
    work(source.refreshes.get(cause=Cause.FIRST))
    page = as_alice.get(f"/settings/external/{source.pk}/")

    assert "gold · silver" in columns.text
    assert "Możesz zająć się czymś innym" in waiting.text
    assert "„nobody@nowhere.example” to nikt znany." in seen.text
    assert "Użyj dla 1 osoby" in seen.text
    assert "jest w użyciu" in used.text
    assert "external.klub.points" in page.text
    assert "120" in as_alice.get(f"/contacts/{anna.pk}/").text
    offered = as_alice.get("/segments/new/").text
    assert ">Klub<" in offered
    assert "external.klub.points" in offered


def test_what_is_left_out_can_be_looked_at_and_taken_along(as_alice, facts, now):
    make_contact(now)
    source = make_source(LOYALTY + "anna@zolc.example,=1+1,gold,,tak\n;;;\n", now=now)
    refresh = source.refreshes.get()
    place = f"/settings/external/{source.pk}/refreshes/{refresh.pk}/"

    page = as_alice.get(place)
    rows = as_alice.get(f"{place}rows.csv")

    assert "jest już we wcześniejszym wierszu" in page.text
    assert as_alice.get(f"{place}?code=strangers").text.count("to nikt znany") == 2
    assert rows["Content-Type"].startswith("text/csv")
    assert "nobody@nowhere.example" in rows.text


def test_a_source_that_is_asked_for_is_not_archived(as_alice, facts, now):
    from relacja.segments.tests.making import make_segment

    source = make_source(now=now)
    rule = {"kind": "external", "field": "external.loyalty.points", "op": "greater", "value": 1}
    segment = make_segment(now, "Pointed", rule, counted=False)
    place = f"/settings/external/{source.pk}/removal/"

    page, refused = as_alice.get(place), as_alice.post(place)
    segment.archived_at = now
    segment.save()
    gone = as_alice.post(place, follow=True)

    assert "Pointed" in page.text
    assert refused.status_code == 422
    assert "Pointed" in refused.text
    assert "jest w archiwum" in gone.text
    assert facts.ask("SELECT count() AS n FROM external_row")[0]["n"] == 0


def test_a_column_that_is_asked_for_stays(as_alice, facts, now):
    from relacja.segments.tests.making import make_segment

    source = make_source(now=now)
    rule = {"kind": "external", "field": "external.loyalty.points", "op": "greater", "value": 1}
    make_segment(now, "Pointed", rule, counted=False)

    refused = as_alice.post(f"/settings/external/{source.pk}/columns/", {**CHOSEN, "take-1": ""})
    kept = as_alice.post(f"/settings/external/{source.pk}/columns/", CHOSEN)

    assert refused.status_code == 422
    assert "Pointed" in refused.text
    assert kept.status_code == 302
    source.refresh_from_db()
    assert {one.key for one in source.columns.all()} == {"points", "tier"}


def test_the_times_of_a_source_are_set_on_its_page(as_alice, facts, now):
    source = make_source(now=now)

    as_alice.post(f"/settings/external/{source.pk}/timing/", {"rhythm": "weekly", "at": "04:30", "weekday": "2"})

    source.refresh_from_db()
    assert source.rhythm == "weekly"
    assert source.next_at is not None


def test_no_table_is_said_on_the_page(as_alice, db):
    response = as_alice.post("/settings/external/new/", {"file": SimpleUploadedFile("a.csv", b"\x00\x01\x02\x03" * 99)})

    assert response.status_code == 422
    assert not Source.objects.exists()


def test_a_draft_can_be_thrown_away(as_alice, now, facts):
    source = make_draft(now=now)

    as_alice.post(f"/settings/external/{source.pk}/removal/")

    assert not Source.objects.exists()


@pytest.mark.parametrize("number", [1, 8])
def test_the_list_costs_the_same_however_long_it_is(as_alice, facts, now, kept, django_assert_max_num_queries, number):
    for place in range(number):
        make_source(now=now, name=f"Source {place}")
    as_alice.get("/settings/external/")

    with django_assert_max_num_queries(12):
        response = as_alice.get("/settings/external/")

    assert response.text.count("Source ") >= number


def test_a_source_that_is_being_read_is_not_read_a_second_time(as_alice, facts, now):
    source = make_source(now=now)

    first = as_alice.post(f"/settings/external/{source.pk}/refresh/")
    second = as_alice.post(f"/settings/external/{source.pk}/refresh/")

    assert (first.status_code, second.status_code) == (302, 422)
    assert Refresh.objects.filter(state=State.WAITING).count() == 1
