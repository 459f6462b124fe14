// What an archive is expected to hold (`--expect`) against the hours that were examined of it.

import type { ArchiveQuestion } from '../question/output.ts';
import { Hours, type Interval } from './hours.ts';
import type { Coverage } from './output.ts';

const UNIT_MS = { hourly: 3_600_000, daily: 86_400_000 } as const;

/** The hours of the archives that are expected to hold events. */
export class ExpectedHours {
  readonly #archives: readonly ArchiveQuestion[];
  readonly #listedAtMs: number;
  readonly #hours = new Map<number, Hours>();

  constructor(archives: readonly ArchiveQuestion[], listedAtMs: number) {
    this.#archives = archives;
    this.#listedAtMs = listedAtMs;
    for (const [index, { expect }] of archives.entries()) {
      if (expect !== undefined) this.#hours.set(index, new Hours(listedAtMs));
    }
  }

  /** `archive`: its index in the question. */
  add(archive: number, covers: { readonly from: number; readonly to: number }): void {
    this.#hours.get(archive)?.add(covers, 0);
  }

  /** `within`: what was asked. */
  list(within: Interval): NonNullable<Coverage['expected']> {
    return this.#archives.flatMap(({ uri, expect }, index) => {
      const hours = this.#hours.get(index);
      if (expect === undefined || hours === undefined) return [];
      const missing = missingSpans(hours.examined(), { expect, within, listedAtMs: this.#listedAtMs });
      return [{ archive: uri, expect, missing: missing.map(({ from, to }) => ({ from: toIso(from), to: toIso(to) })) }];
    });
  }
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

export interface Expectation {
  readonly expect: 'hourly' | 'daily';
  /** What was asked; infinite: open. Milliseconds, [from, to). */
  readonly within: Interval;
  /** What had not happened by then is not expected. */
  readonly listedAtMs: number;
}

/**
 * The whole hours or days within what was asked in which nothing was examined, joined where they touch. Open sides end with what was
 * examined. `examined`: runs of hours in order.
 */
export function missingSpans(examined: readonly Interval[], expectation: Expectation): Interval[] {
  const { within, listedAtMs, expect } = expectation;
  const unit = UNIT_MS[expect];
  const first = examined[0]?.from ?? listedAtMs - unit;
  const last = examined.at(-1)?.to ?? listedAtMs;
  // An hour that is asked for only in part may have its events in the other part.
  const from = Math.ceil(Number.isFinite(within.from) ? within.from / unit : Math.floor(first / unit)) * unit;
  const to = Math.floor(Math.min(Number.isFinite(within.to) ? within.to : last, listedAtMs) / unit) * unit;
  const missing: Interval[] = [];
  let at = from;
  for (const span of examined) {
    const begin = Math.floor(span.from / unit) * unit;
    if (begin > at) missing.push({ from: at, to: Math.min(begin, to) });
    at = Math.max(at, Math.ceil(span.to / unit) * unit);
    if (at >= to) break;
  }
  if (at < to) missing.push({ from: at, to });
  return missing.filter((span) => span.from < span.to);
}
