"""A wrong value in the environment is one sentence that names it."""

import pytest

from relacja.lib import env
from relacja.lib.errors import Refused


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.flag("X"), "maybe"),
        (lambda: env.number("X", 1), "many"),
        (lambda: env.url("X", "", schemes=("redis",)), "localhost"),
        (lambda: env.url("X", "", schemes=("redis",)), "redis://localhost:99999999"),
        (lambda: env.address("X", "", schemes=("redis",)), "http://localhost"),
        (lambda: env.zone("X", "UTC"), "Mars"),
        (lambda: env.zone("X", "UTC"), "../etc/passwd"),
        (lambda: env.hours("X", "off"), "at night"),
        (lambda: env.hours("X", "off"), "21:00"),
        (lambda: env.hours("X", "off"), "21:00-25:00"),
    ],
)
def test_a_wrong_value_is_refused_by_name(monkeypatch, read, value):
    monkeypatch.setenv("X", value)

    with pytest.raises(Refused, match="X"):
        read()


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.zone("X", "UTC"), "Europe/Warsaw"),
        (lambda: env.hours("X", "off"), "21:00-08:00"),
        (lambda: env.hours("X", "21:00-08:00"), "off"),
        (lambda: env.address("X", "", schemes=("redis",)), "redis://localhost/1"),
    ],
)
def test_a_right_value_is_taken_as_it_was_written(monkeypatch, read, value):
    monkeypatch.setenv("X", value)

    assert read() == value


def test_a_secret_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("hidden\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "key"))

    assert env.text("X") == "hidden"


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("X_FILE", str(tmp_path / "none"))

    with pytest.raises(Refused, match="none"):
        env.text("X")
