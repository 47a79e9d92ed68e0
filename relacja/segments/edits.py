"""What the buttons of the builder do to a draft, and how it is taken back.

A button says `verb:place` or `verb:place:detail`, such as `copy:0.1` and `add:0:event?name=Order+Completed`; the place
`at` stands in an input of that name. The form carries the earlier drafts with it, as they stood in it: nothing is
stored until the rule is saved.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from urllib.parse import parse_qsl, urlencode

from relacja.contacts.models import Record
from relacja.segments import rules
from relacja.segments.drafts import MOST_PARTS, OPEN, PEOPLE, Condition, Draft, Group

MOST_STEPS = 30
LONGEST_STEP = 20_000

Verb = Callable[[Draft, str, str], None]
_verbs: dict[str, Verb] = {}


def change(draft: Draft, asked: str) -> None:
    """The draft is as the button says. A button that makes no sense any more does nothing."""
    verb, _colon, rest = asked.partition(":")
    place, _colon, detail = rest.partition(":")
    if verb in _verbs:
        _verbs[verb](draft, place, detail)
        draft.settle()


def step(posted: Mapping[str, str], past: Sequence[str]) -> tuple[Draft, list[str]]:
    """The draft that is posted, changed as its button `do` says, and the drafts it was before, oldest first.

    `was` of the form is the draft as it was drawn: what was typed since is a step too.
    """
    of = Record.COMPANY if posted.get("of") == Record.COMPANY else Record.CONTACT
    draft, was, asked = Draft.of_form(posted, of), posted.get("was", ""), posted.get("do", "")
    before = [line for line in past if len(line) <= LONGEST_STEP]
    if was and was != written(draft):
        before.append(was)
    if asked == "undo":
        return (_reread(before.pop(), of), before) if before else (draft, before)
    typed = written(draft)
    change(draft, asked.replace(":at:", f":{posted.get('at', '')}:", 1))
    if typed != written(draft):
        before.append(typed)
    return draft, before[-MOST_STEPS:]


def chosen_place(asked: str) -> str:
    """The group for which a button asks to choose a condition, if it does."""
    verb, _colon, place = asked.partition(":")
    return place if verb == "choose" else ""


def written(draft: Draft) -> str:
    """The draft as one line of text."""
    return urlencode(draft.to_form())


def _reread(line: str, of: Record) -> Draft:
    return Draft.of_form(dict(parse_qsl(line, keep_blank_values=True)), of)


def _verb(name: str) -> Callable[[Verb], Verb]:
    def register(verb: Verb) -> Verb:
        _verbs[name] = verb
        return verb

    return register


@_verb("add")
def _add(draft: Draft, place: str, detail: str) -> None:
    kind, _mark, typed = detail.partition("?")
    group = draft.at(place)
    if isinstance(group, Group) and kind in rules.kinds(group.inside) and _has_room(draft):
        group.parts.append(Condition(kind, dict(parse_qsl(typed))))


@_verb("group")
def _group(draft: Draft, place: str, _detail: str) -> None:
    group = draft.at(place)
    if isinstance(group, Group) and _has_room(draft) and place.count(".") < rules.DEEPEST - 1:
        group.parts.append(Group("any" if group.mode == "all" else "all"))


@_verb(PEOPLE)
def _people(draft: Draft, place: str, _detail: str) -> None:
    group = draft.at(place)
    if isinstance(group, Group) and group.may_ask_people and place.count(".") < rules.DEEPEST - 1:
        group.parts.append(Group(PEOPLE))


@_verb("remove")
def _remove(draft: Draft, place: str, _detail: str) -> None:
    if group := draft.above(place):
        group.parts = [part for part in group.parts if part.place != place]


@_verb("copy")
def _copy(draft: Draft, place: str, _detail: str) -> None:
    group, part = draft.above(place), draft.at(place)
    if group and part and _has_room(draft):
        group.parts.insert(group.parts.index(part) + 1, deepcopy(part))


@_verb("up")
def _up(draft: Draft, place: str, _detail: str) -> None:
    _move(draft, place, -1)


@_verb("down")
def _down(draft: Draft, place: str, _detail: str) -> None:
    _move(draft, place, 1)


@_verb("wrap")
def _wrap(draft: Draft, place: str, _detail: str) -> None:
    group, part = draft.above(place), draft.at(place)
    if group and part and place.count(".") <= rules.DEEPEST - 1:
        group.parts[group.parts.index(part)] = Group("any" if group.mode == "all" else "all", [part])


@_verb("unwrap")
def _unwrap(draft: Draft, place: str, _detail: str) -> None:
    group, part = draft.above(place), draft.at(place)
    if group and isinstance(part, Group) and not part.is_of_people:
        at = group.parts.index(part)
        group.parts[at : at + 1] = part.parts


@_verb("open")
def _open(draft: Draft, place: str, detail: str) -> None:
    part = draft.at(place)
    if isinstance(part, Condition) and detail in dict(part.folded):
        part.typed[OPEN] = " ".join([*part.opened, detail])


def _move(draft: Draft, place: str, by: int) -> None:
    """Past its neighbour; past the edge of its group, out of it; into a group it meets."""
    group, part = draft.above(place), draft.at(place)
    if not group or not part:
        return
    at = group.parts.index(part) + by
    outer = draft.above(group.place)
    if 0 <= at < len(group.parts):
        group.parts.remove(part)
        neighbour = group.parts[at - (by > 0)]
        if isinstance(neighbour, Group) and isinstance(part, Condition) and neighbour.inside == part.of:
            neighbour.parts.insert(0 if by > 0 else len(neighbour.parts), part)
        else:
            group.parts.insert(at, part)
    elif outer and not group.is_of_people:
        group.parts.remove(part)
        outer.parts.insert(outer.parts.index(group) + (by > 0), part)


def _has_room(draft: Draft) -> bool:
    return len(draft.conditions()) < MOST_PARTS
