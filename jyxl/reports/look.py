"""How a page looks: at a desk, on a phone, in the dark, and on paper (A4)."""

from __future__ import annotations

STYLE = """
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
a { color: var(--link); }
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
.wide { overflow-x: auto; margin: .5rem 0; position: relative; }
.wide:focus { outline: 2px solid var(--link); }
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
  :root {
    --paper: #fff; --ink: #000; --quiet: #444; --line: #999; --shade: #eee; --link: #000;
    --good: #000; --bad: #000; --wait: #000; --rest: #ccc;
  }
  .accepted { fill: #555; }
  .returned { fill: #000; }
  body { font-size: 10.5pt; line-height: 1.45; max-width: none; padding: 0; }
  table { font-size: 9pt; }
  nav { display: none; }
  a { text-decoration: none; }
  .wide { overflow: visible; }
  thead { display: table-header-group; }
  tr, li { page-break-inside: avoid; }
  h2, h3 { page-break-after: avoid; }
  td.words, tbody th { min-width: 0; }
}
"""
