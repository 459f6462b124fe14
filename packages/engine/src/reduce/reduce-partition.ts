// The matches of one partition -> its alerts and unkeyed events in the total order, and what it counted. Partitions share nothing:
// several reducers may each take some. What a partition leaves is named by the records it rests on, and is never made twice.

import { createHash, hash, type Hash } from 'node:crypto';
import {
  FORMAT_VERSION,
  InputError,
  SEMANTICS_REVISION,
  compareText,
  damagedFile,
  sealJson,
  type RunStore,
} from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { z } from 'zod';
import type { Suppression, WatchQuestion } from '../question/output.ts';
import {
  compareMatches,
  partitionKey,
  readLines,
  readMatches,
  type Match,
  type MatchesFile,
  type ShardRecord,
} from '../scan/output.ts';
import type { Carried } from './carried.ts';
import { ClonedTermWatch, type ClonedTerms } from './cloned-terms.ts';
import { decide, type DecidedMatch } from './decide.ts';
import { fileSource, recordSource } from './event-sources.ts';
import type { RuleSchedule } from './live/schedules-of.ts';
import type { BucketResumption } from './threshold/decide-bucket.ts';
import { AlertGatherer, compareRaised, decodeRaised, encodeRaised, type RaisedAlert } from './raised-alert.ts';
import { readVersioned } from './read-reduce-done.ts';
import { decodeSourced, encodeSourced, type SourcedMatch } from './sourced-match.ts';
import { SpillSorter, encodeBatches } from './spill-sorter.ts';

export interface Partition {
  readonly number: number;
  readonly of: number;
}

const natural = z.number().int().nonnegative();
const texts = z.array(z.string());
const clonedTerm = z.object({
  rule_id: z.string(),
  term_key: z.string(),
  terms: z.string(),
  host_names: texts,
  agent_ids: texts,
});

/** reduce/<records>/part-<n>-of-<P>.json */
const doneSchema = z.object({
  format: natural,
  semantics_revision: natural,
  partition: z.object({ number: natural, of: natural }),
  /** `sha256`: of the text before compression. */
  raised: z.object({
    path: z.string().regex(/^reduce\/[0-9a-z/-]+\.alerts\.zst$/),
    count: natural,
    sha256: z.string(),
  }),
  rules: z.record(
    z.string(),
    z.object({
      known: natural,
      copies: natural,
      copies_by_value: natural.default(0),
      late: natural.default(0),
      unseen: natural.default(0),
      arrival_unknown: natural.default(0),
      multi_valued: natural.default(0),
    }),
  ),
  cloned: z.record(z.string(), z.object({ count: natural, first: z.array(clonedTerm) })),
});

type PartitionCounts = z.infer<typeof doneSchema>['rules'][string];

export type PartitionDone = Omit<z.infer<typeof doneSchema>, 'cloned'> & { readonly cloned: ClonedTerms };

export interface PartitionOptions {
  readonly store: RunStore;
  readonly rules: readonly Rule[];
  readonly dedupe: boolean;
  /** Fields that stand in for the rules' own terms (`--new-terms`); null: none do. */
  readonly termFields: readonly string[] | null;
  /** By rule id: the rules whose alerts are grouped. Default: none. */
  readonly suppressions?: ReadonlyMap<string, Suppression>;
  /** Mode `parity`: when each rule runs, by its id. Default: mode `complete`. */
  readonly schedules?: ReadonlyMap<string, RuleSchedule>;
  /** A night of a watch: threshold rules whose buckets are gone on with, by rule id. Default: none. */
  readonly resumptions?: ReadonlyMap<string, BucketResumption>;
  /** Folder of this reduction's intermediate files. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  /** For tests of what happens when memory is full. */
  readonly memoryChars?: number;
}

/** What memories decide on; what stands aside of them; what is told a second time for its time. */
type Takes = 'decided' | 'aside' | 'skewed';

function takenAs({ aside }: Match): Takes {
  if (aside === undefined) return 'decided';
  return aside.kind === 'skewed' ? 'skewed' : 'aside';
}

export interface PartitionInputOptions {
  readonly memoryChars?: number | undefined;
  readonly takes?: Takes;
  /** Default: a match lies where the scan found it. */
  readonly relocate?: Relocate | null;
}

/** A match where it lies for this reduction; null: outside of it. `isCarried`: an earlier night has left it. */
export type Relocate = (match: Match, isCarried: boolean) => Match | null;

/** Collects the matches of one partition from ledger records and matches files. */
export class PartitionInput {
  readonly partition: Partition;
  readonly sorter: SpillSorter<SourcedMatch>;
  readonly #store: RunStore;
  readonly #takes: Takes;
  readonly #relocate: Relocate;

  constructor(store: RunStore, partition: Partition, options: PartitionInputOptions = {}) {
    const { memoryChars, takes = 'decided', relocate } = options;
    this.#takes = takes;
    this.#relocate = relocate ?? ((match) => match);
    this.partition = partition;
    this.#store = store;
    this.sorter = new SpillSorter(store, {
      compare: compareSourced,
      encode: encodeSourced,
      decode: decodeSourced,
      ...(memoryChars === undefined ? {} : { memoryChars }),
    });
  }

  async add(record: ShardRecord, path: string): Promise<void> {
    if (record.stored.kind === 'files') {
      for (const file of record.stored.files) this.addFile(file);
      return;
    }
    const source = recordSource(path, record.shard_id);
    for (const found of record.stored.matches) {
      const match = this.#mine(found, false);
      if (match !== null) await this.sorter.add({ match, source });
    }
  }

  addFile(file: MatchesFile): void {
    this.sorter.addRun(() => this.#fromFile(file, null));
  }

  /** What earlier nights have left; a rule that had another meaning then, or was none of theirs, remembers nothing. */
  addCarried(carried: Carried | null, watch: WatchQuestion | undefined): void {
    const file = carried?.memory ?? null;
    if (file === null) return;
    const anew = new Set(watch?.rules_anew);
    this.sorter.addRun(() => this.#fromFile(file, anew));
  }

  #mine(match: Match, isCarried: boolean): Match | null {
    return takenAs(match) === this.#takes && isOf(match, this.partition) ? this.#relocate(match, isCarried) : null;
  }

  /** `without`: the rules whose memory is not taken on; null: the file is no memory. */
  async *#fromFile(file: MatchesFile, without: ReadonlySet<string> | null): AsyncGenerator<readonly SourcedMatch[]> {
    const source = fileSource(file);
    for await (const batch of readMatches(this.#store, file)) {
      yield batch.flatMap((found) => {
        const match = without?.has(found.rule_id) === true ? null : this.#mine(found, without !== null);
        return match === null ? [] : [{ match, source }];
      });
    }
  }
}

/** Reduces a partition, unless it stands already. */
export async function reducePartition(input: PartitionInput, options: PartitionOptions): Promise<PartitionDone> {
  const { store, folder, rules } = options;
  const { number, of } = input.partition;
  const name = `${folder}/part-${number}-of-${of}`;
  const standing = await readVersioned(store, `${name}.json`);
  if (standing !== null) {
    await input.sorter.clear();
    return parseDone(standing, `${name}.json`);
  }
  const raised = new SpillSorter<RaisedAlert>(store, {
    compare: compareRaised,
    encode: encodeRaised,
    decode: decodeRaised,
    ...(options.memoryChars === undefined ? {} : { memoryChars: options.memoryChars }),
  });
  const watch = new ClonedTermWatch(rules, options.termFields);
  const counts = new Map(rules.map(({ rule_id }) => [rule_id, zeroCounts()]));
  const gatherer = new AlertGatherer(options.suppressions ?? new Map());
  let count = 0;
  const raise = async (alerts: readonly RaisedAlert[]): Promise<void> => {
    count += alerts.length;
    for (const alert of alerts) await raised.add(alert);
  };
  for await (const batch of decide(input.sorter.sorted(), options)) {
    options.signal?.throwIfAborted();
    for (const decided of batch) {
      const { match } = decided.entry;
      watch.see(match);
      const tally = counts.get(match.rule_id);
      if (tally !== undefined) countDecided(tally, decided);
      const complete = gatherer.take(decided);
      if (complete.length > 0) await raise(complete);
    }
  }
  await raise(gatherer.finish());
  const path = `${name}.alerts.zst`;
  const text = createHash('sha256');
  await store.putStream(path, encodeBatches(hashedLines(raised.sorted(), text)));
  await raised.clear();
  await input.sorter.clear();
  const done: PartitionDone = {
    format: FORMAT_VERSION,
    semantics_revision: SEMANTICS_REVISION,
    partition: { number, of },
    raised: { path, count, sha256: text.digest('hex') },
    rules: Object.fromEntries([...counts].toSorted(([a], [b]) => compareText(a, b))),
    cloned: watch.finish(),
  };
  await store.putOnce(`${name}.json`, sealJson(JSON.stringify(done)));
  return done;
}

function zeroCounts(): PartitionCounts {
  return { known: 0, copies: 0, copies_by_value: 0, late: 0, unseen: 0, arrival_unknown: 0, multi_valued: 0 };
}

function countDecided(counts: PartitionCounts, decided: DecidedMatch): void {
  const { verdict, before, isMultiCounted } = decided;
  const { match } = decided.entry;
  if (isMultiCounted === true) counts.multi_valued += 1;
  if (verdict === 'known' || verdict === 'late' || verdict === 'unseen') counts[verdict] += 1;
  if (verdict === 'copy') {
    counts.copies += 1;
    if (match.id === null || match.id !== before?.match.id) counts.copies_by_value += 1;
  } else if (match.place === 'range' && match.seen?.ms === null) counts.arrival_unknown += 1;
}

function parseDone(standing: unknown, path: string): PartitionDone {
  const parsed = doneSchema.safeParse(standing);
  if (parsed.success) return parsed.data;
  throw new InputError('RUN_INVALID', `${path} is no mark of a part: ${z.prettifyError(parsed.error)}`);
}

/** What a partition raised, in the total order. Throws InputError RUN_DAMAGED, at its end when it is not what was written. */
export async function* readRaised(store: RunStore, { raised }: PartitionDone): AsyncGenerator<readonly RaisedAlert[]> {
  const text = createHash('sha256');
  for await (const lines of readLines(store.stream(raised.path), raised.path)) {
    for (const line of lines) text.update(line).update('\n');
    yield lines.map(decodeRaised);
  }
  if (text.digest('hex') !== raised.sha256) throw damagedFile(raised.path, 'it does not hold what was raised');
}

async function* hashedLines(
  batches: AsyncIterable<readonly RaisedAlert[]>,
  text: Hash,
): AsyncGenerator<readonly string[]> {
  for await (const batch of batches) {
    const lines = batch.map(encodeRaised);
    for (const line of lines) text.update(line).update('\n');
    yield lines;
  }
}

/** The order of reduction; the source decides between two readings of one object. */
function compareSourced(a: SourcedMatch, b: SourcedMatch): number {
  return compareMatches(a.match, b.match) || compareText(a.source, b.source);
}

function isOf(match: Match, { number, of }: Partition): boolean {
  if (of === 1) return true;
  const digest = hash('sha256', `${match.rule_id}\0${partitionKey(match)}`, 'buffer');
  return digest.readUInt32BE(0) % of === number;
}
