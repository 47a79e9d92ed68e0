"""A home of its own for every test process, set before the settings are read. Loaded by pytest first of all."""

import os
import tempfile

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

os.environ["RELACJA_HOME"] = tempfile.mkdtemp(prefix=f"relacja-{WORKER}-")
os.environ["SECRET_KEY"] = "a key for tests and nothing else"
os.environ["BASE_URL"] = "http://127.0.0.1:8000"
os.environ["COMPANY_NAME"] = "Rowerownia Żuraw"
for name in ("EMAIL_URL", "EVENTS_URL", "COMPANY_LANGUAGE", "TIME_ZONE"):
    os.environ.pop(name, None)
