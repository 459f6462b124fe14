// Stands in until the rules package exports its own.
import type { Rule } from '@coldhunt/rules';

export function historyStart(rule: Rule, atMs: number): number {
  const text = rule.history_window_start ?? 'now';
  const m = /^now-(\d+)(ms|s|m|h|d|w|M|y)$/.exec(text);
  if (m === null) return Date.parse(text);
  const n = Number(m[1]);
  const unit = m[2] as string;
  const fixed: Record<string, number> = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000, w: 604800000 };
  if (fixed[unit] !== undefined) return atMs - n * fixed[unit];
  const date = new Date(atMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - n * (unit === 'y' ? 12 : 1));
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
