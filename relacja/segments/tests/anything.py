"""Any condition there is, made from its blanks: whoever registers a kind has it tried unasked."""

from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from relacja.lib.errors import Refused
from relacja.segments import rules
from relacja.segments.blanks import Blank, Choice, Number
from relacja.segments.segment_rules.event import Filters

TEXTS = ["Bikes", "kask", "7", "true", "2026-10-24", 100, 1, ["Bikes", "a"], None]
OPERATORS = ["is", "is_not", "contains", "starts_with", "empty", "filled", "greater", "in_last"]


@st.composite
def anything(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """A condition of any kind on people; `names` are events that happened."""
    kind = draw(st.sampled_from(sorted(rules.kinds())))
    found = {blank.name: draw(_value(blank, names)) for blank in rules.kinds()[kind].blanks}
    written = {"kind": kind, **{name: value for name, value in found.items() if value is not None}}
    try:
        rules.read(written)
    except Refused:
        reject()
    return written


def _value(blank: Blank, names: list[str]) -> st.SearchStrategy[Any]:
    if isinstance(blank, Choice):
        codes: list[Any] = [code for code, _label in blank.choices()]
        return st.sampled_from([*(names if blank.open else []), *codes, *([] if blank.needed else [None])] or [None])
    if isinstance(blank, Number):
        near = {blank.least, blank.least + 1, blank.least + 2, 7, blank.most}
        numbers: list[Any] = sorted(one for one in near if blank.least <= one <= blank.most)
        return st.sampled_from([*numbers, *([] if blank.needed else [None])])
    if isinstance(blank, Filters):
        asked = blank.inputs({})
        offered = [code for one in asked if one.name.endswith("property") for code, _label in one.options]
        return st.one_of(st.none(), st.lists(_filter(offered or ["category", "price"]), min_size=1, max_size=2))
    return st.sampled_from(TEXTS)


def _filter(properties: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    test = st.one_of(
        st.sampled_from([{"op": "empty"}, {"op": "filled"}]),
        st.builds(
            lambda op, value: {"op": op, "value": value},
            st.sampled_from(OPERATORS),
            st.sampled_from([one for one in TEXTS if one is not None]),
        ),
    )
    return st.builds(lambda name, test: {"property": name, **test}, st.sampled_from(properties), test)
