"""Changes to who works here, whose customers they see, and to teams."""

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
from relacja.staff.actions.reach import AdministratorsSeeAll, reach_of_person, reach_of_role
from relacja.staff.actions.teams import TeamTaken, archive_team, change_team, make_team, restore_team

__all__ = [
    "AdministratorsSeeAll",
    "LastAdministrator",
    "TeamTaken",
    "archive_team",
    "change_role",
    "change_team",
    "give_one_time_password",
    "invite",
    "let_go",
    "make_team",
    "reach_of_person",
    "reach_of_role",
    "restore_team",
    "set_absence",
    "set_password",
    "take_back",
]
