"""A disk that has no room left, told from other failures."""

import errno

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(error: BaseException) -> bool:
    """Whether there was no room to write, as the system says it or a database."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    text = str(error).lower()
    return "disk is full" in text or "no space left" in text
