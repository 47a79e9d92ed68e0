"""A key that asks too often is told when to come again."""

import pytest

from relacja.contacts.tests.programs import Program
from relacja.staff import api


@pytest.fixture
def slow(settings):
    settings.API_RATE = 1
    api._limit.cache_clear()
    yield
    api._limit.cache_clear()


def test_a_key_that_asks_too_often_is_told_when_to_come_again(db, slow):
    eager, calm = Program(name="eager"), Program(name="calm")

    answers = [eager.get("/contacts") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert answers[-1]["Retry-After"] == "1"
    assert "1 a second" in answers[-1].json()["detail"]
    assert calm.get("/contacts").status_code == 200
