#!/bin/sh
# Say in one line what is missing on this machine; `make` stops there.
python=$1
say() { echo "$1" >&2; exit 1; }

command -v "$python" >/dev/null 2>&1 || say "Python is missing. Install Python 3.11 or newer, then run this again."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    say "$("$python" --version) is too old. Install Python 3.11 or newer, or say which one: make run PYTHON=python3.12"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    say "Python cannot make virtual environments here. On Debian: apt-get install python3-venv"
command -v node >/dev/null 2>&1 || say "Node is missing. Install Node 20 or newer, then run this again."
node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' ||
    say "Node $(node --version) is too old. Install Node 20 or newer, then run this again."
command -v npm >/dev/null 2>&1 || say "npm is missing. It usually comes with Node; on Debian: apt-get install npm"
free=$(df -Pk . | awk 'NR==2 {print $4}')
[ "$free" -gt 3000000 ] || say "There is less than 3 GB of room on this disk. Make room, then run this again."
