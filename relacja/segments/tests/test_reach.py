"""What segments say to somebody who sees only their own customers: people and numbers are those of theirs."""

import pytest
from django.db.models import F
from django.test import Client

from conftest import make_user
from relacja.contacts import copying
from relacja.contacts.models import Company, Contact, Record
from relacja.events import subscriptions
from relacja.segments import firms, inside, listing, pickers, portraits, previews, queries, rules, shelf, sizes
from relacja.segments.audience import Audience
from relacja.segments.drafts import Draft
from relacja.segments.models import Segment
from relacja.segments.portraits import Asked
from relacja.segments.tests.making import make_contact, make_event, make_segment
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


def test_a_segment_lists_and_counts_whom_one_sees(people, olga, now):
    segment = make_segment(now, rule=LEADS)
    client = Client()
    client.force_login(olga)

    shown = listing.page(segment, owners=(olga.pk,))
    html = client.get(f"/segments/{segment.pk}/").text

    assert (shown.size, shown.is_part) == (2, True)
    assert [name for name in ("Lead0", "Lead1", "Lead3", "Lead5") if name in html] == ["Lead0", "Lead3"]
    assert "spośród widocznych dla Ciebie" in html
    assert not listing.page(segment).is_part


def test_sizes_are_of_whom_one_sees_wherever_they_stand(people, olga, now):
    segment = make_segment(now, rule=LEADS)
    everybody = Segment.objects.live()

    assert [size for _one, size in sizes.sized(everybody, (olga.pk,))] == [2]
    assert [size for _one, size in sizes.sized(everybody)] == [6]
    assert (sizes.size(segment, (0,)), sizes.size(segment, ())) == (1, 0)
    assert [(row.size, row.gained) for row in shelf.rows(now=now, owners=(olga.pk,))] == [(2, None)]
    assert pickers.picker(Audience(), pickers.Origin("assignment"), now=now, owners=(olga.pk,)).choices[0].size == 2


def test_the_course_of_a_segment_tells_who_of_theirs_came_and_nothing_of_the_others(people, olga, now):
    segment = make_segment(now, rule=LEADS)
    for one in people:
        make_event(one.pk, "Segment Entered", now, segment_id=segment.pk)
    subscriptions.deliver("facts", now=now)

    (mine, whole) = (inside.days(segment, now=now, owners=owners)[-1] for owners in ((olga.pk,), None))

    assert (mine.entered, mine.size) == (2, 2)
    assert (whole.entered, whole.size) == (6, 6)


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_of_segments_costs_the_same_however_long(people, olga, now, number, django_assert_max_num_queries):
    for place in range(number):
        make_segment(now, f"Leads {place}", rule=LEADS)

    with django_assert_max_num_queries(4):
        assert len(shelf.rows(now=now, owners=(olga.pk,))) == number


def test_conditions_on_companies_look_at_the_people_one_sees(people, olga, now):
    firm = Company.objects.create(name="Port", name_key="port", created_at=now)
    Contact.objects.filter(pk=people[1].pk).update(job_title="Kapitan")
    Contact.objects.update(company=firm, version=F("version") + 1)
    copying.copy_changed()

    def found(rule: dict, owners) -> bool:
        asked = rules.read(rule, Record.COMPANY)
        return firms.narrowed(Company.objects.all(), asked, now, owners=owners).exists()

    many = {"kind": "attribute", "field": "people", "op": "greater", "value": 2}
    role = {"kind": "role", "role": "kapitan"}
    somebody = {"people": {"kind": "attribute", "field": "first_name", "op": "is", "value": "Lead1"}}
    assert [found(many, None), found(many, (olga.pk,))] == [True, False]
    assert [found(role, None), found(role, (olga.pk,))] == [True, False]
    assert [found(somebody, None), found(somebody, (olga.pk,))] == [True, False]


def test_overlaps_and_profiles_are_of_whom_one_sees(people, olga, now):
    one, other = make_segment(now, rule=LEADS), make_segment(now, "Z Gdyni", rule=GDYNIA)

    (found,) = inside.overlaps(one, (olga.pk,))

    assert (found.other, found.both, found.size, found.size_of_other) == (other, 2, 2, 2)
    told = [portraits.portrait(Asked(rules.read(LEADS), now, owners=owners)) for owners in ((olga.pk,), None)]
    assert [(one.size, one.everybody) for one in told] == [(2, 2), (6, 6)]
