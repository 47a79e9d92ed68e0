"""Comparing what the events of somebody come to: an aggregate, where an attribute would be a column."""

from dataclasses import replace

from relacja.segments import comparisons
from relacja.segments.binder import Binder
from relacja.segments.comparisons import Column, Comparison

DENIED = {"is_not": "is", "empty": "filled"}


def compared(bind: Binder, rows: str, column: Column, test: Comparison) -> str:
    """Whether what `column` makes of the `rows` compares so. Who has no such rows is as one of whom it is empty."""
    code = test.operator.code
    asked = replace(test, operator=comparisons.OPERATORS[DENIED.get(code, code)])
    found = bind.happened(rows, asked.sql(column, bind))
    return f"NOT ({found})" if code in DENIED else found
