"""The queue of those who may be in the records twice."""

import pytest

from relacja.contacts.actions import suspecting, sweeping
from relacja.contacts.models import Candidate, Contact, Decision, Finder, Sweep
from relacja.contacts.tests.people import make_contact
from relacja.jobs import runner
from relacja.jobs.models import Job

HOME = {"street": "Długa 5/3", "postal_code": "31-042", "city": "Kraków"}

LAST = ("Wrona", "Kowalska", "Lis", "Zielińska", "Mazur", "Dąbek", "Szulc", "Borowiec")


def make_pairs(now, number=1):
    """Pairs of people who may be one, each pair with a last name of its own."""
    for n in range(number):
        home = {**HOME, "last_name": LAST[n], "street": f"Długa {n + 1}"}
        make_contact(now, first_name="Zofia", email=f"zofia{n}@wp.example", **home)
        make_contact(now, first_name="Zosia", email=f"zosia{n}@o2.example", **home)
    suspecting.look(Contact.objects.values_list("pk", flat=True), found_by=Finder.CHANGE, now=now)


def test_the_queue_says_why(as_alice, now):
    make_pairs(now)

    said = as_alice.get("/duplicates/").text

    assert "Zosia to zdrobnienie od Zofia" in said
    assert "ta sama ulica" in said
    assert "inny adres e-mail" in said


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("number", [1, 8])
def test_the_queue_costs_the_same_however_long_it_is(as_alice, now, number, django_assert_max_num_queries):
    make_pairs(now, number)
    as_alice.get("/duplicates/")

    with django_assert_max_num_queries(7):
        response = as_alice.get("/duplicates/")

    assert response.text.count('id="candidate-') == number


def test_two_people_leave_the_queue_and_come_back(as_alice, alice, now):
    make_pairs(now)
    candidate = Candidate.objects.get()

    answer = as_alice.post(f"/duplicates/{candidate.pk}/dismissal/", follow=True)

    assert f"candidate-{candidate.pk}" not in answer.text
    assert f"candidate-{candidate.pk}" in as_alice.get("/duplicates/?decision=dismissed").text
    again = as_alice.post(f"/duplicates/{candidate.pk}/dismissal/", headers={"HX-Request": "true"})
    assert again.status_code == 422
    as_alice.post(f"/duplicates/{candidate.pk}/reopening/")
    candidate.refresh_from_db()
    assert (candidate.decision, candidate.decided_by) == (Decision.OPEN, None)


def test_filters_and_pages(as_alice, now, monkeypatch):
    monkeypatch.setattr("relacja.contacts.duplicates.page.__kwdefaults__", {"after": "", "limit": 2})
    make_pairs(now, 3)

    first = as_alice.get("/duplicates/?level=doubtful&found_by=change").text
    after = first.split("after=")[1].split('"')[0].split("&")[0]
    second = as_alice.get(f"/duplicates/?level=doubtful&found_by=change&after={after}").text

    assert (first.count('id="candidate-'), second.count('id="candidate-')) == (2, 1)
    assert "candidate-" not in as_alice.get("/duplicates/?level=sure").text
    assert as_alice.get("/duplicates/?after=x-y&level=z&found_by=%00").status_code == 200


def test_a_sweep_is_begun_watched_and_stopped_on_the_page(as_alice, now):
    make_pairs(now)
    Candidate.objects.all().delete()

    as_alice.post("/duplicates/sweep/")
    assert "0 %" in as_alice.get("/duplicates/").text
    assert as_alice.post("/duplicates/sweep/", headers={"HX-Request": "true"}).status_code == 422
    assert runner.run_next(now=Job.objects.get(kind="contacts.sweep").run_at)

    assert Sweep.objects.get().percent == 100
    assert Candidate.objects.count() == 1
    sweeping.begin(by=None, now=now)
    as_alice.post("/duplicates/sweep/end/")
    assert Sweep.objects.last().is_stopped


def test_the_navigation_counts_what_waits(as_alice, now, monkeypatch):
    monkeypatch.setattr("relacja.contacts.duplicates.COUNTED_AGAIN", 0.0)
    monkeypatch.setattr("relacja.contacts.duplicates._kept.until", 0.0)
    assert 'class="counter"' not in as_alice.get("/contacts/").text

    make_pairs(now, 3)

    assert '<span class="counter">3</span>' in as_alice.get("/contacts/").text


def test_who_may_only_look_decides_nothing(client, bob, now):
    make_pairs(now)
    client.force_login(bob)
    pk = Candidate.objects.get().pk

    page = client.get("/duplicates/")

    assert page.status_code == 200
    assert "dismissal" not in page.text
    assert client.post(f"/duplicates/{pk}/dismissal/").status_code == 403
    assert client.post("/duplicates/sweep/").status_code == 403
