from django.urls import path

from relacja.behaviour import views

app_name = "behaviour"
urlpatterns = [path("contacts/<int:pk>/behaviour/", views.contact, name="contact")]
