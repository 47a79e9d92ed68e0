from django.urls import path

from relacja.web.views import intake, newsletter, sources

app_name = "web"
urlpatterns = [
    path("intake/", intake.intake, name="intake"),
    path("forms/newsletter/", newsletter.newsletter, name="newsletter"),
    path("forms/newsletter/thanks/", newsletter.thanks, name="newsletter-thanks"),
    path("settings/sources/", sources.sources, name="sources"),
    path("settings/sources/<int:pk>/", sources.source, name="source"),
    path("settings/sources/<int:pk>/origins/", sources.source_origins, name="source-origins"),
    path("settings/sources/<int:pk>/key/", sources.source_key, name="source-key"),
    path("settings/sources/<int:pk>/revocation/", sources.source_revocation, name="source-revocation"),
]
