// The report's own style sheet: readable on screen and on paper, light and dark, nothing fetched.

export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --line: #d8dde3; --paper: #fff; --panel: #f6f8fa; --accent: #0b62c4;
  --low: #6b7f94; --medium: #b07a00; --high: #c2410c; --critical: #b3123a; --good: #1a7f4b; --bad: #b3123a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa4af; --line: #343b44; --paper: #14181d; --panel: #1c2229; --accent: #6cb2ff;
  --low: #8fa3b8; --medium: #e0ac3a; --high: #f5824a; --critical: #ff6b8b; --good: #4cc38a; --bad: #ff6b8b; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 80px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 40px 0 12px; border-bottom: 1px solid var(--line); padding-bottom: 6px; } h3 { font-size: 15px; margin: 20px 0 6px; }
p { margin: 8px 0; max-width: 80ch; } .soft { color: var(--soft); } code, pre, .mono { font: 13px/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); padding: 10px 12px; border-radius: 6px; margin: 8px 0; }
.verdict { border-left: 5px solid var(--good); background: var(--panel); padding: 12px 16px; border-radius: 0 6px 6px 0; font-size: 16px; margin: 16px 0; }
.verdict.incomplete { border-color: var(--bad); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 14px; } th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.badge { display: inline-block; padding: 0 8px; border-radius: 10px; font-size: 12px; line-height: 20px; font-weight: 600; color: #fff; background: var(--low); }
.badge.medium { background: var(--medium); } .badge.high { background: var(--high); } .badge.critical { background: var(--critical); } .badge.good { background: var(--good); } .badge.bad { background: var(--bad); }
@media (prefers-color-scheme: dark) { .badge { color: #14181d; } }
details { border: 1px solid var(--line); border-radius: 6px; margin: 8px 0; background: var(--paper); } summary { cursor: pointer; padding: 8px 12px; } details > div { padding: 0 12px 12px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
svg { display: block; width: 100%; height: auto; } svg text { font: 11px system-ui, sans-serif; fill: var(--soft); } .bar { fill: var(--accent); } .empty { fill: var(--line); } .gap { fill: var(--bad); }
.hold { color: var(--good); } .fail { color: var(--bad); } footer { margin-top: 48px; color: var(--soft); font-size: 13px; }
@media print { details > div { display: block; } body { font-size: 12px; } }
`;
