#!/usr/bin/env bash
# The zip for Windows, as it is given away, under Wine: unzipped into a path with Chinese and spaces,
# it plays the demo with two workers, is clicked at, and passes the tests of what touches the system.
#   bash tests/windows.sh [--all] [ZIP] [PYTEST ARGUMENT]…
# --all runs every test that needs no Linux, which takes a quarter of an hour. Needs wine, wine64,
# unzip and locales of Debian. Where those are not there or do not run, it says so and ends with 75.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}
tests=(tests/test_windows.py tests/test_desk.py tests/edges tests/steps/test_pack.py)
# These look at the sources, which the zip has only in part, and are the same on Linux.
sources=(test_docs test_imports test_light test_windows_folder fetch/test_letter writer/test_private_members)
[ "${1:-}" != --all ] || { tests=(tests $(printf -- '--ignore=tests/%s.py ' "${sources[@]}")); shift; }
zip=${1:-$(ls -t dist/jyxl-*-windows.zip 2>/dev/null | head -1)}
shift || true
[ $# -eq 0 ] || tests=("$@")
cannot() { echo "SKIPPED, not tested on Windows: $1"; exit 75; }
for tool in wine unzip localedef; do
    command -v "$tool" >/dev/null || cannot "$tool is not installed"
done
[ -f "$zip" ] || { echo "no zip: make windows"; exit 1; }

place=$(mktemp -d)
trap 'wineserver -k 2>/dev/null || true; rm -rf "$place"' EXIT
export WINEPREFIX=$place/wine WINEDEBUG=-all WINEDLLOVERRIDES="ucrtbase=n,b;bcryptprimitives=n;mscoree=;mshtml="
export JYXL_WORKERS=2
# Wine's code page follows the locale: with this one it is 936, as in the offices.
mkdir "$place/locale"
localedef -i zh_CN -f UTF-8 "$place/locale/zh_CN.UTF-8" || cannot "no sources of locales"
export LOCPATH=$place/locale LC_ALL=zh_CN.UTF-8
stick="$place/U 盘/政务 公开"                   # Chinese and spaces
mkdir -p "$stick" "$place/tools" "$place/suite"
unzip -q "$zip" -d "$stick"
jyxl=$(echo "$stick"/jyxl-*)
PYTHONPATH=. "$PYTHON" -m tests.wine "$jyxl" || cannot "this Wine is not built as expected"
timeout 300 wineboot -i >/dev/null 2>&1 || cannot "Wine does not start here"
timeout 60 wine winecfg -v win10 >/dev/null 2>&1 || true
cp "$jyxl/python/bcryptprimitives.dll" "$WINEPREFIX/drive_c/windows/system32/"
# Output goes through a pipe, since a console of Wine needs one.
timeout 200 wine "$jyxl/python/python.exe" -c "print(1)" </dev/null 2>&1 | grep -q 1 ||
    cannot "Wine runs no Python here"

click() { (cd "$(dirname "$1")" && wine cmd /c call "$(winepath -w "$1")" "${@:2}" </dev/null 2>&1 | iconv -c -f gb18030 -t utf-8); }
said() { grep -q -- "$1" "$place/said" || { cat "$place/said"; echo "not said: $1"; exit 1; }; }

click "$jyxl/演示.cmd" | tee "$place/said"
said 198
demo="$stick/demo"

# A campaign is taken over, and its buttons do their work, beside jyxl, elsewhere and without it.
click "$jyxl/新建项目.cmd" "$(winepath -w "$demo")" >"$place/said"
said "3 看情况"
click "$demo/3 看情况.cmd" >"$place/said"
said "下一步：还有没交的"
click "$demo/2 收表.cmd" "$(winepath -w "$(ls "$demo"/回收/*/*.xlsx | head -1)")" >"$place/said"
said "下一步：把“退回”"
click "$demo/4 出报告.cmd" >"$place/said"
said "下一步：报告在“报告”里"
ls "$demo"/报告/*.docx >/dev/null
mkdir "$stick/别处"
mv "$demo" "$stick/别处/"
click "$stick/别处/demo/3 看情况.cmd" >"$place/said"
said "下一步：还有没交的"
mv "$jyxl" "$place/gone"
click "$stick/别处/demo/3 看情况.cmd" >"$place/said" || true
if grep -q "下一步" "$place/said"; then echo "jyxl was found where it is not"; exit 1; fi
mv "$place/gone" "$jyxl"

# The root of a drive is a campaign like any other; so is a folder on a share.
mkdir -p "$place/root" "$place/share" "$WINEPREFIX/dosdevices/unc/server"
ln -s "$place/root" "$WINEPREFIX/dosdevices/t:"
ln -s "$place/share" "$WINEPREFIX/dosdevices/unc/server/share"
export JYXL_SHARE='\\server\share'
click "$jyxl/jyxl.cmd" new 'T:\' --county 甲县 --year 2021 >"$place/said"
[ -f "$place/root/jyxl.toml" ] && [ -f "$place/root/2 收表.cmd" ]
cp -r "$stick/别处/demo" "$place/share/"
click "$jyxl/jyxl.cmd" status -C "$JYXL_SHARE\\demo" >"$place/said"
said 应报

# The suite, with the jyxl of the zip.
PYTHONPATH=. "$PYTHON" -m windows.requirements --tools "$place/tools"
git ls-files -z -- ':!jyxl' | tar --null -T - -cf - | tar -xf - -C "$place/suite"
path_file=$(ls "$jyxl"/python/*._pth)
printf '%s\r\n' "$(winepath -w "$place/suite")" "$(winepath -w "$place/tools")" >>"$path_file"
cd "$place/suite"
wine "$jyxl/python/python.exe" -m pytest -p no:cacheprovider -q -n 2 -m "not office and not slow" \
    -o faulthandler_timeout=400 "${tests[@]}" </dev/null 2>&1 | iconv -c -f gb18030 -t utf-8
echo "the zip works under Wine: $(basename "$zip")"
