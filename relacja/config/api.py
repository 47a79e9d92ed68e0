"""The JSON API: routers of the apps under one roof."""

from typing import Any

from ninja import NinjaAPI

from relacja.contacts import fields
from relacja.contacts.api import router as contacts
from relacja.contacts.models import Record
from relacja.external.api import router as external
from relacja.imports.api import router as imports
from relacja.segments.api import router as segments
from relacja.staff.api import describe_problems, install

DESCRIBED = {
    Record.CONTACT: ("NewContact", "ChangedFields", "ContactOut"),
    Record.COMPANY: ("NewCompany", "ChangedCompany", "CompanyOut"),
}


class Api(NinjaAPI):
    """The API whose description knows the fields people made here."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        for of, names in DESCRIBED.items():
            own = {known.key: known.schema() for known in fields.own(of)}
            for name in names:
                schema["components"]["schemas"][name]["properties"]["attributes"]["properties"] = own
        describe_problems(schema)
        return schema


api = Api(
    title="Relacja",
    version="1",
    description="Send a key as `Authorization: Bearer rk_…`. Errors are problems (RFC 9457) that name the fields.",
    docs_url=None,
    urls_namespace="api",
)
for router in (contacts, imports, segments, external):
    api.add_router("", router)

urlpatterns = install(api)
