from relacja.messaging import actions, queries


def test_a_held_channel_rests_until_a_person_says_go_on(as_alice, as_bob, now):
    actions.hold("email", reason="a backup was restored.", now=now)
    assert [pause.channel for pause in queries.resting_channels(now)] == ["email"]

    assert "a backup was restored" in as_bob.get("/outbox/").text
    assert as_bob.post("/outbox/rests/email/end/").status_code == 403
    assert as_alice.post("/outbox/rests/email/end/").status_code == 302

    assert queries.resting_channels(now) == []
