from django.urls import path

from relacja.assignments import views

app_name = "assignments"
urlpatterns = [
    path("settings/assignment/", views.rules, name="rules"),
    path("settings/assignment/new/", views.new, name="new"),
    path("settings/assignment/people/", views.people, name="people"),
    path("settings/assignment/<int:pk>/", views.rule, name="rule"),
    path("settings/assignment/<int:pk>/place/", views.place, name="place"),
    path("settings/assignment/<int:pk>/archive/", views.archive, name="archive"),
]
