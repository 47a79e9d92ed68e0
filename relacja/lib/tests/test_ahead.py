import threading

import pytest

from relacja.lib.ahead import ahead


def test_the_same_things_come_in_the_same_order():
    with ahead(iter(range(1_000))) as items:
        assert list(items) == list(range(1_000))


def test_no_more_is_made_than_was_agreed_before_somebody_asks():
    made, enough = [], threading.Event()

    def counted():
        for number in range(100):
            made.append(number)
            if len(made) == 3:
                enough.set()
            yield number

    with ahead(counted(), steps=2) as items:
        assert next(items) == 0
        enough.wait(5)

    assert len(made) == 3


def test_what_cannot_be_made_is_said_where_it_is_used():
    def broken():
        yield 1
        raise ValueError("two")

    with ahead(broken()) as items:
        assert next(items) == 1
        with pytest.raises(ValueError, match="two"):
            next(items)


def test_who_leaves_early_leaves_no_thread_behind():
    with ahead(iter(range(1_000_000))) as items:
        next(items)

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
