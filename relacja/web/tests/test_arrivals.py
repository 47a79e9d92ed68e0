"""How visitors came, told by campaign parameters, marks of advertisements and the page before."""

import json
from pathlib import Path

import pytest

from relacja.web import arrivals
from relacja.web.arrivals import arrival

CASES = Path(__file__).parents[4] / "shared/cases/web-referrers/referer-tests.json"
PAGE = "https://sklep.example/rowery"


def came(referrer: str | None, url: str = PAGE, **context) -> dict | None:
    told = {"url": url} | ({} if referrer is None else {"referrer": referrer})
    return arrival(told, context)


@pytest.mark.skipif(not CASES.exists(), reason="the cases of referrers lie beside the checkout, and are not there")
def test_the_referrers_that_others_collected_are_told_as_they_say():
    cases = json.loads(CASES.read_text(encoding="utf-8"))

    wrong = []
    for case in cases:
        found = came(case["uri"]) or {}
        told = (found.get("medium"), found.get("source"), found.get("term"))
        if told != (case["medium"], case["source"], case["term"] and case["term"][: arrivals.LONGEST]):
            wrong.append((case["spec"], told))

    assert len(cases) == 118
    assert not wrong


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [
        ("https://www.google.com/", {"medium": "search", "source": "Google", "referrer": "www.google.com"}),
        ("https://www.google.co.uk/", {"medium": "search", "source": "Google", "referrer": "www.google.co.uk"}),
        ("https://mail.google.com/mail/u/0", {"medium": "email", "source": "Gmail", "referrer": "mail.google.com"}),
        ("https://google.evil.example/", {"medium": "referral", "source": "google.evil.example"}),
        ("https://notgoogle.com/", {"medium": "referral", "source": "notgoogle.com"}),
        ("https://szukaj.onet.pl/?qt=rower", {"medium": "search", "source": "Onet", "term": "rower"}),
        ("android-app://com.google.android.gm/", None),
        ("", {"medium": "direct"}),
        (None, None),
        ("https://sklep.example/kaski", None),
        ("https://www.sklep.example/kaski", None),
        ("https://blog.sklep.example/wpis", None),
        ("https://secure.przelewy24.pl/pay", None),
        ("https://[broken", None),
        ("javascript:alert(1)", None),
        ("x" * 10_000, None),
    ],
)
def test_the_page_before_says_where_somebody_came_from(referrer, expected):
    found = came(referrer)

    assert found == expected or {**expected, "referrer": found.get("referrer")} == found


def test_whoever_made_the_link_says_it_best():
    url = f"{PAGE}?utm_source=gazeta&utm_medium=CPC&utm_campaign=Wiosna&utm_content=baner"

    assert came("https://www.google.com/", url) == {
        "source": "gazeta",
        "medium": "cpc",
        "campaign": "Wiosna",
        "content": "baner",
        "referrer": "www.google.com",
    }
    assert came("", PAGE, campaign={"source": "newsletter", "medium": "email", "name": "Maj"}) == {
        "source": "newsletter",
        "medium": "email",
        "campaign": "Maj",
    }
    assert came("https://www.facebook.com/", f"{PAGE}?gclid=x") == {
        "medium": "paid",
        "source": "Google",
        "referrer": "www.facebook.com",
    }
    assert came(None, f"{PAGE}?fbclid=x") == {"medium": "social", "source": "Facebook"}


@pytest.mark.parametrize("said", [7, [], {"url": 7}, {"campaign": 7, "page": []}, {"campaign": {"source": ["x"]}}])
def test_what_is_nonsense_says_nothing(said):
    context = said if isinstance(said, dict) else {"page": said}

    assert arrival({"url": said, "referrer": said}, context) is None


def test_everybody_in_the_table_is_found_again():
    for host, entries in arrivals._entries().items():
        for path, known in entries:
            found = arrivals.provider(host.replace("*", "com"), path or "/")
            assert found is known or found.medium in {known.medium, "email", "search", "chatbot"}, (host, path)
