"""Every operation of the JSON API keeps what its OpenAPI document says, whatever is sent to it."""

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.db.models import Model
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from ninja.operation import PathView
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as promised

from relacja.config.api import api
from relacja.contacts import actions as contacts
from relacja.contacts.actions import tags
from relacja.contacts.models import Contact
from relacja.imports.tests.making import make_import, table
from relacja.segments.tests.making import make_segment
from relacja.staff import access
from relacja.staff.models import ApiKey

CHECKS = (
    not_a_server_error,
    promised.status_code_conformance,
    promised.content_type_conformance,
    promised.response_schema_conformance,
)
TRIED = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def operations() -> list[tuple[str, str]]:
    """Path and method of every operation."""
    found = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            assert isinstance(view, PathView)
            found += [(f"{prefix}{path}", method) for one in view.operations for method in one.methods]
    return found


@pytest.fixture
def somebody(db, facts, now) -> Contact:
    return Contact.objects.create(
        first_name="Anna", email="anna@zolc.example", name_key="anna", created_at=now, changed_at=now
    )


@pytest.fixture
def there(somebody, now) -> dict[str, Model]:
    """A record for each sort of path parameter."""
    firm = contacts.create_company(values={"name": "Stal-Profil"}, now=now)
    position = contacts.appoint(somebody, firm, role="Prokurent", now=now)
    tag = tags.make_tag("Klub", now=now)
    one = make_import(table(("E-mail",), ("ewa@x.example",)), now)
    segment = make_segment(now)
    return {
        "segment_id": segment,
        "contact_id": somebody,
        "company_id": firm,
        "position_id": position,
        "import_id": one,
        "tag_id": tag,
    }


@pytest.fixture
def key(there) -> str:
    scopes = [permission.code for permission in access.permissions()]
    return ApiKey.issue(name="anybody", scopes=scopes, now=timezone.now())[1]


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize(("path", "method"), operations())
def test_an_operation_keeps_its_promises(key, there, path, method):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operation = next(
        found.ok()
        for found in schema.get_all_operations()
        if found.ok().path.endswith(path) and found.ok().method.upper() == method
    )

    @TRIED
    @given(case=operation.as_strategy())
    def keeps(case: Any) -> None:
        for name, record in there.items():  # half of all speak of what is there
            if case.path_parameters.get(name, 0) % 2:
                case.path_parameters[name] = record.pk
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)

    keeps()


@pytest.fixture
def steady():
    """A request closes no connection: the test is inside a transaction of it, as with the client of Django."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
def test_every_operation_has_a_name_of_its_own(facts):
    document = api.get_openapi_schema()
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]

    assert sorted(names) == sorted(set(names))
