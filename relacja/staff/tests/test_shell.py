"""The shell: who sees which entries, how a no is said, what the palette and the bell answer."""

import re
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from conftest import make_user
from relacja.lib.errors import Refused, Unavailable
from relacja.staff.access import Role
from relacja.ui import attention, home, navigation, palette, stylesheet
from relacja.ui.middleware import POLICY, ContentSecurityPolicy, Refusals
from relacja.ui.palette import Hit

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def request_of(user, path="/", **headers):
    request = RequestFactory().get(path, **headers)
    request.user = user
    return request


def answered(_request):
    return HttpResponse()


def sandboxed(_request):
    return HttpResponse(headers={"Content-Security-Policy": "sandbox"})


@pytest.mark.parametrize("role", list(Role))
def test_people_see_only_the_entries_their_role_opens(db, role, client):
    user = make_user(f"{role}@firma.example", role)
    client.force_login(user)

    html = client.get("/").text

    for entry in navigation._entries:
        assert (f'href="{entry.href}" title=' in html) is user.may(entry.permission), entry.url_name


def test_settings_lead_to_the_first_page_a_person_may_open(db):
    manager = make_user("manager@firma.example", Role.MANAGER)
    viewer = make_user("viewer@firma.example", Role.VIEWER)

    assert navigation.entries_for(request_of(manager))[-1].href == navigation.settings_for(request_of(manager))[0].href
    assert navigation.SETTINGS.label not in [entry.label for entry in navigation.entries_for(request_of(viewer))]


def test_the_entry_one_stands_in_is_marked(as_alice):
    html = as_alice.get("/settings/keys/").text

    marked = re.findall(r'<a href="([^"]+)"[^>]*aria-current="page"', html)
    assert "/" not in marked
    assert "/settings/keys/" in marked


def test_every_answer_carries_the_strict_policy(as_nobody):
    policy = as_nobody.get("/sign-in/")["Content-Security-Policy"]

    assert policy == POLICY
    assert "unsafe" not in policy


def test_a_view_may_set_a_policy_of_its_own():
    own = ContentSecurityPolicy(sandboxed)

    assert own(RequestFactory().get("/"))["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(("error", "status"), [(Refused("Tak nie."), 422), (Unavailable("Nie teraz."), 503)])
def test_a_no_is_a_page_with_its_sentence(alice, rf, error, status):
    request = request_of(alice)

    response = Refusals(answered).process_exception(request, error)

    assert response.status_code == status
    assert str(error) in response.text
    assert 'class="side"' in response.text


def test_a_no_in_a_part_of_a_page_is_a_toast(as_alice, alice):
    response = as_alice.post(
        reverse("staff:person", args=[alice.pk]), {"role": "viewer"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 422
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#toasts", "beforeend")
    assert "<html" not in response.text
    assert "toast raspberry" in response.text


def test_a_no_to_somebody_outside_shows_nothing_of_the_inside(db, rf):
    from django.contrib.auth.models import AnonymousUser

    response = Refusals(answered).process_exception(request_of(AnonymousUser()), Refused("Tak nie."))

    assert "Tak nie." in response.text
    assert 'class="side"' not in response.text


def test_a_bug_is_not_dressed_up_as_a_refusal(alice):
    assert Refusals(answered).process_exception(request_of(alice), ValueError("x")) is None


@pytest.mark.parametrize("path", ["/nothing/here/", "/style/x.css/"])
def test_an_address_with_nothing_behind_it_says_so(as_alice, path):
    response = as_alice.get(path)

    assert response.status_code == 404
    assert 'class="side"' in response.text


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "500.html"])
def test_pages_for_bad_moments_need_nobody_and_nothing(template):
    html = render_to_string(template)

    assert "<h1>" in html
    assert 'rel="stylesheet"' in html


def test_what_a_role_may_not_open_says_who_can_help(as_bob):
    response = as_bob.get("/settings/people/")

    assert response.status_code == 403
    assert "administrator" in response.text


def test_the_style_sheet_keeps_its_name_as_long_as_its_text(as_nobody):
    fresh = as_nobody.get(f"/style/{stylesheet.digest()}.css")
    old = as_nobody.get("/style/0123456789ab.css")

    assert "immutable" in fresh["Cache-Control"]
    assert "no-store" in old["Cache-Control"]
    assert "@layer reset, tokens, base" in fresh.text


def test_the_layers_come_first_and_every_file_is_in_the_sheet():
    sheet = stylesheet.text()

    assert sheet.index("@layer reset, tokens") < sheet.index("@font-face")
    for path in stylesheet.FOLDER.rglob("*.css"):
        assert path.read_text(encoding="utf-8").strip() in sheet, path.name


def test_the_palette_offers_every_place_a_person_may_go(as_alice, alice):
    html = as_alice.get("/palette/", headers={"HX-Request": "true"}).text

    assert "<html" not in html
    for entry in navigation.entries_for(request_of(alice)):
        assert f'href="{entry.href}"' in html


def test_the_palette_narrows_as_one_types_and_says_when_nothing_fits(as_alice):
    assert 'role="option"' in as_alice.get("/palette/?q=ustaw", headers={"HX-Request": "true"}).text
    nothing = as_alice.get("/palette/?q=<b>qqq", headers={"HX-Request": "true"}).text
    assert 'role="option"' not in nothing
    assert "&lt;b&gt;qqq" in nothing


def test_the_palette_is_a_page_without_script(as_alice):
    assert '<form class="field' in as_alice.get("/palette/?q=x").text


class Bicycles:
    title = "Rowery"
    order = 1

    def search(self, user, text):
        return [Hit(f"Wicher {n}", text, f"/bicycles/{n}/", "bike") for n in range(30)]

    def commands(self, user, path):
        return [Hit("Dodaj rower", "", "/bicycles/new/", "plus", ("N",))] if path == "/bicycles/" else []


def test_a_source_is_asked_for_matches_and_for_what_can_be_done_here(alice, monkeypatch):
    monkeypatch.setattr(palette, "_sources", [])
    palette.add(Bicycles())

    found = palette.find(request_of(alice), alice, "wicher", path="/bicycles/")
    here = palette.find(request_of(alice), alice, "", path="/bicycles/")
    there = palette.find(request_of(alice), alice, "", path="/")

    assert len(found[0].hits) == palette.AT_MOST
    assert [hit.label for hit in here[0].hits] == ["Dodaj rower"]
    assert "Rowery" not in [group.title for group in there]


def test_the_bell_shows_what_waits_newest_first_for_those_it_concerns(as_alice, alice, bob, monkeypatch):
    monkeypatch.setattr(attention, "_sources", [])
    older = attention.Need("Starsze", "/a/", "mail", since=datetime(2026, 11, 1, tzinfo=UTC))
    newer = attention.Need("Nowsze", "/b/", "mail", since=datetime(2026, 11, 20, tzinfo=UTC))
    attention.add("staff.people", lambda *_: [older, newer])

    assert [need.sentence for need in attention.needs_of(alice, now=NOW)] == ["Nowsze", "Starsze"]
    assert attention.needs_of(bob, now=NOW) == []
    bell = as_alice.get("/attention/", headers={"HX-Request": "true"}).text
    assert "is-new" in bell
    assert "<html" not in bell
    assert "Nowsze" in as_alice.get("/attention/").text


def test_a_card_shows_only_to_its_people_and_only_when_it_has_something_to_say(alice, bob, monkeypatch):
    monkeypatch.setattr(home, "_cards", [])
    home.add(home.Card("Druga", "x.html", lambda *_: {"n": 2}, "staff.home", order=20))
    home.add(home.Card("Pierwsza", "x.html", lambda *_: {"n": 1}, "staff.people", order=10))
    home.add(home.Card("Niema", "x.html", lambda *_: None, "staff.home"))

    assert [card.title for card in home.shown_to(alice, now=NOW)] == ["Pierwsza", "Druga"]
    assert [card.title for card in home.shown_to(bob, now=NOW)] == ["Druga"]


def test_the_first_page_is_worth_opening_when_there_is_nothing_yet(as_bob, monkeypatch):
    monkeypatch.setattr(home, "_cards", [])

    html = as_bob.get("/").text

    assert 'class="welcome"' in html
    assert 'class="drawing"' in html


def test_the_chosen_theme_and_fold_are_drawn_by_the_server(as_alice):
    as_alice.cookies["theme"], as_alice.cookies["nav"] = "dark", "folded"
    assert 'data-theme="dark" data-nav="folded"' in as_alice.get("/").text

    as_alice.cookies["theme"] = '"><script>'
    assert "data-theme" not in as_alice.get("/").text


def test_the_bar_of_a_phone_holds_five_places_and_duplicates_are_behind_more(as_alice, facts):
    bar = as_alice.get("/").text.partition('class="bottom-bar"')[2].partition("</nav>")[0]

    places = re.findall(r'<a href="([^"]+)"', bar)

    assert places[:2] == ["/", "/contacts/"]
    assert len(places) == 5
    assert "/contacts/duplicates/" not in places
    assert 'popovertarget="all-entries"' in bar


def test_settings_stand_under_the_headings_of_their_sections(as_alice):
    shown = as_alice.get("/settings/teams/").text
    nav = shown[shown.index('class="nav sections"') : shown.index("</nav>", shown.index('class="nav sections"'))]

    assert re.findall(r'class="heading">([^<]+)<', nav) == ["Kto tu pracuje", "Klienci", "Dane", "System"]
    assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == ["/settings/teams/"]
    assert 'class="nav sections"' not in as_alice.get("/contacts/").text


def test_an_address_for_forms_says_so_to_who_opens_it(as_alice):
    response = as_alice.get("/sign-out/")

    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "przyjmuje to, co wysyła formularz" in response.text
