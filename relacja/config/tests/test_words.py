"""Django finds the Polish words of every part, also of those that are no app with pages."""

import pytest
from django.utils.translation import gettext, override


@pytest.mark.parametrize(
    ("part", "english", "polish"),
    [
        ("config", "nobody is working", "nikt nie pracuje"),
        ("jobs", "Running", "W toku"),
        ("events", "Readers of the log", "Czytelnicy dziennika"),
        ("clickhouse", "The store of facts did not answer: {reason}", "Magazyn faktów nie odpowiada: {reason}"),
    ],
)
def test_the_words_of_each_part_are_found(part, english, polish):
    with override("pl"):
        assert gettext(english) == polish
