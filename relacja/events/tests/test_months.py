"""Months that are over are merged whole: who looks at one person reads few parts."""


def test_the_table_of_events_merges_months_by_itself(facts):
    made = facts.ask("SELECT create_table_query AS text FROM system.tables WHERE name = 'event'")[0]["text"]

    assert "min_age_to_force_merge_seconds = 21600" in made
    assert "min_age_to_force_merge_on_partition_only" in made
