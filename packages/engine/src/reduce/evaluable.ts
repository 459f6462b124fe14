// Whether a rule could have fired, day by day: the census of needed fields, added up. `no` only where the absence is proved, else
// `unknown` with the size of the sample.

import { compareText } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import type { ObjectRecord } from '../scan/output.ts';
import type { Evaluable } from './output.ts';

const DAY_MS = 86_400_000;

interface Day {
  events: number;
  readonly fields: Map<string, number>;
  /** Whether lines of the day were passed over, so that a field may stand in them; Parquet: only in columns that the file has. */
  isProven: boolean;
  readonly columnsOnly: Set<string>;
}

export class Census {
  readonly #days = new Map<string, Day>();
  #isHeld = false;

  add(object: ObjectRecord): void {
    if (object.state !== 'scanned') this.#isHeld ||= object.state === 'failed' || isUnread(object.reason);
    const isParquet = object.framing === 'parquet';
    for (const [name, { events, fields, all }] of Object.entries(object.census)) {
      const day = this.#day(name);
      day.events += events;
      for (const [field, count] of Object.entries(fields)) {
        day.fields.set(field, (day.fields.get(field) ?? 0) + count);
        if (!all && isParquet && object.columns[field] !== null) day.columnsOnly.add(field);
      }
      if (!all && !isParquet) day.isProven = false;
    }
    if (object.lines.searched > 0 && object.covers !== null) this.#markBetween(object.covers, isParquet, object);
  }

  /** Of one rule, days with the same answer together. A day that objects cover and of which no event was looked at is not known. */
  evaluate(rule: CompiledRule, within: { readonly fromMs: number; readonly toMs: number }): Evaluable[] {
    const found: Evaluable[] = [];
    for (const [name, day] of [...this.#days].toSorted(([a], [b]) => compareText(a, b))) {
      const startMs = Date.parse(`${name}T00:00:00.000Z`);
      if (startMs + DAY_MS <= within.fromMs || startMs >= within.toMs) continue;
      const next = { from: toIso(startMs), to: toIso(startMs + DAY_MS), events: day.events, ...this.#judge(rule, day) };
      const last = found.at(-1);
      if (last !== undefined && last.to === next.from && isSame(last, next)) {
        found[found.length - 1] = { ...last, to: next.to, events: last.events + next.events };
      } else found.push(next);
    }
    return found;
  }

  /** Lists of fields of which the rule needs one, and no event that was looked at has any. */
  neverSeen(rule: CompiledRule): readonly (readonly string[])[] {
    const seen = new Set<string>();
    let events = 0;
    for (const day of this.#days.values()) {
      events += day.events;
      for (const [field, count] of day.fields) if (count > 0) seen.add(field);
    }
    if (events === 0) return [];
    return rule.neededFields.filter(
      (any) => any.length > 0 && !any.some((field) => field.includes('*') || seen.has(field)),
    );
  }

  #judge(rule: CompiledRule, day: Day): Pick<Evaluable, 'state' | 'missing'> {
    if (day.events === 0 && rule.neededFields.length > 0) return { state: 'unknown', missing: [] };
    const absent = rule.neededFields.filter((any) => {
      return any.length > 0 && any.every((field) => !field.includes('*') && (day.fields.get(field) ?? 0) === 0);
    });
    if (absent.length === 0) return { state: 'yes', missing: [] };
    const isProven =
      !this.#isHeld && day.isProven && absent.some((any) => any.every((field) => !day.columnsOnly.has(field)));
    return { state: isProven ? 'no' : 'unknown', missing: [...new Set(absent.flat())].toSorted() };
  }

  // Lines that were passed over may lie on any day that the object covers.
  #markBetween(covers: { readonly from: number; readonly to: number }, isParquet: boolean, object: ObjectRecord): void {
    for (let ms = Math.floor(covers.from / DAY_MS) * DAY_MS; ms <= covers.to; ms += DAY_MS) {
      const day = this.#day(toIso(ms).slice(0, 10));
      if (!isParquet) day.isProven = false;
      else {
        for (const [field, column] of Object.entries(object.columns)) if (column !== null) day.columnsOnly.add(field);
      }
    }
  }

  #day(name: string): Day {
    let day = this.#days.get(name);
    if (day === undefined) {
      this.#days.set(name, (day = { events: 0, fields: new Map(), isProven: true, columnsOnly: new Set() }));
    }
    return day;
  }
}

function isUnread(reason: string | null): boolean {
  return reason !== 'empty';
}

function isSame(a: Evaluable, b: Evaluable): boolean {
  return a.state === b.state && a.missing.join() === b.missing.join();
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
