"""Values as the facts hold them, read as text, number or time: what ClickHouse and plain Python must agree on."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def as_text(value: Any) -> str:
    """A value of the facts as ClickHouse writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace("e+", "e")
    if isinstance(value, list | tuple):
        return "[" + ",".join(f"'{one}'" if isinstance(one, str) else as_text(one) for one in value) + "]"
    if isinstance(value, Mapping):
        return ""
    return str(value)


def as_number(value: Any) -> float | None:
    """A value of the facts as a number, if it is one."""
    text = as_text(value)
    return float(text) if NUMBER.fullmatch(text) else None


def as_time(value: Any) -> datetime | None:
    """A value of the facts as a time, if it is one; a day begins at midnight of the company's zone."""
    if isinstance(value, datetime):
        return value
    text = as_text(value)
    if not DATE.match(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.get_default_timezone())
