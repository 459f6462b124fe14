// Events by day and kind: what they say in the fields that rules tell events apart by, and which of the fields that rules
// need they have. Events of one kind are alike for every rule, so a thousand rules cost no more than one.

import {
  compareText,
  scalarText,
  viewDocument,
  type DocumentValue,
  type EventView,
  type FieldPath,
  type FieldTable,
  type Requirement,
} from '@coldhunt/core';
import { INDEX_FIELDS } from './event-index.ts';

/** The fields that say what kind of event it is. */
export const KIND_FIELDS: readonly string[] = [
  'event.kind',
  'event.category',
  'event.type',
  'event.module',
  'event.dataset',
  'data_stream.dataset',
  'host.os.type',
];

/** An archive with more kinds of events tells nothing by them: further ones count as one that says nothing of itself. */
const MOST_CLASSES = 20_000;

export interface CountedEvents {
  events: number;
  /** By number of the field: whether some event has it. */
  readonly has: Uint8Array;
}

/** Events of one day, index and kind. */
export interface EventClass extends CountedEvents {
  /** `2026-02-01`. */
  readonly day: string;
  /** null: nothing says it. */
  readonly index: string | null;
  /** Its values of the fields of kinds, and nothing else. */
  readonly kind: EventView;
}

/** As a ledger record keeps a class of one day. */
export interface StoredClass {
  readonly index: string | null;
  /** Values by field; null: events of any kind (there were too many to tell apart). */
  readonly kind: Readonly<Record<string, readonly string[]>> | null;
  readonly events: number;
  /** For each needed field, in the order of the record's own list, whether some event has it: `101`. */
  readonly has: string;
}

export class EventClasses {
  readonly #most: number;
  readonly #kinds: readonly FieldPath[];
  readonly #table: FieldTable;
  readonly #classes = new Map<string, EventClass>();
  readonly #rest: CountedEvents;

  /** `needed`: the fields whose presence counts. */
  constructor(kinds: readonly FieldPath[], needed: FieldTable, most: number = MOST_CLASSES) {
    this.#most = most;
    this.#rest = { events: 0, has: new Uint8Array(needed.paths.length) };
    this.#kinds = kinds;
    this.#table = needed;
  }

  /** Events of kinds beyond the limit. */
  get uncounted(): number {
    return this.#rest.events;
  }

  /** What an event must be read with. */
  get fields(): readonly FieldPath[] {
    return [
      ...new Map([...this.#kinds, ...this.#table.paths, ...INDEX_FIELDS].map((path) => [path.name, path])).values(),
    ];
  }

  add(view: EventView, day: string, index: string | null): void {
    const counted = this.countedFor(view, day, index);
    counted.events += 1;
    const { has } = counted;
    view.eachPresent(this.#table, (number) => {
      has[number] = 1;
    });
  }

  /** What an event counts for: its class, or the rest. */
  countedFor(view: EventView, day: string, index: string | null): CountedEvents {
    const values = this.#kinds.map((path) => view.values(path));
    const key = JSON.stringify([day, index, values.map((each) => each.map((value) => scalarText(value)))]);
    let known = this.#classes.get(key);
    if (known !== undefined) return known;
    if (this.#classes.size >= this.#most) return this.#rest;
    const kind = Object.fromEntries(
      this.#kinds.map(({ name }, at) => [name, [...(values[at] ?? [])] as DocumentValue]),
    );
    const has = new Uint8Array(this.#table.paths.length);
    known = { day, index, kind: viewDocument(kind), events: 0, has };
    this.#classes.set(key, known);
    return known;
  }

  all(): readonly EventClass[] {
    return [...this.#classes.values()];
  }

  /** In the order of what they say: no record depends on the order of events. */
  store(): readonly StoredClass[] {
    const classes = [...this.#classes].toSorted(([a], [b]) => compareText(a, b)).map(([, known]) => known);
    const stored = classes.map(({ index, kind, events, has }) => ({
      index,
      kind: Object.fromEntries(this.#kinds.map((path) => [path.name, kind.values(path).map(scalarText)])),
      events,
      has: has.join(''),
    }));
    const { events, has } = this.#rest;
    return events === 0 ? stored : [...stored, { index: null, kind: null, events, has: has.join('') }];
  }

  /** Whether some event of the class has a value of the field. A name with stars asks many fields, of which one is taken for there. */
  hasField({ has }: EventClass, field: string): boolean {
    const number = this.#table.numbers.get(field);
    return number === undefined || has[number] === 1;
  }
}

/** Whether events of a kind can satisfy the requirement, as far as the fields of kinds decide. */
export function fitsKind(requirement: Requirement, kind: EventView): boolean {
  switch (requirement.kind) {
    case 'all':
      return requirement.of.every((part) => fitsKind(part, kind));
    case 'any':
      return requirement.of.some((part) => fitsKind(part, kind));
    case 'leaf': {
      const { path, test } = requirement;
      if (test === undefined || !KIND_FIELDS.includes(path.name)) return true;
      return kind.values(path).some((value) => test(value));
    }
  }
}

/** The fields of kinds by which some of these requirements tell events apart. */
export function kindFieldsOf(requirements: readonly Requirement[]): readonly string[] {
  const found = new Set<string>();
  const visit = (part: Requirement): void => {
    if (part.kind !== 'leaf') part.of.forEach(visit);
    else if (part.test !== undefined) found.add(part.path.name);
  };
  requirements.forEach(visit);
  return KIND_FIELDS.filter((field) => found.has(field));
}

/** What a requirement asks of the fields of kinds, for people: `event.category process, host.os.type linux or macos`; empty: nothing. */
export function describeKind(requirement: Requirement): string {
  const asked = new Map<string, Set<string>>();
  const visit = (part: Requirement): void => {
    if (part.kind !== 'leaf') {
      for (const inner of part.of) visit(inner);
      return;
    }
    const texts = part.values ?? part.literals.map(({ text }) => text);
    if (texts.length > 0) asked.set(part.path.name, new Set([...(asked.get(part.path.name) ?? []), ...texts]));
  };
  visit(requirement);
  return KIND_FIELDS.filter((field) => asked.has(field))
    .map((field) => `${field} ${[...(asked.get(field) ?? [])].toSorted().join(' or ')}`)
    .join(', ');
}
