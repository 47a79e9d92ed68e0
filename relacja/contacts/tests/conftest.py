import pytest

from relacja.contacts.tests.programs import Program


@pytest.fixture
def program(db):
    return Program()
