#!/bin/sh
# Install the locked packages and Relacja itself into the virtual environment: with uv where it can be had, else pip.
set -e
python=$1
if "$python" -m uv --version >/dev/null 2>&1 || "$python" -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then
    "$python" -m uv pip install --quiet --python "$python" --require-hashes -r requirements-dev.lock
    "$python" -m uv pip install --quiet --python "$python" --no-deps --no-build-isolation --editable .
else
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi
