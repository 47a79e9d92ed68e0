"""What is foreseen is what happens."""

import random
import time
from datetime import timedelta

import pytest

from relacja.journeys import rules
from relacja.journeys.foreseeing import Foreseen, Scripted, simulate
from relacja.journeys.models import Enrolment, JourneyVersion, Trace
from relacja.messaging import actions as messaging

from .conftest import HOUR, MINUTE, START
from .test_steps import agree

STEPS = [
    {"id": "a", "kind": "wait", "minutes": 60},
    {"id": "b", "kind": "test-letter"},
    {"id": "c", "kind": "wait", "days": 2, "until": "09:00"},
    {"id": "d", "kind": "test-letter"},
]


def happened() -> list[tuple]:
    rows = Trace.objects.values_list("enrolment__contact_id", "at", "step", "outcome")
    return sorted(rows)


@pytest.mark.parametrize("seed", range(8))
def test_the_foreseen_is_what_happens(world, seed):
    dice = random.Random(seed)
    journey = world.journey(
        again=dice.choice(["never", "days", "always"]), again_days=2, restart=dice.random() < 0.5, steps=STEPS
    )
    people = [world.person(f"Os{i}") for i in range(3)]
    moments = []
    for _ in range(14):
        name = dice.choice(["Product Added"] * 3 + ["Order Completed"])
        moments.append((START + timedelta(minutes=dice.randrange(1, 6 * 24 * 60)), dice.choice(people).pk, name))
    moments.sort()
    definition = rules.read(JourneyVersion.objects.get().definition)
    script = [Scripted(who, name, at) for at, who, name in moments]

    foreseen = simulate(definition, script, start=START, days=12)
    for at, who, name in moments:
        while (one := Enrolment.objects.active().order_by("due_at").first()) and one.due_at < at:
            world.now = one.due_at
            world.move()
        world.now = at
        world.happens(name, who)
    while one := Enrolment.objects.active().order_by("due_at").first():
        world.now = one.due_at
        world.move()

    assert sorted((one.contact_id, one.at, one.step, one.result) for one in foreseen) == happened()
    assert journey.enrolments.count() > 0


def test_conditions_and_consents_are_asked_as_they_stand(world):
    messaging.ensure_ready_made(now=world.now)
    send = {"id": "s", "kind": "send", "template": "abandoned-cart", "message": "marketing", "purpose": "newsletter"}
    world.journey(steps=[{"id": "w", "kind": "wait", "minutes": 60}, send])
    anna, jan = world.person(), world.person("Jan")
    agree(anna, world.now)
    definition = rules.read(JourneyVersion.objects.get().definition)

    foreseen = simulate(
        definition, [Scripted(one.pk, "Product Added", START) for one in (anna, jan)], start=START, days=1
    )

    assert [(one.contact_id, one.result) for one in foreseen if one.step == "s"] == [
        (anna.pk, "queued"),
        (jan.pk, "refused"),
    ]
    assert Trace.objects.count() == 0


def test_an_order_takes_them_out(world):
    definition = rules.read({"trigger": {"event": "A"}, "exit_on": [{"event": "B"}], "steps": STEPS})

    foreseen = simulate(definition, [Scripted(7, "A", START), Scripted(7, "B", START + MINUTE)], start=START, days=9)

    assert foreseen == [Foreseen(7, START + MINUTE, "a", "left", {"event": "B"})]


@pytest.mark.slow
def test_ten_thousand_people_and_ninety_days_take_seconds(world):
    definition = rules.read(
        {"trigger": {"event": "A"}, "again": "days", "again_days": 7, "exit_on": [{"event": "B"}], "steps": STEPS}
    )
    dice = random.Random(1)
    script = [
        Scripted(who, dice.choice("AAAB"), START + dice.randrange(90 * 24) * HOUR)
        for who in range(10_000)
        for _ in range(5)
    ]
    began = time.process_time()

    foreseen = simulate(definition, script, start=START, days=90)

    assert len(foreseen) > 50_000
    assert time.process_time() - began < 10
