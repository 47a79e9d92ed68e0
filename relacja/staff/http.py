"""Requests as views of the staff application see them."""

from relacja.staff.models import User
from relacja.ui.http import Request


class StaffRequest(Request):
    """A request by somebody who signed in."""

    user: User
