"""How a report looks, by day and by night."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1c2330; --faint: #5d677a; --line: #d8dde6; --good: #26703f; --bad: #ab3127;
  --bar: #86aadb; --track: #eef1f6; --paper: #ffffff; --card: #f6f8fb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --faint: #9fa8b9; --line: #343c4a; --good: #7ccb9b;
  --bad: #f0938a; --bar: #4d77ad; --track: #1f252f; --paper: #14181f; --card: #1b212a; } }
* { box-sizing: border-box; }
body { font: 15px/1.55 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: var(--ink);
  background: var(--paper); max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .8rem; } h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0; } dt { color: var(--faint); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; } code { font: .85em ui-monospace, monospace; }
.verdict { border-left: 4px solid; background: var(--card); padding: .6rem .9rem; margin: 1.2rem 0 0; }
.verdict b, .verdict span { display: block; } .verdict span { color: var(--ink); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 500; font-size: .85rem; white-space: nowrap; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.answer { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 16rem; } td.why { min-width: 8rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
svg { display: block; width: 100%; min-width: 34rem; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
svg .faint { fill: var(--faint); } svg .line { stroke: var(--line); } svg .track { fill: var(--track); }
svg .bar { fill: var(--bar); } svg text.good { fill: var(--good); } svg text.bad { fill: var(--bad); }
svg .halo { stroke: var(--paper); stroke-width: 4; } svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
svg .dot { fill: var(--bar); stroke: var(--paper); } svg .before { fill: var(--paper); stroke: var(--bad);
  stroke-width: 2; }
@media print { :root { color-scheme: light; } h2 { break-after: avoid; } tr, svg { break-inside: avoid; } }
"""
