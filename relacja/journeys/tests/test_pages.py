import pytest

from relacja.journeys import actions
from relacja.journeys.models import Journey
from relacja.messaging import actions as messaging

from .conftest import HOUR

HTMX = {"HX-Request": "true"}


@pytest.fixture
def english(alice, bob):
    for user in (alice, bob):
        user.language = "en"
        user.save()


pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("journeys", [1, 12])
def test_the_list_costs_the_same_however_long_it_is(as_alice, world, django_assert_max_num_queries, journeys):
    for _ in range(journeys):
        world.journey()

    with django_assert_max_num_queries(12):
        response = as_alice.get("/journeys/")

    assert response.text.count("Live, version 1") == journeys


def test_an_empty_list_teaches_and_a_draft_begins_from_it(as_alice, world):
    assert "There is none yet" in as_alice.get("/journeys/").text

    response = as_alice.post("/journeys/new/", {"name": "Powitanie"})

    assert response.url == "/journeys/powitanie/draft/"
    assert "Powitanie" in as_alice.get(response.url).text


def test_a_journeys_page_counts_people_at_each_step(as_alice, world):
    journey = world.journey()
    for name in ("Anna", "Jan", "Ola"):
        world.happens("Product Added", world.person(name))
    world.happens("Order Completed", journey.enrolments.first().contact)

    text = as_alice.get("/journeys/cart/").text

    assert "2 wait here" in text
    assert "1 left" in text
    assert "Wait 60 minutes" in text
    assert text.count("?what=waiting") == 1
    assert "Product added to cart" in text


def test_a_viewer_looks_but_changes_nothing(as_bob, world):
    world.journey()

    page = as_bob.get("/journeys/cart/")

    assert page.status_code == 200
    assert "Pause" not in page.text
    assert as_bob.get("/journeys/cart/draft/").status_code == 403
    assert as_bob.post("/journeys/cart/pause/").status_code == 403
    assert as_bob.post("/journeys/cart/draft/steps/", {"kind": "wait"}).status_code == 403


def test_a_journey_is_written_step_by_step_and_published(as_alice, world):
    messaging.ensure_ready_made(now=world.now)
    as_alice.post("/journeys/new/", {"name": "Welcome"})
    base = "/journeys/welcome/draft/"
    assert "Say what begins the journey" not in as_alice.get(base).text

    as_alice.post(
        f"{base}settings/",
        {
            "name": "Welcome",
            "trigger-event": "Product Added",
            "again": "days",
            "again_days": "3",
            "exit-0-event": "Order Completed",
        },
    )
    as_alice.post(f"{base}steps/", {"kind": "wait"})
    as_alice.post(f"{base}steps/s1/", {"minutes": "30"})
    as_alice.post(f"{base}steps/", {"kind": "condition"})
    agreed = '{"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"}'
    as_alice.post(f"{base}audience/", {"at": "s2", "audience-rule": agreed})
    as_alice.post(f"{base}steps/", {"kind": "send", "into": "s2", "branch": "yes"})
    as_alice.post(f"{base}steps/s3/", {"template": "abandoned-cart", "message": "marketing", "purpose": "newsletter"})
    response = as_alice.post("/journeys/welcome/versions/")

    assert response.url == "/journeys/welcome/"
    version = Journey.objects.get(key="welcome").versions.get()
    assert version.definition == {
        "trigger": {"event": "Product Added"},
        "again": "days",
        "again_days": 3,
        "restart": False,
        "exit_on": [{"event": "Order Completed"}],
        "steps": [
            {"id": "s1", "kind": "wait", "minutes": 30},
            {
                "id": "s2",
                "kind": "condition",
                "rule": {"all": [{"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"}]},
                "yes": [
                    {
                        "id": "s3",
                        "kind": "send",
                        "template": "abandoned-cart",
                        "message": "marketing",
                        "purpose": "newsletter",
                    }
                ],
                "no": [],
            },
        ],
    }


def test_the_editor_answers_htmx_with_itself_and_says_what_is_wrong(as_alice, world):
    as_alice.post("/journeys/new/", {"name": "Welcome"})

    response = as_alice.post("/journeys/welcome/draft/steps/", {"kind": "wait"}, headers=HTMX)

    assert "<html" not in response.text
    assert "Say how long to wait" in response.text


def test_what_is_wrong_cannot_be_published(as_alice, world):
    as_alice.post("/journeys/new/", {"name": "Welcome"})

    response = as_alice.post("/journeys/welcome/versions/")

    assert response.status_code == 422
    assert "A journey needs at least one step" in response.text


def steps() -> list[str]:
    return [one["id"] for one in Journey.objects.get().draft["steps"]]


def test_steps_move_and_go(as_alice, world):
    world.journey()

    as_alice.post("/journeys/cart/draft/steps/m/place/", {"to": "up"})
    assert steps() == ["m", "w"]
    as_alice.post("/journeys/cart/draft/steps/m/place/", {"to": "up"})
    assert steps() == ["m", "w"]
    as_alice.post("/journeys/cart/draft/steps/w/removal/")
    assert steps() == ["m"]
    assert as_alice.post("/journeys/cart/draft/steps/w/removal/").status_code == 422


def test_filters_of_events_are_kept(as_alice, world):
    world.journey()

    as_alice.post(
        "/journeys/cart/draft/settings/",
        {
            "name": "Big carts",
            "trigger-event": "Product Added",
            "trigger-where-0-property": "price",
            "trigger-where-0-op": "greater",
            "trigger-where-0-value": "1 000,50",
            "again": "always",
            "restart": "1",
        },
    )

    journey = Journey.objects.get()
    assert journey.name == "Big carts"
    assert journey.draft["trigger"]["where"] == [{"property": "price", "op": "greater", "value": 1000.5}]
    assert "1000.5" in as_alice.get("/journeys/cart/draft/").text


def test_pausing_and_archiving(as_alice, world):
    journey = world.journey()

    as_alice.post("/journeys/cart/pause/")
    assert "Paused" in as_alice.get("/journeys/").text
    as_alice.post("/journeys/cart/pause/", {"resume": "1"})
    as_alice.post("/journeys/cart/archive/")

    journey.refresh_from_db()
    assert (journey.paused_at, journey.archived_at is not None) == (None, True)
    assert as_alice.get("/journeys/cart/").status_code == 200


def test_a_jump_of_the_clock_is_shown_and_settled(as_alice, world):
    from relacja.journeys import watching

    world.journey()
    watching.hold(jumped_from=world.now, now=world.now + 24 * HOUR)
    assert "The clock jumped" in as_alice.get("/journeys/cart/").text

    as_alice.post("/journeys/clock/")

    assert watching.held() is None


def test_one_person_is_found_and_explained(as_alice, world):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    world.after(HOUR)

    found = as_alice.get("/journeys/cart/people/?q=anna", headers=HTMX)
    assert f"/journeys/cart/people/{anna.pk}/" in found.text
    story = as_alice.get(f"/journeys/cart/people/{anna.pk}/").text

    assert "Reached the end" in story
    assert "Enters because of: Product added to cart" in story


def test_every_page_reads_in_polish(as_alice, world, alice):
    alice.language = "pl"
    alice.save()
    messaging.ensure_ready_made(now=world.now)
    actions.ensure_ready_made(now=world.now)
    anna = world.person()
    world.happens("Product Added", anna)

    for path in ("", "abandoned-cart/", "abandoned-cart/draft/", f"abandoned-cart/people/{anna.pk}/"):
        assert as_alice.get(f"/journeys/{path}").status_code == 200


@pytest.mark.parametrize(
    ("what", "names"), [("waiting", {"Jan", "Ola"}), ("left", {"Anna"}), ("", {"Anna", "Jan", "Ola"})]
)
def test_a_number_opens_the_people_behind_it(as_alice, world, what, names):
    journey = world.journey()
    for name in ("Anna", "Jan", "Ola"):
        world.happens("Product Added", world.person(name))
    world.happens("Order Completed", journey.enrolments.get(contact__first_name="Anna").contact)

    text = as_alice.get(f"/journeys/cart/versions/1/steps/w/?what={what}").text

    assert {name for name in ("Anna", "Jan", "Ola") if f"{name} Żółć" in text} == names


def test_why_messages_were_not_sent_is_counted(as_alice, world):
    messaging.ensure_ready_made(now=world.now)
    send = {"id": "m", "kind": "send", "template": "abandoned-cart", "message": "marketing", "purpose": "newsletter"}
    world.journey(steps=[{"id": "w", "kind": "wait", "minutes": 60}, send])
    world.happens("Product Added", world.person())
    world.after(HOUR)

    text = as_alice.get("/journeys/cart/").text

    assert "not allowed to write to: 1" in text
    assert "There is no consent for this purpose and channel." in text


def test_the_contact_page_names_their_journeys(world, alice, rf):
    from django.template.loader import render_to_string

    from relacja.contacts import panels
    from relacja.journeys import panels as _ours  # noqa: F401

    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    shown = next(one for one in panels.shown_for(anna, alice, now=world.now) if one.key == "journeys")

    html = render_to_string(shown.template, {"panel": shown.context, "now": world.now})

    assert f"/journeys/cart/people/{anna.pk}/" in html


def test_what_would_happen_to_a_person_is_told_and_nothing_happens(as_alice, world):
    messaging.ensure_ready_made(now=world.now)
    journey = actions.ensure_ready_made(now=world.now)
    anna = world.person()

    text = as_alice.get(f"/journeys/{journey.key}/people/{anna.pk}/?ahead=1").text

    assert "The wait is over" in text
    assert "The condition is not met" in text
    assert journey.enrolments.count() == 0
