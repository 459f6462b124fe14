// `--from`, `--to` and `--last` -> the range [from, to) of a hunt.

import { InputError } from '@coldhunt/core';
import { parseInstantText } from './parse-instant-text.ts';

export interface RangeInput {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Instead of `from`: `30d`, `12h`, counted back from now. */
  readonly last?: string | undefined;
  readonly nowMs: number;
}

/** ISO instants in milliseconds; null: open. */
export interface ResolvedRange {
  readonly from: string | null;
  readonly to: string | null;
}

const LAST = /^(\d{1,6})(m|h|d|w)$/;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const EARLIEST_MS = Date.UTC(1970, 0, 1);
// A unit, and what now is cut to before it is counted back. Weeks are cut to the day: which day begins one is a matter of taste.
const UNITS: Readonly<Record<string, { readonly ms: number; readonly cutMs: number }>> = {
  m: { ms: MINUTE, cutMs: MINUTE },
  h: { ms: HOUR, cutMs: HOUR },
  d: { ms: DAY, cutMs: DAY },
  w: { ms: 7 * DAY, cutMs: DAY },
};

/** Throws InputError TIME_INVALID, OPTION_INVALID (both `from` and `last`) or RANGE_INVALID (from not before to). */
export function resolveRange({ from, to, last, nowMs }: RangeInput): ResolvedRange {
  if (from !== undefined && last !== undefined) {
    throw new InputError(
      'OPTION_INVALID',
      `--from ${from} and --last ${last} both give the start of the range: use one`,
    );
  }
  const fromMs =
    from !== undefined ? parseInstantText(from, '--from') : last === undefined ? null : startOf(last, nowMs);
  const toMs = to === undefined ? null : parseInstantText(to, '--to');
  if (fromMs !== null && toMs !== null && fromMs >= toMs) {
    throw new InputError(
      'RANGE_INVALID',
      `the range from ${toIso(fromMs)} to ${toIso(toMs)} ${fromMs === toMs ? 'is empty' : 'ends before it starts'}: --from must be earlier than --to (which is exclusive)`,
      { details: { from: toIso(fromMs), to: toIso(toMs) } },
    );
  }
  return { from: fromMs === null ? null : toIso(fromMs), to: toMs === null ? null : toIso(toMs) };
}

function startOf(last: string, nowMs: number): number {
  const [, digits = '', name = ''] = LAST.exec(last) ?? [];
  const unit = UNITS[name];
  if (unit === undefined || Number(digits) === 0) {
    throw new InputError(
      'TIME_INVALID',
      `invalid --last "${last.slice(0, 60)}": a whole number above zero and one of m, h, d, w expected, e.g. 30d or 12h`,
      { details: { last: last.slice(0, 60) } },
    );
  }
  const startMs = Math.floor(nowMs / unit.cutMs) * unit.cutMs - Number(digits) * unit.ms;
  if (startMs < EARLIEST_MS) throw new InputError('TIME_INVALID', `--last ${last} goes back beyond 1970`);
  return startMs;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
