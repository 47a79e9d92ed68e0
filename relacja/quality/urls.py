from django.urls import path

from relacja.quality import views

app_name = "quality"
urlpatterns = [
    path("quality/", views.quality, name="quality"),
    path("quality/<slug:code>/correction/", views.correction, name="correction"),
]
