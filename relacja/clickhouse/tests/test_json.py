"""JSON columns give back what was put in."""

import pytest


@pytest.mark.parametrize("text", ["2026-01-02", "2026-01-02T10:00:00Z", "2026-01-02 10:00:00.123", "00123"])
def test_text_that_looks_like_a_date_stays_as_it_was_written(facts, now, text):
    facts.insert("contact", [{"id": 1, "created_at": now, "attributes": {"note": text}, "version": 1, "is_deleted": 0}])

    [row] = facts.ask("SELECT attributes FROM contact")

    assert row["attributes"] == {"note": text}
