"""The JSON API: routers of the apps under one roof."""

from ninja import NinjaAPI

from relacja.contacts.api import router as contacts
from relacja.staff.api import install

api = NinjaAPI(
    title="Relacja",
    version="1",
    description="Send a key as `Authorization: Bearer rk_…`. Errors are problems (RFC 9457) that name the fields.",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", contacts)

urlpatterns = install(api)
