"""Changes to who works here, and to teams."""

from relacja.staff.actions.people import (
    LastAdministrator,
    change_role,
    give_one_time_password,
    invite,
    let_go,
    set_absence,
    set_password,
    take_back,
)
from relacja.staff.actions.teams import TeamTaken, archive_team, change_team, make_team, restore_team

__all__ = [
    "LastAdministrator",
    "TeamTaken",
    "archive_team",
    "change_role",
    "change_team",
    "give_one_time_password",
    "invite",
    "let_go",
    "make_team",
    "restore_team",
    "set_absence",
    "set_password",
    "take_back",
]
