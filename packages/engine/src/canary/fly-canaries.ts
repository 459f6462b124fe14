// --canary: for each rule an event that it must match, written in every form that the archives were seen to use, read by the same readers
// in memory. The proof that a rule that found nothing could have fired there. It touches no result and stands in canary.json alone.

import { AppError, FORMAT_VERSION, InvariantError, type RunStore } from '@coldhunt/core';
import { createMemoryObject, openObject } from '@coldhunt/formats';
import type { CompiledRule } from '@coldhunt/rules';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { chooseRecords, takeRecords } from '../reduce/used-records.ts';
import { emptyTally, matchEvent, zeroCounts, zeroEvents, type Hit } from '../scan/match-event.ts';
import { readOptionsOf } from '../scan/read-options.ts';
import { ScanPreparation, type ScanContext, type ShardRule } from '../scan/scan-context.ts';
import { encodeForm } from './encode-form.ts';
import { SeenForms, type SeenForm } from './seen-forms.ts';
import { synthesizeEvent } from './synthesize-event.ts';

const CANARY_PATH = 'canary.json';

interface CanaryFlight {
  readonly archive: string;
  readonly compression: string;
  readonly framing: string;
  readonly envelope: string;
  /** An object of this form, and how many shares of objects have it. */
  readonly like: string;
  readonly objects: number;
  readonly fired: boolean;
  /** Why it did not; null: it did. */
  readonly why: string | null;
}

export interface RuleCanary {
  readonly rule_id: string;
  /** `silent`: it fired in some form not, or in none. `not-made`: no event was found that it matches. */
  readonly state: 'fired' | 'silent' | 'not-made';
  readonly flights: readonly CanaryFlight[];
}

export interface CanaryFile {
  readonly format: number;
  readonly run_id: string;
  readonly rules: readonly RuleCanary[];
}

export interface CanaryOptions {
  readonly run: RunFile;
  /** The question's rules, compiled. */
  readonly rules: readonly CompiledRule[];
  readonly store: RunStore;
  readonly plan: Plan;
  readonly signal?: AbortSignal | undefined;
}

/** Writes canary.json. */
export async function flyCanaries(options: CanaryOptions): Promise<CanaryFile> {
  const { run, rules, store, plan, signal } = options;
  const seen = new SeenForms();
  for await (const line of takeRecords(store, plan.lines(), await chooseRecords(store, run.generation))) {
    signal?.throwIfAborted();
    if (line.kind === 'record') for (const object of line.record.objects) seen.add(object);
  }
  const forms = seen.list();
  const context: ScanContext = {
    ...new ScanPreparation({ run, rules }).contextOf({ rules: null }),
    listedAtMs: Date.parse(plan.done.listed_at),
  };
  const found: RuleCanary[] = [];
  for (const rule of context.rules) {
    signal?.throwIfAborted();
    found.push(await flyOne(rule, forms, context));
  }
  const file: CanaryFile = { format: FORMAT_VERSION, run_id: run.run_id, rules: found };
  await store.put(CANARY_PATH, Buffer.from(`${JSON.stringify(file, null, 2)}\n`));
  return file;
}

async function flyOne(rule: ShardRule, forms: readonly SeenForm[], context: ScanContext): Promise<RuleCanary> {
  const { rule_id } = rule.compiled.rule;
  const terms = rule.termPaths.flatMap(([path]) => (path === undefined ? [] : [path.name]));
  const flights: CanaryFlight[] = [];
  let isMade = true;
  for (const form of forms) {
    const timeMs = timeWithin(form.timeMs, context);
    const event = synthesizeEvent(rule.compiled, timeMs, terms);
    isMade &&= event !== null;
    if (event === null) break;
    const timed = { [context.timePath.name]: new Date(timeMs).toISOString(), ...event };
    const encoded = encodeForm(timed, form);
    const why = 'why' in encoded ? encoded.why : await read(encoded.bytes, { rule, form, context });
    const { compression, framing, envelope, uri, objects } = form;
    const archive = context.question.archives[form.archive]?.uri ?? '';
    flights.push({ archive, compression, framing, envelope, like: uri, objects, fired: why === null, why });
  }
  if (!isMade) return { rule_id, state: 'not-made', flights };
  return { rule_id, state: flights.every(({ fired }) => fired) ? 'fired' : 'silent', flights };
}

/** A time of the form's object, within what was asked. */
function timeWithin(seenMs: number | null, { question, listedAtMs }: ScanContext): number {
  const from = question.from === null ? Number.NEGATIVE_INFINITY : Date.parse(question.from);
  const to = question.to === null ? Number.POSITIVE_INFINITY : Date.parse(question.to) - 1;
  return Math.min(Math.max(seenMs ?? listedAtMs, from), to);
}

interface Flight {
  readonly rule: ShardRule;
  readonly form: SeenForm;
  readonly context: ScanContext;
}

/** null: the rule fired on what was read. */
async function read(bytes: Uint8Array, { rule, form, context }: Flight): Promise<string | null> {
  const { rule_id } = rule.compiled.rule;
  const archiveIndex = context.question.archives[form.archive]?.index ?? null;
  const scan = { ...context, archiveIndex, clock: null };
  const hits: Hit[] = [];
  const tally = { ...emptyTally(context.rules), events: zeroEvents(), hits, timeless: [] };
  try {
    const reading = await openObject(createMemoryObject(form.uri, bytes), readOptionsOf(context, null));
    for await (const batch of reading.batches()) for (const event of batch) matchEvent(event, scan, tally);
    const own = tally.counts.get(rule_id) ?? zeroCounts();
    if (hits.some((hit) => hit.rule === rule && hit.place === 'range' && hit.exception === null)) return null;
    if (own.other_index > 0)
      return `the index of the archive, ${archiveIndex ?? 'unknown'}, fits no pattern of the rule`;
    if (own.total > 0) return 'it matched, outside of the range or excepted';
    return tally.events.read === 0 ? 'the readers gave no event' : 'the rule did not match what the readers gave';
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof InvariantError) throw error;
    return `${error.message} (${error.code})`;
  }
}
