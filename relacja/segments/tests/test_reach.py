"""What segments say to somebody who sees only their own customers: people and numbers are those of theirs."""

import pytest
from django.test import Client

from conftest import make_user
from relacja.contacts import copying
from relacja.contacts.models import Contact, Record
from relacja.segments import inside, listing, previews, queries, rules
from relacja.segments.drafts import Draft
from relacja.segments.tests.making import make_contact, make_segment
from relacja.staff import actions as staff

LEADS = {"all": [{"kind": "stage", "stage": "lead"}]}
GDYNIA = {"all": [{"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}]}


@pytest.fixture
def olga(db, now):
    user = make_user("olga@firma.example", "marketing")
    staff.reach_of_person(user, "own", now=now)
    return user


@pytest.fixture
def people(facts, olga, now) -> list[Contact]:
    """Six leads, every third of hers, one of nobody."""
    made = [make_contact(now, f"p{n}@zolc.example", first_name=f"Lead{n}", city="Gdynia") for n in range(6)]
    other = make_user("zed@firma.example", "sales")
    for n, one in enumerate(made):
        Contact.objects.filter(pk=one.pk).update(owner=olga if n % 3 == 0 else other if n < 5 else None, version=9)
    copying.copy_changed()
    return list(Contact.objects.order_by("pk"))


def test_a_preview_counts_and_names_whom_one_sees(people, olga, now):
    draft = Draft.of_rule(rules.read(LEADS), Record.CONTACT)

    mine, whole = (previews.preview(draft, now=now, owners=seen) for seen in ((olga.pk,), None))

    assert (mine.size, mine.everybody, [one.first_name for one in mine.people]) == (2, 2, ["Lead0", "Lead3"])
    assert (whole.size, whole.everybody) == (6, 6)


def test_an_estimate_stays_within_reach(people, olga, now):
    found = queries.estimate(rules.read(LEADS), [rules.Every()], now, sample=10, owners=(0, olga.pk))

    assert found.size == 3
    assert found.people == [people[0].pk, people[3].pk, people[5].pk]


def test_a_segment_lists_whom_one_sees_and_says_how_many_there_are(people, olga, now):
    segment = make_segment(now, rule=LEADS)
    client = Client()
    client.force_login(olga)

    shown = listing.page(segment, owners=(olga.pk,))
    html = client.get(f"/segments/{segment.pk}/").text

    assert (shown.size, shown.altogether, shown.is_part) == (2, 6, True)
    assert [name for name in ("Lead0", "Lead1", "Lead3", "Lead5") if name in html] == ["Lead0", "Lead3"]
    assert "z 6, tylko widoczne dla Ciebie" in html
    assert not listing.page(segment).is_part


def test_overlaps_and_profiles_are_of_whom_one_sees(people, olga, now, monkeypatch):
    monkeypatch.setattr(inside, "LEAST_PEOPLE", 1)
    one, other = make_segment(now, rule=LEADS), make_segment(now, "Z Gdyni", rule=GDYNIA)

    (found,) = inside.overlaps(one, (olga.pk,))

    assert (found.other, found.both, found.size, found.size_of_other) == (other, 2, 2, 2)
    assert inside.profile(rules.read(LEADS), now, (olga.pk,)).everybody == 2
    assert inside.profile(rules.read(LEADS), now).everybody == 6
