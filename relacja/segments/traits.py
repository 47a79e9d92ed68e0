"""What people may have in common, counted for a segment and for everybody: each is a condition that others can ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from relacja.contacts import consents, tags
from relacja.events import vocabulary
from relacja.segments.binder import CONTACT, Binder, Whole
from relacja.segments.rules import Leaf
from relacja.segments.segment_rules import attribute, consent, event, mark, stage, where
from relacja.segments.segment_rules.attribute import PREFIX, Attribute

EVERYBODY = "everybody"
LATELY = 90
DEEDS = frozenset({"web", "email", "order"})
CODED = frozenset({"choice", "yes_no", "country", "language"})
LISTED = "choices"


@dataclass(frozen=True, slots=True)
class Trait:
    """`values` is the SQL of an array of what somebody has of it; `leaf` is the condition on one of the values."""

    values: Callable[[Binder], str]
    leaf: Callable[[str], Leaf]


def traits() -> dict[str, Trait]:
    """Every trait by its name."""
    found = {
        "stage": Trait(_column("stage"), stage.AtStage),
        "company": Trait(
            lambda _bind: "[if(company = '', '', 'filled')]", lambda value: Attribute("company", value, None)
        ),
        "consent": Trait(
            lambda bind: f"[{_text(f'consent.{consents.NEWSLETTER}.{consents.EMAIL}', bind)}]",
            lambda value: consent.Agreed(consents.NEWSLETTER, consents.EMAIL, value),
        ),
        "tag": Trait(lambda bind: _texts(tags.KEY, bind), lambda value: mark.Tagged("has", value)),
    }
    found["city"] = Trait(_column("city"), _is("city"))
    found["country"] = Trait(_column("country"), lambda value: where.InCountry("is", (value,)))
    found["region"] = Trait(_column("region"), lambda value: where.InRegion("is", (value,)))
    for path in attribute.KNOWN_PATHS:
        found[path] = Trait(_attribute(path), _is(path))
    for path, known in attribute.own().items():
        if known.kind.code == LISTED:
            found[path] = Trait(_attributes(path), _contains(path))
        elif known.kind.code in CODED:
            found[path] = Trait(_attribute(path), _is(path))
    return found


def sql(known: dict[str, Trait], bind: Binder) -> str:
    """An array of pairs of one contact, the name of a trait and a value of it, and one pair that everybody has."""
    parts = [f"[({bind(EVERYBODY, 'String')}, '1')]"]
    parts += [f"arrayMap(v -> ({bind(name, 'String')}, v), {trait.values(bind)})" for name, trait in known.items()]
    return f"arrayConcat({', '.join(parts)})"


def did(name: str) -> Leaf:
    """The condition of having done something lately."""
    return event.Did(name, "at_least", 1, LATELY, "days")


def did_sql(condition: str, beside: str, bind: Whole) -> str:
    """How many contacts did each thing lately: of those who meet `condition`, and of all who meet `beside`.

    People are counted as bitmaps: half the work of distinct numbers.
    """
    names = bind([name.name for name in vocabulary.names() if name.group in DEEDS], "Array(String)")
    since = f"{bind.now} - toIntervalMinute({bind(int(timedelta(days=LATELY).total_seconds() // 60), 'UInt32')})"
    members, everybody = (bind.statement("groupBitmapState(id)", one) for one in (condition, beside))
    return (
        f"WITH ({members}) AS members, ({everybody}) AS everybody"  # noqa: S608 - bound
        " SELECT name, bitmapCardinality(bitmapAnd(people, everybody)) AS usual,"
        " bitmapCardinality(bitmapAnd(people, members)) AS here"
        f" FROM (SELECT name, groupBitmapState({CONTACT}) AS people FROM event"
        f" WHERE at >= {since} AND name IN {names} GROUP BY name)"
    )


def _text(path: str, bind: Binder) -> str:
    return f"ifNull(toString({bind.path('attributes', path)}), '')"


def _texts(path: str, bind: Binder) -> str:
    return f"arrayMap(one -> ifNull(one, ''), {bind.path('attributes', path)}{mark.LISTED})"


def _column(name: str) -> Callable[[Binder], str]:
    return lambda _bind: f"[toString({name})]"


def _attribute(path: str) -> Callable[[Binder], str]:
    return lambda bind: f"[{_text(path.removeprefix(PREFIX), bind)}]"


def _attributes(path: str) -> Callable[[Binder], str]:
    return lambda bind: _texts(path.removeprefix(PREFIX), bind)


def _is(path: str) -> Callable[[str], Leaf]:
    return lambda value: Attribute(path, "is", value)


def _contains(path: str) -> Callable[[str], Leaf]:
    return lambda value: Attribute(path, "contains", value)
