from django.urls import path

from relacja.messaging.views import outbox, reading, suppressions, templates

app_name = "messaging"
urlpatterns = [
    path("m/c/<str:token>/", reading.click, name="click"),
    path("m/o/<str:token>.gif", reading.pixel, name="pixel"),
    path("m/u/<str:token>/", reading.unsubscription, name="unsubscription"),
    path("m/p/<str:token>/", reading.preferences, name="preferences"),
    path("m/confirm/<str:token>/", reading.confirmation, name="confirmation"),
    path("outbox/", outbox.messages, name="outbox"),
    path("outbox/<int:pk>/", outbox.message, name="message"),
    path("outbox/<int:pk>/preview/", outbox.preview, name="message-preview"),
    path("outbox/<int:pk>/another-try/", outbox.another_try, name="another-try"),
    path("outbox/rests/<slug:channel>/end/", outbox.going_on, name="going-on"),
    path("outbox/suppressions/", suppressions.suppressions, name="suppressions"),
    path("outbox/suppressions/<int:pk>/end/", suppressions.end, name="suppression-end"),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.new, name="template-new"),
    path("templates/preview/", templates.preview, name="template-preview"),
    path("templates/<slug:key>/<slug:language>/", templates.template, name="template"),
    path("templates/<slug:key>/<slug:language>/preview/", templates.template_preview, name="template-shown"),
    path("templates/<slug:key>/<slug:language>/versions/<int:number>/", templates.version, name="template-version"),
]
