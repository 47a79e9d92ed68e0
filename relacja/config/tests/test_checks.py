"""What `relacja check` finds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from relacja.config import checks, upgrades
from relacja.events.models import Parked
from relacja.jobs.models import Job, JobState, Lease


def level_of(subject: str) -> str:
    """The worst that is said about a subject."""
    levels = [finding.level for finding in checks.findings() if finding.subject == subject]
    return max(levels, key=["ok", "warning", "error"].index)


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


def test_a_sound_installation_has_no_errors(facts):
    assert [finding.line() for finding in checks.findings() if finding.level == "error"] == []


def test_it_is_said_that_nobody_works_until_somebody_does(facts):
    assert level_of("Work") == "warning"

    Lease.objects.create(name="events.facts", owner="alone", until=timezone.now() + timedelta(seconds=10))

    assert "Work" not in {finding.subject for finding in checks.findings()}


def test_what_failed_or_was_parked_is_counted(facts, now):
    Job.objects.create(kind="x.y", state=JobState.FAILED, run_at=now, created_at=now)
    Parked.objects.create(subscriber="x", event=b"{}", event_name="y", error="z", at=now)

    assert (level_of("Jobs"), level_of("Parked events")) == ("warning", "warning")


def test_waiting_migrations_are_an_error_with_a_way_out(facts, monkeypatch):
    monkeypatch.setattr(upgrades, "pending", lambda: ["contacts.0009_more"])

    [records] = [finding for finding in checks.findings() if finding.subject == "Records"]

    assert records.level == "error"
    assert "relacja migrate" in records.mend


def test_little_room_is_an_error(facts, monkeypatch):
    monkeypatch.setattr(checks, "LITTLE_SPACE", float("inf"))

    assert level_of("Disk") == "error"


def test_a_redis_that_does_not_answer_is_an_error(facts, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    assert level_of("Redis") == "error"


def test_a_public_address_without_https_is_a_warning(facts, settings):
    settings.BASE_URL = "http://crm.firma.example"

    assert level_of("Address") == "warning"
