"""How a visitor came: by which medium, from where, for what. No clock, no database, and nothing raised.

Whoever made the link says it best (campaign parameters, marks of advertisements); else the page they came from does.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

KEY = "arrival"  # its name in the context of an event
DIRECT, REFERRAL, NONE = "direct", "referral", "none"
PARTS = ("source", "medium", "name", "campaign", "term", "content")
CLICKS = {
    "gclid": ("paid", "Google"),
    "gbraid": ("paid", "Google"),
    "wbraid": ("paid", "Google"),
    "msclkid": ("paid", "Bing"),
    "ttclid": ("paid", "TikTok"),
    "fbclid": ("social", "Facebook"),
}
SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
LONGEST = 200
LONGEST_ADDRESS = 4_000


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody known who sends visitors; `terms` are the parameters that say what was searched for."""

    medium: str
    source: str
    terms: tuple[str, ...] = ()


def arrival(
    properties: Mapping[str, Any], context: Mapping[str, Any], *, own: Collection[str] = ()
) -> dict[str, str] | None:
    """What a page view says about how its visitor came; None when it is one page of ours after another.

    A visitor who came from nowhere is `direct` if their browser said so. `own` are hosts that are ours too.
    """
    page = context.get("page")
    said = {**(page if isinstance(page, Mapping) else {}), **properties}
    address = split(said.get("url"))
    found = _campaign(context.get("campaign"), address) or _clicked(address)
    referrer = said.get("referrer")
    if not isinstance(referrer, str):
        return found
    came = split(referrer)
    if came is None:
        return found or ({"medium": DIRECT} if not referrer.strip() else None)
    host = came.hostname or ""
    if _is_ours(host, address.hostname if address else None, own):
        return found
    if found:
        return {**found, "referrer": host[:LONGEST]}
    return _referred(came, host)


def provider(host: str, path: str) -> Provider | None:
    """Who stands behind a host, if it is somebody known: by the longest of its entries that fits."""
    entries = _entries()
    for name in _names(host):
        for start, known in entries.get(name, ()):
            if path.startswith(start):
                return known
    return None


def split(address: Any) -> SplitResult | None:
    """An address of the web in its parts; None for what is none."""
    if not isinstance(address, str) or not address.startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(address[:LONGEST_ADDRESS])
        return parts if parts.hostname else None
    except ValueError:
        return None


def _campaign(told: Any, address: SplitResult | None) -> dict[str, str] | None:
    """What the link was made to say; the name of a campaign is `name` with trackers and `campaign` in addresses."""
    told = told if isinstance(told, Mapping) else {}
    asked = {key[4:]: value for key, value in _query(address) if key.startswith("utm_")}
    found = {part: _text(told.get(part)) or _text(asked.get(part)) for part in PARTS}
    found["campaign"] = found["campaign"] or found.pop("name")
    found.pop("name", None)
    if not any(found.values()):
        return None
    found["medium"] = (found["medium"] or REFERRAL).lower()
    return {part: value for part, value in found.items() if value}


def _clicked(address: SplitResult | None) -> dict[str, str] | None:
    """The mark that a network puts on the links of its advertisements."""
    for key, _value in _query(address):
        if key in CLICKS:
            medium, source = CLICKS[key]
            return {"medium": medium, "source": source}
    return None


def _referred(came: SplitResult, host: str) -> dict[str, str] | None:
    known = _provider(host, came.path)
    if known is None:
        return {"medium": REFERRAL, "source": host.removeprefix("www.")[:LONGEST], "referrer": host[:LONGEST]}
    if known.medium == NONE:
        return None
    found = {"medium": known.medium, "source": known.source, "referrer": host[:LONGEST]}
    if term := _term(came, known):
        found["term"] = term
    return found


def _term(came: SplitResult, known: Provider) -> str:
    asked = dict(_query(came)) if known.terms else {}
    return next((asked[name][:LONGEST] for name in known.terms if asked.get(name)), "")


def _query(address: SplitResult | None) -> list[tuple[str, str]]:
    if address is None or not address.query:
        return []
    try:
        return parse_qsl(address.query, max_num_fields=100)
    except ValueError:
        return []


def _is_ours(host: str, here: str | None, own: Collection[str]) -> bool:
    """Whether a host is the page's own, one beneath the other, or among those that are ours."""
    host, here = host.removeprefix("www."), (here or "").removeprefix("www.")
    return (bool(here) and (host == here or host.endswith(f".{here}") or here.endswith(f".{host}"))) or host in own


def _text(value: Any) -> str:
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


@lru_cache(maxsize=4096)
def _provider(host: str, path: str) -> Provider | None:
    return provider(host, path)


def _names(host: str) -> Iterator[str]:
    """The host and every one above it, each also with any country's ending, the longest first."""
    labels = host.split(".")
    ending = 2 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL else 1
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])
        if len(labels) - start > ending:
            yield ".".join([*labels[start : len(labels) - ending], "*"])


@cache
def _entries() -> dict[str, list[tuple[str, Provider]]]:
    """The known providers by host, those with the longest path first."""
    found: dict[str, list[tuple[str, Provider]]] = {}
    for line in Path(__file__).with_name("referrers.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        medium, source, hosts, *terms = (part.strip() for part in line.split("|"))
        known = Provider(medium, source, tuple(terms[0].split()) if terms else ())
        for entry in hosts.split():
            host, slash, path = entry.partition("/")
            found.setdefault(host, []).append((f"{slash}{path}", known))
    return {host: sorted(entries, key=lambda entry: -len(entry[0])) for host, entries in found.items()}
