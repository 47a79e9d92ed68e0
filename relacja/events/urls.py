from django.urls import path

from relacja.events import views

app_name = "events"
urlpatterns = [
    path("settings/operations/", views.operations, name="operations"),
    path("settings/operations/jobs/<int:pk>/another-try/", views.another_try, name="another-try"),
    path("settings/operations/parked/<int:pk>/another-try/", views.parked_retry, name="parked-retry"),
]
