from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from relacja.staff import access, views
from relacja.ui import views as shell

at_home = access.allow("staff.home")

app_name = "staff"
urlpatterns = [
    path("", at_home(shell.start), name="home"),
    path("palette/", at_home(shell.search), name="palette"),
    path("attention/", at_home(shell.needs), name="attention"),
    path("style/<slug:digest>.css", access.public(shell.style), name="stylesheet"),
    path("language/", access.public(require_POST(set_language)), name="language"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.password, name="password"),
    path("settings/people/", views.people, name="people"),
    path("settings/people/<int:pk>/", views.person, name="person"),
    path("settings/people/<int:pk>/password/", views.one_time_password, name="one-time-password"),
    path("settings/people/<int:pk>/access/", views.person_access, name="person-access"),
    path("settings/keys/", views.keys, name="keys"),
    path("settings/keys/<int:pk>/revocation/", views.key_revocation, name="key-revocation"),
    path("catalogue/", views.catalogue, name="catalogue"),
]
