"""Programs for tests: with a key, sending and reading JSON."""

import json

from django.test import Client
from django.utils import timezone

from relacja.staff.models import ApiKey

EVERYTHING = ["contacts.view", "contacts.edit", "contacts.archive"]


class Program:
    """A program with a key."""

    def __init__(self, scopes=EVERYTHING, name="shop"):
        self.key, self.text = ApiKey.issue(name=name, scopes=list(scopes), now=timezone.now())
        self.client = Client(headers={"Authorization": f"Bearer {self.text}", "Accept-Language": "en"})

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path, body=None, **headers):
        return self.client.post(
            f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", headers=headers
        )

    def patch(self, path, body, **headers):
        return self.client.patch(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)

    def put(self, path, body, **headers):
        return self.client.put(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)

    def delete(self, path):
        return self.client.delete(f"/api/v1{path}")


def errors(response) -> dict[str, str]:
    """What a problem says, by field."""
    assert response["Content-Type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in response.json().get("errors", [])}
