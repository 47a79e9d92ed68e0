"""What people may have in common, counted for a segment and for everybody: each is a condition that others can ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from relacja.contacts import consents, tags
from relacja.events import vocabulary
from relacja.segments.binder import CONTACT, Binder
from relacja.segments.rules import Leaf
from relacja.segments.segment_rules import attribute, consent, event, mark, stage
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
    for field in ("city", "country"):
        found[field] = Trait(_column(field), _is(field))
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


def did_sql(members: str, bind: Binder) -> str:
    """How many contacts did each thing lately: of the `members`, a statement of ids, and of everybody."""
    names = bind([name.name for name in vocabulary.names() if name.group in DEEDS], "Array(String)")
    since = f"{bind.now} - toIntervalMinute({bind(int(timedelta(days=LATELY).total_seconds() // 60), 'UInt32')})"
    return (
        f"SELECT name, uniqExact(contact_id) AS usual, uniqExactIf(contact_id, contact_id IN ({members})) AS here"  # noqa: S608 - bound
        f" FROM (SELECT name, {CONTACT} AS contact_id FROM event WHERE at >= {since} AND name IN {names})"
        " WHERE contact_id IN (SELECT id FROM contact FINAL WHERE is_deleted = 0) GROUP BY name"
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
