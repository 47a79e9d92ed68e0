#!/bin/sh
# Everything: once on SQLite, and once more on a throwaway PostgreSQL with Redis where they are installed.
# RELACJA_REQUIRE=all makes a missing part an error instead of a loud notice.
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python
missing=""
[ -n "$($python -c 'import sys; sys.path.insert(0, "ops"); import services; print(services.postgresql_programs() or "")')" ] || missing="$missing PostgreSQL"
command -v redis-server >/dev/null 2>&1 || missing="$missing Redis"
command -v chromium >/dev/null 2>&1 || missing="$missing Chromium"
if [ -n "$missing" ]; then
    echo "============================================================"
    echo "NOT TESTED HERE, because it is not installed:$missing"
    echo "On Debian: apt-get install postgresql redis-server chromium"
    echo "============================================================"
    [ "$RELACJA_REQUIRE" = all ] && exit 1
fi
exec $python ops/services.py $python ops/suite.py "$@"
