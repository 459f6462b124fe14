// Which rules can fire on which days of an archive, as far as a sample shows: events of their kind, in an index of theirs, with the fields
// that they need. For `coldhunt rules coverage`.

import {
  InputError,
  compareText,
  createFieldTable,
  parseFieldPath,
  type ListedObject,
  type ObjectSource,
} from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import { checkArchives } from '../plan/output.ts';
import { compileQuestionRules } from '../question/compile-rules.ts';
import type { Question } from '../question/output.ts';
import { judgeDay, type Lack } from '../reduce/could-fire.ts';
import { eventIndex } from '../scan/event-index.ts';
import { effectiveTime } from '../scan/event-time.ts';
import { EventClasses, KIND_FIELDS, describeKind, type EventClass } from '../scan/event-classes.ts';
import { chooseObjects } from './sample-archive.ts';
import { sampleEvents, type SampledObject } from './sample-events.ts';

const MOST_PER_GROUP = 1_000;

/** `no` only where every event of the range was looked at; else what is not seen is `unknown`. */
export type CanFire = 'yes' | 'no' | 'unknown';

export interface RuleDay {
  readonly day: string;
  readonly can_fire: CanFire;
  /** Events in the sample of the kind that the rule asks for, in an index of its patterns or in one that is not known. */
  readonly events: number;
  readonly lack: Lack | null;
  /** Lists of fields of which it needs one, and that no such event has. */
  readonly missing: readonly (readonly string[])[];
  /** Whether all of its events lie in known indices. */
  readonly index_known: boolean;
}

export interface RuleCoverage {
  readonly rule_id: string;
  readonly name: string;
  /** The kind of event that it asks for, `event.category process, host.os.type linux or macos`; empty: any. */
  readonly kind: string;
  readonly index: readonly string[];
  /** Its best day. */
  readonly can_fire: CanFire;
  readonly events: number;
  readonly days: readonly RuleDay[];
}

export interface RuleSetCoverage {
  /** `2026-02-01`, in order: days with events in the sample. */
  readonly days: readonly { readonly day: string; readonly events: number }[];
  readonly sample: {
    readonly objects: number;
    readonly events: number;
    readonly events_without_time: number;
    readonly events_outside: number;
    /** Whether it is all that the archive has for the range. */
    readonly is_whole: boolean;
  };
  readonly rules: readonly RuleCoverage[];
  readonly failed: readonly NonNullable<SampledObject['failed']>[];
}

export interface RuleSetCoverageOptions {
  /** Objects of each format and storage class; with a layout, of each day too. 1 to 1,000. */
  readonly perGroup: number;
  readonly signal?: AbortSignal | undefined;
}

/** Throws InputError OPTION_INVALID, and as the sources' listings do. What cannot be read is told. */
export async function ruleSetCoverage(
  { question, sources }: { readonly question: Question; readonly sources: readonly ObjectSource[] },
  { perGroup, signal }: RuleSetCoverageOptions,
): Promise<RuleSetCoverage> {
  if (!Number.isInteger(perGroup) || perGroup < 1 || perGroup > MOST_PER_GROUP)
    throw new InputError('OPTION_INVALID', `--sample ${perGroup}: a whole number from 1 to ${MOST_PER_GROUP} expected`);
  const rules = compileQuestionRules(question);
  const needed = new Set(
    rules.flatMap(({ neededFields }) => neededFields.flat()).filter((name) => !name.includes('*')),
  );
  const classes = new EventClasses(
    KIND_FIELDS.map(parseFieldPath),
    createFieldTable([...needed].toSorted(compareText).map(parseFieldPath)),
  );
  const sampled = await readSample({ question, sources, perGroup, signal }, classes);
  const all = classes.all();
  const days = new Map<string, number>();
  for (const { day, events } of all) days.set(day, (days.get(day) ?? 0) + events);
  const inOrder = [...days].toSorted(([a], [b]) => compareText(a, b)).map(([day, events]) => ({ day, events }));
  const isWhole = sampled.is_whole && classes.uncounted === 0;
  const byDay = new Map(inOrder.map(({ day }) => [day, all.filter((each) => each.day === day)]));
  return {
    days: inOrder,
    sample: {
      objects: sampled.objects,
      events: sampled.events,
      events_without_time: sampled.events_without_time,
      events_outside: sampled.events_outside,
      is_whole: isWhole,
    },
    rules: rules.map((rule) => coverageOf(rule, byDay, { classes, isWhole, question })),
    failed: sampled.failed,
  };
}

type Sampled = RuleSetCoverage['sample'] & { readonly failed: NonNullable<SampledObject['failed']>[] };

async function readSample(
  { question, sources, perGroup, signal }: Parameters<typeof ruleSetCoverage>[0] & RuleSetCoverageOptions,
  classes: EventClasses,
): Promise<Sampled> {
  const timePath = parseFieldPath(question.options.time_field);
  const [fromMs, toMs] = [question.from, question.to].map((time) => (time === null ? null : Date.parse(time)));
  const counts = { objects: 0, events: 0, events_without_time: 0, events_outside: 0 };
  const failed: Sampled['failed'] = [];
  let isWhole = true;
  for (const [number, selector] of checkArchives(question).entries()) {
    const source = sources[number];
    if (source === undefined) continue;
    let selected = 0;
    const isWanted = (object: ListedObject): boolean => {
      const decision = selector.select(object);
      if (decision.kind === 'skipped') {
        isWhole &&= ['folder-marker', 'not-events', 'empty', 'time', 'run-folder'].includes(decision.reason);
        return false;
      }
      // Nothing of it lies in the range.
      if (decision.historyOf !== null) return false;
      selected += 1;
      return true;
    };
    const groupOf = (object: ListedObject): string => {
      const time = selector.layout?.keyTime(object.key);
      return time === null || time === undefined ? '' : dayOf(time.from);
    };
    const chosen = await chooseObjects(source, perGroup, {
      isWanted,
      groupOf,
      ...(signal === undefined ? {} : { signal }),
    });
    isWhole &&= chosen.length === selected;
    for (const object of chosen) {
      counts.objects += 1;
      const read = await sampleEvents(source, object, {
        fields: [...classes.fields, timePath],
        maxLineBytes: question.options.max_line_bytes,
        signal,
        visit: ({ view, index }) => {
          const ms = effectiveTime(view, timePath);
          if (ms === null) counts.events_without_time += 1;
          else if ((fromMs ?? -Infinity) > ms || (toMs ?? Infinity) <= ms) counts.events_outside += 1;
          else {
            counts.events += 1;
            classes.add(view, dayOf(ms), eventIndex(index, view, selector.archive.index));
          }
        },
      });
      isWhole &&= read.isWhole;
      if (read.failed !== null) failed.push(read.failed);
    }
  }
  return { ...counts, is_whole: isWhole, failed };
}

interface Judging {
  readonly classes: EventClasses;
  readonly isWhole: boolean;
  readonly question: Question;
}

function coverageOf(
  compiled: CompiledRule,
  byDay: ReadonlyMap<string, readonly EventClass[]>,
  judging: Judging,
): RuleCoverage {
  const days = [...byDay].map(([day, classes]) => judge(compiled, day, { ...judging, ofDay: classes }));
  const can = days.some((day) => day.can_fire === 'yes')
    ? 'yes'
    : days.some((day) => day.can_fire === 'unknown') || !judging.isWhole
      ? 'unknown'
      : 'no';
  const events = days.reduce((sum, day) => sum + day.events, 0);
  const { rule_id, name, index } = compiled.rule;
  return { rule_id, name, kind: describeKind(compiled.requirement), index, can_fire: can, events, days };
}

function judge(
  rule: CompiledRule,
  day: string,
  { classes, isWhole, question, ofDay }: Judging & { readonly ofDay: readonly EventClass[] },
): RuleDay {
  const { lack, missing, own } = judgeDay(rule, ofDay, {
    hasField: (each, field) => classes.hasField(each, field),
    isAnyIndex: question.options.index_patterns === 'ignore',
  });
  return {
    day,
    can_fire: lack === null ? 'yes' : isWhole ? 'no' : 'unknown',
    events: own.reduce((sum, { events }) => sum + events, 0),
    lack,
    missing: lack === 'fields' ? missing : [],
    index_known: own.every(({ index }) => index !== null),
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
