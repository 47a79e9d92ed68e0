"""What would have to become true for somebody to meet a rule."""

from collections.abc import Callable

from relacja.segments.rules import Every, Not, Rule, Some

Holds = Callable[[Rule], bool]


def missing(rule: Rule, holds: Holds) -> Rule | None:
    """The parts that stand between somebody and the rule, as a rule; None when they meet it.

    Whoever meets the rule meets this too: what is true already is left out, and where one of several would do, all of
    them are named.
    """
    return None if holds(rule) else _wanted(rule, holds)


def _wanted(rule: Rule, holds: Holds) -> Rule:
    """Of a rule that does not hold: what must begin to."""
    if isinstance(rule, Every):
        return _all([_wanted(one, holds) for one in rule.rules if not holds(one)])
    if isinstance(rule, Some):
        return _any([_wanted(one, holds) for one in rule.rules])
    if isinstance(rule, Not):
        return _unwanted(rule.rule, holds)
    return rule


def _unwanted(rule: Rule, holds: Holds) -> Rule:
    """Of a rule that holds: what must cease to."""
    if isinstance(rule, Every):
        return _any([_unwanted(one, holds) for one in rule.rules])
    if isinstance(rule, Some):
        return _all([_unwanted(one, holds) for one in rule.rules if holds(one)])
    if isinstance(rule, Not):
        return _wanted(rule.rule, holds)
    return Not(rule)


def _all(rules: list[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else Every(tuple(rules))


def _any(rules: list[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else Some(tuple(rules))
