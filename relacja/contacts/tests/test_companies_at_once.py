"""Two people write companies at the same moment: what only one of them may do, only one does."""

import threading

import pytest
from django.db import connection, transaction

from relacja.contacts import actions
from relacja.contacts.models import Company
from relacja.contacts.tests.test_companies import make_company
from relacja.lib.errors import Refused

TOGETHER = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")


def at_once(*works) -> list[Exception | None]:
    """What came of each, begun at the same moment, each in a transaction that ends only when all were begun."""
    ready, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            with transaction.atomic():
                ready.wait(5)
                work()
        except Refused as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers


@TOGETHER
@pytest.mark.django_db(transaction=True)
def test_of_two_new_companies_with_one_vat_id_the_second_is_refused(now):
    def add(name):
        return lambda: actions.create_company(values={"name": name, "vat_id": "5260250274"}, now=now)

    answers = at_once(add("Jeden"), add("Dwa"))

    [refusal] = [one for one in answers if one]
    assert Company.objects.count() == 1
    assert Company.objects.get().name in str(refusal)


@TOGETHER
@pytest.mark.django_db(transaction=True)
def test_two_halves_of_a_ring_are_not_closed(now):
    one, two = make_company(now, "One"), make_company(now, "Two")

    def under(child, parent):
        return lambda: actions.edit_company(child, values={"parent": parent.pk}, now=now)

    answers = at_once(under(one, two), under(two, one))

    assert sum(1 for answer in answers if answer) == 1
    assert Company.objects.filter(parent=None).count() == 1


def test_companies_that_shared_a_vat_id_are_kept_until_one_gives_it_up(now, db):
    first = make_company(now, "Pierwsza", vat_id="5260250274")
    Company.objects.create(name="Druga", name_key="druga", vat_id="5260250274", doubled_at=now, created_at=now)
    second = Company.objects.get(name="Druga")

    actions.edit_company(second, values={"city": "Hel", "vat_id": "5260250274"}, now=now)
    with pytest.raises(Refused):
        make_company(now, "Trzecia", vat_id="5260250274")
    actions.edit_company(first, values={"vat_id": "7740001454"}, now=now)

    second.refresh_from_db()
    assert (second.vat_id, second.doubled_at) == ("5260250274", None)
    with pytest.raises(Refused, match="Druga"):
        actions.edit_company(first, values={"vat_id": "5260250274"}, now=now)
