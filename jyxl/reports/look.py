"""How pages look: at a desk, on a phone, in the dark, and on paper (A4)."""

from __future__ import annotations

_COMMON = """
:root {
  --paper: #fff; --ink: #1c2024; --quiet: #59636e; --line: #d0d7de; --shade: #f4f6f8;
  --link: #0b57b0; --good: #1a7f37; --bad: #b42318; --wait: #8a5a00; --rest: #d0d7de;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15191e; --ink: #e6eaef; --quiet: #a3adb8; --line: #3a424b; --shade: #1f252c;
    --link: #7db5ff; --good: #56c271; --bad: #ff8f85; --wait: #e3b04b; --rest: #4a535d;
  }
}
* { box-sizing: border-box; }
.wide { overflow-x: auto; margin: .5rem 0; position: relative; }
.wide:focus { outline: 2px solid var(--link); }
a { color: var(--link); }
@media print {
  :root {
    --paper: #fff; --ink: #000; --quiet: #444; --line: #999; --shade: #eee; --link: #000;
    --good: #000; --bad: #000; --wait: #000; --rest: #ccc;
  }
  a { text-decoration: none; }
  nav { display: none; }
  .wide { overflow: visible; }
  thead { display: table-header-group; }
  tr, li { page-break-inside: avoid; }
  h2, h3 { page-break-after: avoid; }
}
"""
"""What all pages share: colours by day, in the dark and on paper."""

STYLE = (
    _COMMON
    + """
body {
  margin: 0 auto; padding: 1rem 1.25rem 4rem; max-width: 68rem;
  background: #fff; background: var(--paper); color: #1c2024; color: var(--ink);
  font: 16px/1.65 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei",
    sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; line-height: 1.3; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem;
  border-bottom: 2px solid #d0d7de; border-bottom-color: var(--line); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
p, ul { margin: .4rem 0; }
ul { padding-left: 1.4rem; }
code { font-family: Consolas, "Courier New", monospace; font-size: .9em; padding: 0 .25em;
  background: var(--shade); }
nav a { display: inline-block; margin-right: 1rem; padding: .3rem 0; }
.quiet, .code { color: var(--quiet); }
.code { font-size: .85em; white-space: nowrap; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.wait { color: var(--wait); }
.good, .bad, .wait { font-weight: bold; }
.when { font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; line-height: 1.5; }
th, td { border: 1px solid #d0d7de; border-color: var(--line); padding: .35rem .55rem;
  text-align: left; vertical-align: top; }
thead th { background: var(--shade); white-space: nowrap; }
tbody th { font-weight: normal; min-width: 7em; }
td.number { text-align: right; white-space: nowrap; }
td.short, a.short { white-space: nowrap; }
td.words { min-width: 14em; }
td.bar { width: 45%; min-width: 8rem; vertical-align: middle; }
td.bar svg { display: block; width: 100%; height: 1.1rem; }
.accepted { fill: var(--good); }
.returned { fill: var(--bad); }
.missing { fill: var(--rest); }
.unit { border-top: 1px solid var(--line); margin-top: 1rem; }
@media (max-width: 40rem) {
  body { padding: .5rem .75rem 3rem; }
  h1 { font-size: 1.3rem; }
  nav a { padding: .6rem 0; }
  table.cards thead { position: absolute; left: -999em; }
  table.cards, table.cards tbody, table.cards tr, table.cards th, table.cards td {
    display: block; width: auto; min-width: 0; }
  table.cards tr { border: 1px solid var(--line); margin: .6rem 0; padding: .3rem .5rem; }
  table.cards th, table.cards td { border: 0; padding: .1rem 0; white-space: normal; }
  table.cards tbody th { font-weight: bold; }
}
@media print {
  @page { size: A4; margin: 15mm 12mm; }
  .accepted { fill: #555; }
  .returned { fill: #000; }
  body { font-size: 10.5pt; line-height: 1.45; max-width: none; padding: 0; }
  table { font-size: 9pt; }
  td.words, tbody th { min-width: 0; }
}
"""
)
"""The page about where the units stand."""

REPORT = (
    _COMMON
    + """
body {
  margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 56rem;
  background: #fff; background: var(--paper); color: #1c2024; color: var(--ink);
  font: 17px/1.95 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei",
    sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.65rem; line-height: 1.45; margin: 1rem 0 .6rem; text-align: center; }
.facts { margin: 0 0 1.2rem; padding: .3rem 0; text-align: center; font-size: .85rem;
  color: var(--quiet); border: solid #d0d7de; border-color: var(--line); border-width: 1px 0; }
.facts span { display: inline-block; margin: 0 .8rem; }
h2 { font-size: 1.2rem; line-height: 1.6; margin: 1.8rem 0 .5rem; }
h3 { font-size: 1.05rem; line-height: 1.6; margin: 1rem 0 .3rem; text-indent: 2em; }
p { margin: .5rem 0; text-indent: 2em; text-align: justify; }
.facts, footer p, caption, nav { text-indent: 0; }
nav ul { display: flex; flex-wrap: wrap; margin: 0; padding: 0; list-style: none; font-size: .95rem; }
nav li { margin-right: 1.5rem; }
mark { background: #fff3c4; color: #1c2024; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; line-height: 1.45; }
caption { padding: .3rem 0; font-size: .9rem; color: var(--quiet); }
th, td { border: 1px solid #6b7681; border-color: var(--edge); padding: .4rem .3rem;
  text-align: center; vertical-align: middle; }
th { font-weight: normal; }
th[scope=rowgroup], th[scope=col] { background: var(--shade); }
th[scope=row] { text-align: left; }
td { white-space: nowrap; }
.corner { text-align: left; font-size: .85em; }
footer { margin-top: 2.5rem; padding-top: .6rem; font-size: .85rem; line-height: 1.8;
  color: var(--quiet); border-top: 1px solid #d0d7de; border-top-color: var(--line); }
footer h2 { font-size: 1rem; margin: .8rem 0 .2rem; color: var(--ink); }
footer p { margin: .2rem 0; text-align: left; }
footer ul { margin: .2rem 0; padding-left: 1.4rem; }
:root { --edge: #6b7681; }
@media (prefers-color-scheme: dark) { :root { --edge: #77828d; } }
@media (max-width: 40rem) {
  body { padding: .75rem .75rem 3rem; font-size: 16px; line-height: 1.85; }
  h1 { font-size: 1.3rem; }
  table { font-size: .8rem; line-height: 1.35; }
  th, td { padding: .3rem .1rem; }
  table.t4, .t3 th { font-size: .75rem; }
  nav ul { display: block; }
  nav a { display: inline-block; padding: .35rem 0; }
}
@media print {
  @page { size: A4; margin: 25mm 22mm; }
  :root { --edge: #000; }
  body { font: 14pt/1.75 FangSong, FangSong_GB2312, STFangsong, "Noto Serif CJK SC", serif;
    max-width: none; padding: 0; }
  h1 { font: 20pt/1.4 FZXiaoBiaoSong-B05S, SimSun, STSong, "Noto Serif CJK SC", serif; }
  h2 { font: 14pt/1.75 SimHei, STHeiti, "Noto Sans CJK SC", sans-serif; }
  h3 { font: 14pt/1.75 KaiTi, STKaiti, "Noto Serif CJK SC", serif; }
  table { font-size: 9.5pt; line-height: 1.3; }
  .whole, tbody { break-inside: avoid; page-break-inside: avoid; }
  th, td { padding: 3pt 2pt; }
  .screen { display: none; }
  footer { font-size: 9.5pt; }
}
"""
)
"""A yearly report: like a printed one, with its tables within the text."""
