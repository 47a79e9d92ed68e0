"""A wrong value in the environment is one sentence that names it."""

import pytest

from relacja.lib import env
from relacja.lib.errors import Refused


@pytest.fixture(autouse=True)
def _no_setting_of_ours_stays(monkeypatch):
    monkeypatch.setattr(env, "_settings", {})


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.flag("X", about=""), "maybe"),
        (lambda: env.number("X", 1, about=""), "many"),
        (lambda: env.url("X", "", schemes=("redis",), about=""), "localhost"),
        (lambda: env.url("X", "", schemes=("redis",), about=""), "redis://localhost:99999999"),
        (lambda: env.address("X", "", schemes=("redis",), about=""), "http://localhost"),
        (lambda: env.zone("X", "UTC", about=""), "Mars"),
        (lambda: env.zone("X", "UTC", about=""), "../etc/passwd"),
        (lambda: env.hours("X", "off", about=""), "at night"),
        (lambda: env.hours("X", "off", about=""), "21:00"),
        (lambda: env.hours("X", "off", about=""), "21:00-25:00"),
    ],
)
def test_a_wrong_value_is_refused_by_name(monkeypatch, read, value):
    monkeypatch.setenv("X", value)

    with pytest.raises(Refused, match="X"):
        read()


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.zone("X", "UTC", about=""), "Europe/Warsaw"),
        (lambda: env.hours("X", "off", about=""), "21:00-08:00"),
        (lambda: env.hours("X", "21:00-08:00", about=""), "off"),
        (lambda: env.address("X", "", schemes=("redis",), about=""), "redis://localhost/1"),
    ],
)
def test_a_right_value_is_taken_as_it_was_written(monkeypatch, read, value):
    monkeypatch.setenv("X", value)

    assert read() == value


def test_a_secret_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("hidden\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "key"))

    assert env.text("X", about="") == "hidden"


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("X_FILE", str(tmp_path / "none"))

    with pytest.raises(Refused, match="none"):
        env.text("X", about="")


def test_a_folder_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("X", raising=False)
    (tmp_path / "file").write_text("")

    with pytest.raises(Refused, match="file"):
        env.secret("X", tmp_path / "file" / "key", about="")


def test_a_secret_is_made_once(monkeypatch, tmp_path):
    monkeypatch.delenv("X", raising=False)
    made = env.secret("X", tmp_path / "key", about="")

    assert len(made) >= 48
    assert env.secret("X", tmp_path / "key", about="") == made
    monkeypatch.setenv("X", "given")
    assert env.secret("X", tmp_path / "key", about="") == "given"


@pytest.mark.parametrize(
    ("terminal", "words"),
    [
        ({"LANG": "pl_PL.UTF-8"}, "musi być liczbą całkowitą"),
        ({"LANG": "pl_PL.UTF-8", "LC_ALL": "C"}, "must be a whole number"),
        ({"LANG": "en_GB.UTF-8"}, "must be a whole number"),
        ({}, "must be a whole number"),
    ],
)
def test_a_refusal_speaks_the_language_of_the_terminal(monkeypatch, terminal, words):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**terminal, "X": "many"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(Refused, match=words):
        env.number("X", 1, about="")
