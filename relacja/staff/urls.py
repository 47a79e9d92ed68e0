from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from relacja.staff import access
from relacja.staff.views import changes, people, teams
from relacja.ui import views as shell

at_home = access.allow("staff.home")

app_name = "staff"
urlpatterns = [
    path("", at_home(shell.start), name="home"),
    path("palette/", at_home(shell.search), name="palette"),
    path("attention/", at_home(shell.needs), name="attention"),
    path("style/<slug:digest>.css", access.public(shell.style), name="stylesheet"),
    path("language/", access.public(require_POST(set_language)), name="language"),
    path("sign-in/", people.sign_in, name="sign-in"),
    path("sign-out/", people.sign_out, name="sign-out"),
    path("profile/", people.profile, name="profile"),
    path("profile/password/", people.password, name="password"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/reach/", people.reach_of_role, name="reach-of-role"),
    path("settings/people/<int:pk>/reach/", people.reach_of_person, name="reach-of-person"),
    path("settings/people/<int:pk>/password/", people.one_time_password, name="one-time-password"),
    path("settings/people/<int:pk>/access/", people.person_access, name="person-access"),
    path("settings/people/<int:pk>/absence/", teams.absence, name="absence"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/<int:pk>/", teams.team, name="team"),
    path("settings/teams/<int:pk>/archive/", teams.archive, name="team-archive"),
    path("settings/teams/<int:pk>/restoration/", teams.restoration, name="team-restoration"),
    path("settings/keys/", people.keys, name="keys"),
    path("settings/keys/<int:pk>/revocation/", people.key_revocation, name="key-revocation"),
    path("changes/", changes.history, name="changes"),
    path("changes/<int:pk>/", changes.change_set, name="change-set"),
    path("changes/<int:pk>/reversal/", changes.reversal, name="reversal"),
    path("catalogue/", people.catalogue, name="catalogue"),
]
