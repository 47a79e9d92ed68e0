import pytest

from relacja.events import vocabulary
from relacja.web.tests.doors import Door, counts, stored, track
from relacja.web.vocabulary import DECLARED


@pytest.mark.parametrize("name", ["Contact Created", "Stage Changed", "Contact Identified"])
def test_nobody_outside_says_what_only_we_can_know(door: Door, server, name):
    answer = door.post("/v1/track", track(server, event=name))

    assert (answer.status, answer.json["refusals"][0]["reason"]) == (400, "reserved_name")
    assert counts() == {"reserved_name": 1}


def test_an_answer_to_a_sites_question_is_never_a_consent_to_letters(door: Door, browser):
    door.post(
        "/v1/track", track(browser, event="Consent Given", properties={"purpose": "newsletter", "channel": "email"})
    )

    event = stored()[0]
    assert (event.properties["purpose"], event.properties["channel"]) == ("analytics", "web")


@pytest.mark.parametrize("declared", DECLARED, ids=lambda declared: declared.name)
def test_every_sentence_can_be_said(declared):
    said = vocabulary.sentence(declared.name, dict.fromkeys(declared.properties, "X") | {"total": 10.5, "rating": 5})

    assert said
    assert "{" not in said
