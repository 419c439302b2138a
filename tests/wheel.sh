#!/usr/bin/env bash
# The built wheel, alone in an empty environment, plays the demo: templates and samples travel in it.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$PYTHON" -m venv "$place/env"
git ls-files -z | tar --null -T - -cf - | (mkdir "$place/source" && tar -xf - -C "$place/source")
"$place/env/bin/pip" wheel --quiet --disable-pip-version-check --no-deps -w "$place" "$place/source"
"$place/env/bin/pip" install --quiet --disable-pip-version-check "$place"/jyxl-*.whl
cd "$place"
"$place/env/bin/jyxl" editions 2021 >/dev/null
"$place/env/bin/jyxl" demo "$place/demo"
"$place/env/bin/jyxl" status -C "$place/demo" --json | grep -q '"state": "accepted"'
echo "the wheel works in an empty environment"
