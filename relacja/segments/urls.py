from django.urls import path

from relacja.segments import views

app_name = "segments"
urlpatterns = [
    path("segments/", views.segments, name="segments"),
    path("segments/new/", views.new, name="new"),
    path("segments/draft/", views.draft, name="draft"),
    path("segments/people/", views.narrowing, name="narrowing"),
    path("segments/<int:pk>/", views.segment, name="segment"),
    path("segments/<int:pk>/rule/", views.rule, name="rule"),
    path("segments/<int:pk>/removal/", views.removal, name="removal"),
]
