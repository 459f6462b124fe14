// One alert -> what the same host did around it, from the archive. Only objects are read that can hold that time by the hours that the ledger
// counted for them; one whose hours are not known is read.

import {
  InputError,
  InvariantError,
  compareText,
  parseFieldPath,
  scalarText,
  toAppError,
  viewDocument,
  type Document,
  type ObjectSource,
  type RunStore,
} from '@coldhunt/core';
import { encodeLineQuery, openObject, type SourceEvent } from '@coldhunt/formats';
import { compileKql, createFieldTypes, parseKql, type CompiledQuery } from '@coldhunt/rules';
import { createLineSearch } from '@coldhunt/search';
import type { RunFile } from '../question/output.ts';
import { effectiveTime } from '../scan/event-time.ts';
import { listRecords, readRecord, type ObjectRecord } from '../scan/output.ts';
import { findAlert } from './find-alert.ts';

export interface ContextOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  /** One per archive of the question, in its order. */
  readonly sources: readonly ObjectSource[];
  /** As `showEvidence` takes it. */
  readonly uuid: string;
  /** How far around the alert. */
  readonly windowMs: number;
  /** So many events, those nearest to the alert. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HostContext {
  /** By which field the host is told, and its value. */
  readonly host: { readonly field: string; readonly value: string };
  readonly fromMs: number;
  readonly toMs: number;
  /** In order of time, each as one line. */
  readonly events: readonly { readonly timeMs: number; readonly line: Uint8Array }[];
  /** How many there are in all. */
  readonly found: number;
  /** Objects that were read, and those that cannot hold the time. */
  readonly read: number;
  readonly passed: number;
  /** What could not be read. */
  readonly failed: readonly { readonly uri: string; readonly message: string }[];
}

const HOST_FIELDS = ['host.id', 'host.name', 'agent.id'];
const HOUR = 3_600_000;

interface Kept {
  readonly timeMs: number;
  readonly uri: string;
  readonly position: number;
  readonly line: Uint8Array;
}

/** Throws OPTION_INVALID for an id that is of no alert or several, or an alert without a host or time. */
export async function showContext(options: ContextOptions): Promise<HostContext> {
  const { run, store, signal, windowMs } = options;
  const alert = await findAlert(store, options.uuid);
  const host = hostOf(alert);
  const atMs = Date.parse(String(alert['coldhunt.effective_time'] ?? alert['@timestamp']));
  if (Number.isNaN(atMs)) throw new InputError('OPTION_INVALID', `alert ${options.uuid} has no time to look around`);
  const fromMs = atMs - windowMs;
  const toMs = atMs + windowMs;
  const query = compileKql(parseKql(`${host.field}: ${JSON.stringify(host.value)}`), createFieldTypes());
  const around = new Nearest(atMs, options.most);
  const failed: { uri: string; message: string }[] = [];
  let read = 0;
  let passed = 0;
  for (const path of (await listRecords(store)).values()) {
    signal?.throwIfAborted();
    for (const object of (await readRecord(store, path)).objects) {
      if (object.state === 'skipped' || !canHold(object, fromMs, toMs)) {
        passed += 1;
        continue;
      }
      read += 1;
      try {
        await readAround(object, { ...options, run, query, fromMs, toMs, around });
      } catch (error) {
        signal?.throwIfAborted();
        const known = toAppError(error);
        if (known instanceof InvariantError) throw known;
        failed.push({ uri: object.uri, message: `${known.message} (${known.code})` });
      }
    }
  }
  return { host, fromMs, toMs, events: around.inOrder(), found: around.found, read, passed, failed };
}

/** The hours of an object come from some of its lines: its first and last hour count whole. */
function canHold({ covers }: ObjectRecord, fromMs: number, toMs: number): boolean {
  if (covers === null) return true;
  const from = Math.floor(covers.from / HOUR) * HOUR;
  const to = Math.floor(covers.to / HOUR) * HOUR + HOUR;
  return from <= toMs && to > fromMs;
}

function hostOf(alert: Document): HostContext['host'] {
  const view = viewDocument(alert);
  for (const field of HOST_FIELDS) {
    const [value] = view.values(parseFieldPath(field));
    if (value !== undefined) return { field, value: scalarText(value) };
  }
  throw new InputError('OPTION_INVALID', `the alert names no host: it has none of ${HOST_FIELDS.join(', ')}`);
}

interface Around extends ContextOptions {
  readonly query: CompiledQuery;
  readonly fromMs: number;
  readonly toMs: number;
  readonly around: Nearest;
}

async function readAround(
  object: ObjectRecord,
  { run, sources, query, fromMs, toMs, around, signal }: Around,
): Promise<void> {
  const source = sources[object.archive];
  if (source === undefined) throw new InputError('RUN_INVALID', `the run has no archive ${object.archive}`);
  const { uri, size, etag, range } = object;
  const timePath = parseFieldPath(run.question.options.time_field);
  const wanted = encodeLineQuery([query.requirement]);
  const reading = await openObject(source.open({ uri, size, etag }), {
    range,
    fields: query.fields === null ? null : [...query.fields, timePath],
    requirement: query.requirement,
    lineFilter: wanted === null ? null : createLineSearch().filter(wanted),
    maxLineBytes: run.question.options.max_line_bytes,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const batch of reading.batches()) {
    signal?.throwIfAborted();
    for (const event of batch) {
      const timeMs = effectiveTime(event.view, timePath);
      if (timeMs === null || timeMs < fromMs || timeMs > toMs || !query.matches(event.view, timeMs)) continue;
      await around.add(event, { timeMs, uri });
    }
  }
}

/** The events nearest to an instant, of any number that is seen. */
class Nearest {
  readonly #atMs: number;
  readonly #most: number;
  #kept: Kept[] = [];
  found = 0;

  constructor(atMs: number, most: number) {
    this.#atMs = atMs;
    this.#most = most;
  }

  async add(event: SourceEvent, { timeMs, uri }: { readonly timeMs: number; readonly uri: string }): Promise<void> {
    this.found += 1;
    this.#kept.push({ timeMs, uri, position: event.position, line: await event.bytes() });
    if (this.#kept.length > 2 * this.#most) this.#cut();
  }

  inOrder(): readonly Kept[] {
    this.#cut();
    return this.#kept.toSorted((a, b) => a.timeMs - b.timeMs || compareText(a.uri, b.uri) || a.position - b.position);
  }

  #cut(): void {
    const distance = ({ timeMs }: Kept): number => Math.abs(timeMs - this.#atMs);
    const nearer = (a: Kept, b: Kept): number =>
      distance(a) - distance(b) || a.timeMs - b.timeMs || compareText(a.uri, b.uri) || a.position - b.position;
    this.#kept = this.#kept.toSorted(nearer).slice(0, this.#most);
  }
}
