"""Whom somebody does not see is nowhere: every address of the product, walked by people with a narrow reach.

The word that stands in all that belongs to others (`tests/reaching.py`) may stand on no page, in no answer to a search,
in no part that htmx asks for; what is sent to them changes nothing.
"""

import re

import pytest
from django.test import Client

from relacja.contacts.models import Candidate, Company, Contact, Document, Merge, Position
from relacja.imports.models import Import
from relacja.messaging.models import Message, Suppression
from tests.reaching import HTMX, MARK, PART, World, make_world, of_hers, paths, routes


@pytest.fixture(params=["own", "team"])
def world(request, deliver, now) -> World:
    return make_world(request.param, deliver, now)


@pytest.fixture
def as_olga(world) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.olga)
    return client


def test_whom_one_does_not_see_stands_on_no_page(world, as_olga):
    told = []
    for path in [one for route in routes() for one in paths(route, world)] + of_hers(world):
        for headers in ({}, HTMX):
            answer = as_olga.get(path, headers=headers)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if answer.status_code >= 500 or MARK.encode() in body.lower():
                told.append((path, answer.status_code, bool(headers), _where(body)))
    assert not told, "\n".join(map(str, told))


def _where(body: bytes) -> str:
    text = body.decode(errors="replace")
    place = text.lower().find(MARK)
    return re.sub(r"\s+", " ", text[max(0, place - 160) : place + 40])


def test_their_own_pages_are_not_there(world, as_olga):
    there = []
    for pk in world.ids["contacts/"]:
        there += [
            pk for path in ("", "facts/", "changes/", "consents/") if not _is_gone(as_olga, f"/contacts/{pk}/{path}")
        ]
    for path in ("", "facts/", "changes/", "details/"):
        there += [path] if not _is_gone(as_olga, f"/companies/{world.firm.pk}/{path}") else []
    for kind in ("documents/", "outbox/", "imports/", "duplicates/merges/"):
        there += [(kind, pk) for pk in world.ids[kind] if not _is_gone(as_olga, f"/{kind}{pk}/")]
    there += [pk for pk in [world.theirs.pk] if not _is_gone(as_olga, f"/segments/of/{pk}/")]
    assert there == []


def _is_gone(client: Client, path: str) -> bool:
    return client.get(path).status_code == 404


def test_what_is_sent_to_them_changes_nothing(world, as_olga):
    before = _state(world)
    given = {"ids": [*world.ids["contacts/"], world.firm.pk], "text": "x", "add": "x", "do": "change", "path": "city"}
    given |= {"value": "Hel", "first_name": "X", "last_name": "X", "name": "X", "role": "X", "reason": "x"}
    given |= {"since": "2026-01-01", "stays": world.mine.pk, "because": "x", "person": f"#{world.theirs.pk}"}
    for route in routes():
        if route.startswith(("settings/", "sign-", "profile/", "templates/", "demo/")):
            continue
        for path in paths(route, world):
            answer = as_olga.post(path, given)
            assert answer.status_code < 500, path
            assert MARK not in answer.content.decode(errors="replace").lower(), path
            assert _state(world) == before, path
    as_olga.post(f"/companies/{world.shared.pk}/people/", given)
    as_olga.post("/contacts/trash/", {**given, "all": 1, "list": f"?q={PART}"})

    assert _state(world) == before


def _state(world: World) -> list[object]:
    people = Contact.objects.filter(pk__in=world.ids["contacts/"]).order_by("pk")
    return [
        list(people.values_list("pk", "version", "city", "archived_at", "trashed_at", "owner")),
        list(
            Company.objects.filter(name__startswith=MARK).values_list("pk", "version", "city", "archived_at", "owner")
        ),
        list(Candidate.objects.order_by("pk").values_list("pk", "decision")),
        list(Document.objects.order_by("pk").values_list("pk", "trashed_at")),
        list(Message.objects.order_by("pk").values_list("pk", "state")),
        list(Suppression.objects.order_by("pk").values_list("pk", "lifted_at")),
        list(Import.objects.order_by("pk").values_list("pk", "state")),
        list(Merge.objects.order_by("pk").values_list("pk", "parted_at")),
        list(Position.objects.order_by("pk").values_list("pk", "contact")),
    ]


def test_the_walk_would_find_them(world, as_alice):
    """Whoever sees everybody meets the word everywhere: the walk looks where it stands."""
    places = [
        "/contacts/",
        "/companies/",
        "/documents/",
        "/duplicates/",
        "/outbox/",
        "/outbox/suppressions/",
        "/imports/",
        f"/contacts/{world.theirs.pk}/",
        f"/contacts/{world.mine.pk}/",
        f"/companies/{world.shared.pk}/",
        f"/segments/{world.ids['segments/'][0]}/",
        f"/palette/?q={PART}",
        f"/journeys/{world.key}/people/?q={PART}",
    ]
    assert [path for path in places if MARK not in as_alice.get(path).text.lower()] == []
