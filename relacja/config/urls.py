from django.urls import include, path

urlpatterns = [
    path("api/v1/", include(("relacja.config.api", "api"))),  # first: programs ask most often
    path("", include("relacja.staff.urls")),
    path("", include("relacja.events.urls")),
    path("", include("relacja.places.urls")),
    path("", include("relacja.demo.urls")),
    path("", include("relacja.segments.urls")),
    path("", include("relacja.messaging.urls")),
    path("", include("relacja.imports.urls")),
    path("", include("relacja.contacts.urls")),
    path("", include("relacja.web.urls")),
    path("", include("relacja.journeys.urls")),
    path("", include("relacja.quality.urls")),
    path("", include("relacja.assignments.urls")),
    path("", include("relacja.external.urls")),
    path("", include("relacja.behaviour.urls")),
]
