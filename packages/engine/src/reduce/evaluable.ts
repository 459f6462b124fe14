// Whether a rule could have fired, day by day: the census of events by kind and of needed fields, added up. `no` only where the absence is
// proved, else `unknown` with the size of the sample.

import { compareText, viewDocument, type EventView } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import type { Question } from '../question/output.ts';
import { describeKind, kindFieldsOf, type ObjectRecord } from '../scan/output.ts';
import { judgeDay, type KindOfEvents } from './could-fire.ts';
import type { Evaluable } from './output.ts';

const DAY_MS = 86_400_000;

/** Events of one kind on a day, of all objects. */
interface DayKind extends KindOfEvents {
  events: number;
  /** The fields of kinds that were looked at; others say nothing. */
  readonly told: ReadonlySet<string>;
  readonly fields: Set<string>;
}

interface Day {
  readonly kinds: Map<string, DayKind>;
  /** Whether every line of the day was parsed: what is not seen then is not there. */
  isWhole: boolean;
  events: number;
  readonly fields: Map<string, number>;
  /** Whether lines of the day were passed over, so that a field may stand in them; Parquet: only in columns that the file has. */
  isProven: boolean;
  readonly columnsOnly: Set<string>;
}

export class Census {
  readonly #days = new Map<string, Day>();
  readonly #isAnyIndex: boolean;
  #isHeld = false;

  constructor({ options }: Pick<Question, 'options'>) {
    this.#isAnyIndex = options.index_patterns === 'ignore';
  }

  add(object: ObjectRecord): void {
    if (object.state !== 'scanned') this.#isHeld ||= object.state === 'failed' || isUnread(object.reason);
    const isParquet = object.framing === 'parquet';
    for (const [name, { events, fields, all, classes }] of Object.entries(object.census)) {
      const day = this.#day(name);
      day.events += events;
      day.isWhole &&= all;
      addKinds(day, { events, fields, classes });
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

  #judge(rule: CompiledRule, day: Day): Pick<Evaluable, 'state' | 'missing' | 'wants'> {
    if (day.events === 0) return { state: rule.neededFields.length > 0 ? 'unknown' : 'yes', missing: [] };
    const asked = kindFieldsOf([rule.requirement]);
    const kinds = [...day.kinds.values()].map((each) =>
      asked.every((field) => each.told.has(field)) ? each : { ...each, kind: null as EventView | null },
    );
    const { lack, missing } = judgeDay(rule, kinds, {
      hasField: ({ fields }, field) => field.includes('*') || fields.has(field),
      isAnyIndex: this.#isAnyIndex,
    });
    if (lack === null) return { state: 'yes', missing: [] };
    if (lack !== 'fields') {
      const wants = lack === 'index' ? `in an index of ${rule.rule.index.join(', ')}` : describeKind(rule.requirement);
      return { state: day.isWhole && !this.#isHeld ? 'no' : 'unknown', missing: [], wants };
    }
    const isAbsent = (any: readonly string[]): boolean =>
      any.every((field) => !day.columnsOnly.has(field) && (day.fields.get(field) ?? 0) === 0);
    const isProven = !this.#isHeld && ((day.isProven && missing.some(isAbsent)) || day.isWhole);
    return { state: isProven ? 'no' : 'unknown', missing: [...new Set(missing.flat())].toSorted() };
  }

  // Lines that were passed over may lie on any day that the object covers.
  #markBetween(covers: { readonly from: number; readonly to: number }, isParquet: boolean, object: ObjectRecord): void {
    for (let ms = Math.floor(covers.from / DAY_MS) * DAY_MS; ms <= covers.to; ms += DAY_MS) {
      const day = this.#day(toIso(ms).slice(0, 10));
      day.isWhole = false;
      if (!isParquet) day.isProven = false;
      else {
        for (const [field, column] of Object.entries(object.columns)) if (column !== null) day.columnsOnly.add(field);
      }
    }
  }

  #day(name: string): Day {
    let day = this.#days.get(name);
    if (day === undefined) {
      const kinds = new Map<string, DayKind>();
      this.#days.set(
        name,
        (day = { events: 0, fields: new Map(), kinds, isProven: true, isWhole: true, columnsOnly: new Set() }),
      );
    }
    return day;
  }
}

/** A record without classes tells nothing of kinds: its events may be of any. */
function addKinds(
  day: Day,
  { events, fields, classes }: Pick<ObjectRecord['census'][string], 'events' | 'fields' | 'classes'>,
): void {
  const names = Object.keys(fields);
  const has = names.map((field) => ((fields[field] ?? 0) > 0 ? '1' : '0')).join('');
  for (const stored of classes ?? [{ index: null, kind: null, events, has }]) {
    const key = JSON.stringify([stored.index, stored.kind]);
    let kind = day.kinds.get(key);
    if (kind === undefined) {
      const view = stored.kind === null ? null : viewDocument(toDocument(stored.kind));
      kind = {
        index: stored.index,
        kind: view,
        events: 0,
        told: new Set(Object.keys(stored.kind ?? {})),
        fields: new Set(),
      };
      day.kinds.set(key, kind);
    }
    kind.events += stored.events;
    for (const [at, name] of names.entries()) if (stored.has[at] === '1') kind.fields.add(name);
  }
}

function toDocument(kind: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(kind).map(([field, values]) => [field, [...values]]));
}

function isUnread(reason: string | null): boolean {
  return reason !== 'empty';
}

function isSame(a: Evaluable, b: Evaluable): boolean {
  return a.state === b.state && a.wants === b.wants && a.missing.join() === b.missing.join();
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
