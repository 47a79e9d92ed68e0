"""Audiences that parts of the program follow: they hear when somebody begins to be meant, and when no longer.

Whom a single segment means enters and leaves that segment. Any other audience is kept as a segment that nobody sees, so
there is one way in which people come and go, with one freshness: the events of entering and leaving a segment. An app
that follows audiences says which in its `followed.py` and calls `actions.follow_audiences` when they become others.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from relacja.segments.segment_rules import membership

Tree = Any
Wanted = Callable[[], Iterable[Tree]]
OWN = "audience-"

_followers: list[Wanted] = []


def follower(function: Wanted) -> Wanted:
    """Register a function that names the audiences an app follows, as the rules that they are. A few queries."""
    _followers.append(function)
    return function


def wanted() -> dict[str, Tree]:
    """The audiences somebody follows that are not just one segment, by the key of the segment that is kept for each."""
    found = {key_of(tree): tree for function in _followers for tree in function()}
    return {key: tree for key, tree in found.items() if key.startswith(OWN)}


def key_of(tree: Tree) -> str:
    """The key by which the events of an audience's coming and going name it. Equal rules share one; nothing is read."""
    if key := segment_of(tree):
        return key
    written = json.dumps(tree, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")
    return OWN + hashlib.blake2b(written, digest_size=12, person=b"relacja.audience").hexdigest()


def segment_of(tree: Tree) -> str:
    """The key of the segment that the rule asks for and nothing else; empty where it asks for more."""
    if isinstance(tree, dict) and isinstance(tree.get("all"), list) and len(tree["all"]) == 1:
        return segment_of(tree["all"][0])
    alone = {"kind": membership.KIND, "op": "in"}
    is_alone = isinstance(tree, dict) and {name: tree.get(name) for name in alone} == alone
    return str(tree.get("segment", "")) if is_alone else ""
