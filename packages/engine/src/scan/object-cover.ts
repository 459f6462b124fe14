// Which hours an object covers, and which fields its events have by day: taken from the lines that are always parsed, never from
// those that a rule's literals led to.

import { parseInstant, toMillis, type FieldPath, type FieldTable, type Scalar } from '@coldhunt/core';
import type { SourceEvent } from '@coldhunt/formats';
import { EventClasses, type CountedEvents } from './event-classes.ts';
import { eventIndex } from './event-index.ts';
import { NamedClasses } from './named-classes.ts';
import type { ObjectRecord } from './output.ts';
import { EARLIEST_MS, LATEST_AFTER_LISTING_MS } from './plausible-time.ts';

const DAY_MS = 86_400_000;

interface Day {
  events: number;
  /** Events that have a value of the field, by its number. */
  readonly fields: Int32Array;
  readonly name: string;
  readonly classes: DayClasses | null;
}

interface DayClasses {
  readonly all: EventClasses;
  /** Of events whose index is not told by what is around them. */
  readonly named: NamedClasses<CountedEvents>;
}

type CoveredEvent = Pick<SourceEvent, 'view' | 'index' | 'isSample'>;

/** What the census of a hunt counts. */
export interface CensusFields {
  /** The fields that rules need. */
  readonly fields: FieldTable;
  /** null: no rule asks for a kind or an index. */
  readonly kinds: KindFields | null;
}

export interface KindFields {
  /** The fields by which rules tell kinds of events apart. */
  readonly paths: readonly FieldPath[];
  /** The same, and those that say the index. */
  readonly table: FieldTable;
}

/** An object with more kinds of events on a day tells the rest together. */
const MOST_CLASSES = 64;

/** Collects one object's cover and census. */
export class ObjectCover {
  readonly #latestMs: number;
  readonly #fields: FieldTable;
  readonly #kinds: KindFields | null;
  // By the number of the day since 1970.
  readonly #samples = new Map<number, Day>();
  #everyEvent: Map<number, Day> | null = new Map();
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;
  #implausible = 0;
  /** By field: the last event that was counted for it, by the number of tallies. */
  readonly #tallied: Int32Array;
  #tallies = 0;
  #counts: Int32Array = new Int32Array(0);
  #has: Uint8Array;
  readonly #hasUnasked: Uint8Array;

  /** `listedAtMs`: when the plan was made; times later than a day after it are implausible. */
  constructor(listedAtMs: number, { fields, kinds }: CensusFields) {
    this.#latestMs = listedAtMs + LATEST_AFTER_LISTING_MS;
    this.#fields = fields;
    this.#kinds = kinds;
    this.#tallied = new Int32Array(fields.paths.length);
    this.#hasUnasked = new Uint8Array(fields.paths.length);
    this.#has = this.#hasUnasked;
  }

  /** Whether every line so far was parsed: only then an event that is no sample tells anything. */
  set isWhole(whole: boolean) {
    if (!whole) this.#everyEvent = null;
  }

  /** `archiveIndex`: the index that events count as where they do not say. */
  add(event: CoveredEvent, timeMs: number | null, archiveIndex: string | null): void {
    const { isSample } = event;
    if (timeMs === null || (!isSample && this.#everyEvent === null)) return;
    if (timeMs < EARLIEST_MS || timeMs > this.#latestMs) {
      if (isSample) this.#implausible += 1;
      return;
    }
    if (isSample) {
      this.#reach(timeMs);
      this.#tally(this.#samples, event, timeMs, archiveIndex);
    }
    if (this.#everyEvent !== null) this.#tally(this.#everyEvent, event, timeMs, archiveIndex);
  }

  /** The bounds that a Parquet file's statistics give. */
  addStatistics(bounds: readonly { readonly min: Scalar; readonly max: Scalar }[]): void {
    for (const { min, max } of bounds) {
      for (const bound of [min, max]) {
        const nanos = parseInstant(bound);
        const timeMs = nanos === null ? Number.NaN : toMillis(nanos);
        if (timeMs >= EARLIEST_MS && timeMs <= this.#latestMs) this.#reach(timeMs);
        else this.#implausible += 1;
      }
    }
  }

  finish(keyTime: ObjectRecord['key_time']): Pick<ObjectRecord, 'covers' | 'implausible_times' | 'census'> {
    const seen = this.#from <= this.#to ? { from: this.#from, to: this.#to } : null;
    const census = this.#everyEvent ?? this.#samples;
    const isWhole = this.#everyEvent !== null;
    const days = [...census.entries()].toSorted(([a], [b]) => a - b);
    return {
      covers: keyTime === null ? seen : { from: keyTime.from, to: keyTime.to - 1 },
      implausible_times: this.#implausible,
      census: Object.fromEntries(
        days.map(([, { name: day, events, fields, classes }]) => [
          day,
          {
            events,
            fields: Object.fromEntries(this.#fields.paths.map(({ name }, number) => [name, fields[number] ?? 0])),
            all: isWhole,
            ...(classes === null ? {} : { classes: classes.all.store() }),
          },
        ]),
      ),
    };
  }

  #reach(timeMs: number): void {
    if (timeMs < this.#from) this.#from = timeMs;
    if (timeMs > this.#to) this.#to = timeMs;
  }

  #tally(days: Map<number, Day>, event: CoveredEvent, timeMs: number, archiveIndex: string | null): void {
    const number = Math.floor(timeMs / DAY_MS);
    let day = days.get(number);
    if (day === undefined) days.set(number, (day = this.#begin(number)));
    day.events += 1;
    this.#counts = day.fields;
    this.#has = this.#hasUnasked;
    if (day.classes !== null) {
      const counted = countedFor(event, day.classes, { day: day.name, archiveIndex });
      counted.events += 1;
      this.#has = counted.has;
    }
    this.#tallies += 1;
    event.view.eachPresent(this.#fields, this.#count);
  }

  #begin(number: number): Day {
    const fields = this.#fields;
    const kinds = this.#kinds;
    return {
      events: 0,
      fields: new Int32Array(fields.paths.length),
      name: new Date(number * DAY_MS).toISOString().slice(0, 10),
      classes:
        kinds === null
          ? null
          : { all: new EventClasses(kinds.paths, fields, MOST_CLASSES), named: new NamedClasses(kinds.table) },
    };
  }

  readonly #count = (number: number): void => {
    if (this.#tallied[number] === this.#tallies) return;
    this.#tallied[number] = this.#tallies;
    this.#counts[number] = (this.#counts[number] as number) + 1;
    this.#has[number] = 1;
  };
}

function countedFor(
  { view, index }: CoveredEvent,
  { all, named }: DayClasses,
  { day, archiveIndex }: { readonly day: string; readonly archiveIndex: string | null },
): CountedEvents {
  const known = index === null ? named.find(view) : null;
  if (known !== null) return known;
  const counted = all.countedFor(view, day, eventIndex(index, view, archiveIndex));
  if (index === null) named.keep(counted);
  return counted;
}
