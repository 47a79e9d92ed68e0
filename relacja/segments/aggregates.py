"""Comparing what the events of somebody come to: an aggregate, where an attribute would be a column."""

from dataclasses import replace

from relacja.segments import comparisons
from relacja.segments.binder import Binder
from relacja.segments.comparisons import Column, Comparison

DENIED = {"is_not": "is", "empty": "filled"}


def compared(bind: Binder, rows: str, column: Column, test: Comparison, told: str = "") -> str:
    """Whether what `column` makes of the `rows` compares so. Who has no such rows is as one of whom it is empty.

    The column may speak of `told` by that name.
    """
    code = test.operator.code
    asked = replace(test, operator=comparisons.OPERATORS[DENIED.get(code, code)])
    having = asked.sql(column, bind)
    found = bind.happened(rows, let("told", told, having) if told else having)
    return f"NOT ({found})" if code in DENIED else found


def let(name: str, value: str, body: str) -> str:
    """`body`, in which `name` stands for `value`, which is so written and worked out once, however often it is used."""
    return f"arrayMap({name} -> {body}, [{value}])[1]"
