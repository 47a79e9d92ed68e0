from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from relacja.demo import history
from relacja.demo.people import Habit, people

# The night the clocks go back, just after the hour that happens twice.
NOW = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def told():
    random = Random(7)
    return [(person, history.story(person, now=NOW, random=random)) for person in people(800, seed=7)]


def test_everything_happens_in_order_within_the_year_before_now(told):
    for _, story in told:
        times = [moment.at for moment in story.moments]
        assert times == sorted(times)
        assert all(NOW - timedelta(days=400) < at < NOW for at in times)
        assert all(purchase.at < NOW for purchase in story.purchases)
        assert story.known_at < NOW


def test_the_same_seed_tells_the_same_story():
    person = next(people(1, seed=7))

    assert history.story(person, now=NOW, random=Random(1)) == history.story(person, now=NOW, random=Random(1))


def test_bicycles_sell_in_spring_and_lights_in_autumn(told):
    sold = Counter(
        (purchase.at.month, line.product.category.slug)
        for _, story in told
        for purchase in story.purchases
        for line in purchase.cart.lines
    )

    def season(category, months):
        return sum(sold[month, category] for month in months)

    assert season("rowery", (3, 4, 5)) > 2 * season("rowery", (10, 11, 12))
    assert season("oswietlenie", (9, 10, 11)) > 2 * season("oswietlenie", (4, 5, 6))


def test_habits_show_in_the_orders(told):
    orders = {habit: [len(s.purchases) for p, s in told if p.habit == habit] for habit in Habit}

    assert min(orders[Habit.DEVOTED]) > 2
    assert max(orders[Habit.LOOKING] + orders[Habit.LOST]) == 0
    assert max(orders[Habit.ONCE]) == 1


def test_letters_go_only_to_those_who_agreed_and_stop_when_they_withdraw(told):
    withdrawn = [story for _, story in told if story.withdrawn_at]
    assert withdrawn
    for _, story in told:
        mail = [moment for moment in story.moments if moment.name == "Email Sent"]
        if story.agreed_at is None:
            assert mail == []
        for moment in mail:
            assert story.agreed_at < moment.at < (story.withdrawn_at or NOW)


def test_some_leave_a_full_cart(told):
    full = [s for _, s in told if {"Product Added"} <= {m.name for m in s.moments} and not s.purchases]

    assert len(full) > 40


def test_an_anonymous_browser_is_only_ever_seen_browsing():
    story = history.anonymous_story(now=NOW, random=Random(3))

    assert story.moments
    assert all(moment.in_browser for moment in story.moments)
    assert (story.purchases, story.agreed_at) == ([], None)
