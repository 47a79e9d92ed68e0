"""One-time passwords: printed or shown once, changed at the first sign-in."""

import secrets
from datetime import timedelta

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
VALID_FOR = timedelta(days=7)


def one_time() -> str:
    """A new one, 79 bits, without letters that look alike: `k7mf-9pqr-2xwz-h3ta`."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
