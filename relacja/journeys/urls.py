from django.urls import path

from relacja.journeys import views

app_name = "journeys"
urlpatterns = [
    path("journeys/", views.journeys, name="journeys"),
    path("journeys/new/", views.new, name="new"),
    path("journeys/clock/", views.clock, name="clock"),
    path("journeys/<slug:key>/", views.journey, name="journey"),
    path("journeys/<slug:key>/people/", views.people, name="people"),
    path("journeys/<slug:key>/people/<int:contact_id>/", views.person, name="person"),
    path("journeys/<slug:key>/versions/<int:number>/steps/<slug:step_id>/", views.step, name="step"),
    path("journeys/<slug:key>/pause/", views.pause, name="pause"),
    path("journeys/<slug:key>/archive/", views.archive, name="archive"),
    path("journeys/<slug:key>/versions/", views.versions, name="versions"),
    path("journeys/<slug:key>/draft/", views.draft, name="draft"),
    path("journeys/<slug:key>/draft/settings/", views.draft_settings, name="draft-settings"),
    path("journeys/<slug:key>/draft/audience/", views.draft_audience, name="draft-audience"),
    path("journeys/<slug:key>/draft/steps/", views.draft_steps, name="draft-steps"),
    path("journeys/<slug:key>/draft/steps/<slug:step_id>/", views.draft_step, name="draft-step"),
    path("journeys/<slug:key>/draft/steps/<slug:step_id>/place/", views.draft_place, name="draft-place"),
    path("journeys/<slug:key>/draft/steps/<slug:step_id>/removal/", views.draft_removal, name="draft-removal"),
]
