from django.urls import path

from relacja.contacts.models import Record
from relacja.segments.views import audiences, building, buyers, looking, portraits, segments

app_name = "segments"
urlpatterns = [
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", building.new, name="new"),
    path("segments/draft/", building.draft, name="draft"),
    path("segments/draft/reasons/<int:pk>/", building.reasons, name="reasons"),
    path("segments/people/", building.narrowing, {"of": Record.CONTACT}, name="narrowing"),
    path("segments/companies/", building.narrowing, {"of": Record.COMPANY}, name="company-narrowing"),
    path("segments/people/audience/", audiences.people, name="choosing"),
    path("segments/of/<int:pk>/", segments.standing, name="standing"),
    path("segments/audience/", audiences.audience, name="audience"),
    path("segments/buyers/", buyers.buyers, name="buyers"),
    path("segments/buyers/moves/", buyers.moves, name="buyers-moves"),
    path("segments/portrait/", portraits.portrait, name="portrait"),
    path("segments/<int:pk>/", segments.segment, name="segment"),
    path("segments/<int:pk>/rule/", building.rule, name="rule"),
    path("segments/<int:pk>/size/", looking.size, name="size"),
    path("segments/<int:pk>/overlap/", looking.overlap, name="overlap"),
    path("segments/<int:pk>/profile/", looking.profile, name="profile"),
    path("segments/<int:pk>/history/", looking.history, name="history"),
    path("segments/<int:pk>/history/<int:number>/", looking.reversion, name="reversion"),
    path("segments/<int:pk>/removal/", segments.removal, name="removal"),
    path("segments/<int:pk>/restoration/", segments.restoration, name="restoration"),
]
