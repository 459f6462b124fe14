// Ledger records -> alerts, unkeyed events and coverage. First the hashes of the records are written down; then partition by
// partition each rule's memory decides; last everything is merged into the total order. No result depends on the partitions.

import {
  FORMAT_VERSION,
  InputError,
  SEMANTICS_REVISION,
  TransientError,
  countOf,
  sealJson,
  type RunStore,
} from '@coldhunt/core';
import type { CompiledRule, Rule } from '@coldhunt/rules';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { createAlertBuilder } from './alert/build-alert-document.ts';
import { joinExamined, readCarried, relocateFor } from './carried.ts';
import { readState, resumptionsOf, type CarriedState } from './carried-state.ts';
import { clonedTermWarnings, mergeClonedTerms } from './cloned-terms.ts';
import { CoverageCollector, type CollectedCoverage } from './coverage.ts';
import { mergeSorted } from './merge-sorted.ts';
import { limitSignals, type LimitedAlerts } from './live/limit-signals.ts';
import { ALERTS_MOST } from './live/signal-limit.ts';
import { schedulesOf } from './live/schedules-of.ts';
import type { AlertBuilder, LiveResult, ReduceDone, RuleResult } from './output.ts';
import { compareRaised } from './raised-alert.ts';
import { PartitionInput, readRaised, reducePartition, type Partition, type PartitionDone } from './reduce-partition.ts';
import { REDUCE_DONE_PATH } from './read-reduce-done.ts';
import { LEAST_CHARS, MEMORY_CHARS, SPILL_PREFIX, removeQuietly } from './spill-sorter.ts';
import { suppressAlerts } from './suppression/suppress-alerts.ts';
import { suppressionsOf } from './suppression/suppressions-of.ts';
import { chooseRecords, hashRecords, takeRecords, writeUsedRecords, type UsedRecord } from './used-records.ts';
import { multiValuedWarnings } from './threshold/multi-valued.ts';
import { writeAlerts, type WriteAlertsOptions } from './write-alerts.ts';
import { writeSkewed } from './write-skewed.ts';

export interface ReduceOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  /** The question's rules, compiled: coverage asks them for the fields that they need. */
  readonly rules: readonly CompiledRule[];
  /** Default: the documents of semantics.md 3 and cli.md. */
  readonly buildAlert?: AlertBuilder;
  /** Is given every alert. */
  readonly onAlert?: WriteAlertsOptions['onAlert'];
  /** How many parts the work is cut into; the result does not depend on it. Default 1. */
  readonly partitions?: number;
  /** Reduce though shards have no record: their objects count as failed. Default false. */
  readonly isFinal?: boolean;
  readonly signal?: AbortSignal;
  /** How much text each sort holds in memory. */
  readonly memoryChars?: number;
}

export interface Reduction extends CollectedCoverage {
  readonly done: ReduceDone;
}

/** The partitions of a reduction, and what they rest on. */
interface TakenRecords extends CollectedCoverage {
  readonly records: readonly UsedRecord[];
  readonly inputs: readonly PartitionInput[];
  /** Matches whose time cannot be believed. */
  readonly skewed: PartitionInput;
  /** What earlier nights of a watch have settled. */
  readonly state: CarriedState;
  readonly folder: string;
}

/**
 * Reduces a hunt: writes alerts.ndjson, unkeyed.ndjson and reduce/done.json. Throws InputError RUN_UNFINISHED when shards have no
 * record and `isFinal` is not set, RUN_INVALID when a file of the run is damaged.
 */
export async function reduceHunt(options: ReduceOptions): Promise<Reduction> {
  const { run, store } = options;
  const of = options.partitions ?? 1;
  const taken = await takeAll(
    options,
    Array.from({ length: of }, (_, number) => ({ number, of })),
  );
  const parts: PartitionDone[] = [];
  for (const input of taken.inputs) parts.push(await reducePartition(input, partitionOptions(options, taken)));
  const schedules = schedulesOf(run.question);
  const limited = await limitSignals(
    () =>
      mergeSorted(
        parts.map((part) => readRaised(store, part)),
        compareRaised,
      ),
    { ...options, rules: run.question.rules.map(({ rule }) => rule), schedules },
  );
  const suppressed = await suppressAlerts(limited.raised, {
    ...options,
    suppressions: suppressionsOf(run.question),
    openers: taken.state.openers,
  });
  const totals = await writeAlerts(suppressed.raised, {
    ...options,
    examined: taken.examined,
    buildAlert: options.buildAlert ?? createAlertBuilder(),
  });
  await suppressed.clear();
  await limited.clear();
  const skewed = Object.values(taken.coverage.skewed ?? {}).reduce((sum, count) => sum + count, 0);
  await writeSkewed(taken.skewed, { ...options, count: skewed });
  const cloned = mergeClonedTerms(parts.map((part) => part.cloned));
  const warnings = new Map(options.rules.map((compiled) => [compiled.rule.rule_id, compiled.warnings]));
  const rules = run.question.rules.map(({ rule }): RuleResult => {
    const counted = totals.rules.get(rule.rule_id);
    const multiValued = sumOf(parts, rule.rule_id, 'multi_valued');
    return {
      rule_id: rule.rule_id,
      alerts: counted?.alerts ?? 0,
      unkeyed: counted?.unkeyed ?? 0,
      known: sumOf(parts, rule.rule_id, 'known'),
      copies: sumOf(parts, rule.rule_id, 'copies'),
      copies_by_value: sumOf(parts, rule.rule_id, 'copies_by_value'),
      suppressed: suppressed.counts.get(rule.rule_id)?.suppressed ?? 0,
      suppressed_by_earlier: suppressed.counts.get(rule.rule_id)?.suppressed_by_earlier ?? 0,
      cut_by_max_alerts: counted?.cut_by_max_alerts ?? 0,
      ...(multiValued === 0 ? {} : { multi_valued: multiValued }),
      ...(schedules.size === 0 ? {} : { live: liveResult(rule.rule_id, parts, limited) }),
      first_alert: counted?.first_alert ?? null,
      last_alert: counted?.last_alert ?? null,
      warnings: [
        ...(warnings.get(rule.rule_id) ?? []),
        ...clonedTermWarnings(cloned[rule.rule_id]),
        ...liveWarnings(rule, schedules.get(rule.rule_id)?.isGrouped === true, limited),
        ...multiValuedWarnings(rule, multiValued),
      ],
    };
  });
  const done: ReduceDone = {
    format: FORMAT_VERSION,
    run_id: run.run_id,
    semantics_revision: SEMANTICS_REVISION,
    generation: run.generation,
    records: { count: taken.records.length, sha256: hashRecords(taken.records) },
    rules,
    alerts: totals.alerts,
    // The plan's own are told with the plan.
    warnings: taken.coverage.warnings.filter((warning) => !options.plan.done.warnings.includes(warning)),
  };
  await store.put(REDUCE_DONE_PATH, sealJson(JSON.stringify(done, null, 2)));
  await removeSpills(store);
  return { done, coverage: taken.coverage, tallies: taken.tallies, examined: taken.examined };
}

/** Reduces one partition only, for several reducers that share a hunt; `reduceHunt` then finds it done. */
export async function reduceOnePartition(options: ReduceOptions, partition: Partition): Promise<PartitionDone> {
  const taken = await takeAll(options, [partition]);
  await taken.skewed.sorter.clear();
  const [input] = taken.inputs as [PartitionInput];
  return reducePartition(input, partitionOptions(options, taken));
}

async function takeAll(options: ReduceOptions, partitions: readonly Partition[]): Promise<TakenRecords> {
  const { store, run, plan, rules } = options;
  // The second time the other reducer's choice stands and is followed.
  const carried = await readCarried(store, run.question);
  const state = await readState(store, carried, run.question);
  const relocate = relocateFor(run.question);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const choice = await chooseRecords(store, run.generation);
    const collector = new CoverageCollector(run.question, rules, plan.done);
    // All of them hold text at once.
    const memoryChars = Math.max(LEAST_CHARS, (options.memoryChars ?? MEMORY_CHARS) / partitions.length);
    const inputs = partitions.map((partition) => new PartitionInput(store, partition, { memoryChars, relocate }));
    for (const input of inputs) input.addCarried(carried, run.question.watch);
    const skewed = new PartitionInput(store, { number: 0, of: 1 }, { ...options, takes: 'skewed' });
    const records: UsedRecord[] = [];
    let missing = 0;
    for await (const line of takeRecords(store, plan.lines(), choice)) {
      options.signal?.throwIfAborted();
      if (line.kind === 'skipped') collector.addSkipped(line.object);
      else {
        records.push(line.used);
        if (line.kind === 'missing') {
          missing += 1;
          collector.addMissing(line.shard);
        } else {
          collector.addRecord(line.record);
          for (const input of inputs) await input.add(line.record, line.path);
          if (line.record.skewed !== undefined) await skewed.add(line.record, line.path);
        }
      }
    }
    if (missing > 0 && !choice.isFixed && options.isFinal !== true) {
      throw new InputError('RUN_UNFINISHED', `${missing} of ${records.length} shards have no record yet`);
    }
    const isOurs = choice.isFixed || (await writeUsedRecords(store, run.generation, records));
    if (isOurs) {
      const folder = `reduce/${hashRecords(records).slice(0, 16)}`;
      const collected = collector.finish();
      const examined = joinExamined(collected.examined, carried);
      return { ...collected, examined, records, inputs, skewed, state, folder };
    }
    for (const input of [...inputs, skewed]) await input.sorter.clear();
  }
  throw new TransientError('STORAGE_UNAVAILABLE', 'the list of records that are reduced changes while it is read');
}

function partitionOptions(
  options: ReduceOptions,
  { folder, state }: Pick<TakenRecords, 'folder' | 'state'>,
): Parameters<typeof reducePartition>[1] {
  return {
    store: options.store,
    rules: options.run.question.rules.map(({ rule }) => rule),
    termFields: options.run.question.options.new_terms_fields,
    dedupe: options.run.question.options.dedupe,
    suppressions: suppressionsOf(options.run.question),
    schedules: schedulesOf(options.run.question),
    resumptions: resumptionsOf(options.run.question, state),
    folder,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.memoryChars === undefined ? {} : { memoryChars: options.memoryChars }),
  };
}

/** As Kibana warns of it: an execution could have raised more. */
function liveWarnings(rule: Rule, isGrouped: boolean, { counts }: LimitedAlerts): readonly string[] {
  const count = counts.get(rule.rule_id);
  const most = Math.min(rule.max_signals, ALERTS_MOST);
  if (count === undefined || count.first_cut === null) {
    return isGrouped && (count?.candidates ?? 0) > most
      ? [
          `max_signals (${most}) is not applied to alerts that alert_suppression groups: --ignore-suppression applies it`,
        ]
      : [];
  }
  const left = count.candidates - count.raised;
  return [
    `max_signals: executions raised no more than ${countOf(most, 'alert')} each, first at ${count.first_cut}; ${countOf(left, 'alert')} of the range ${left === 1 ? 'was' : 'were'} never raised`,
  ];
}

function liveResult(ruleId: string, parts: readonly PartitionDone[], { counts }: LimitedAlerts): LiveResult {
  const { candidates = 0, raised = 0, first_cut = null } = counts.get(ruleId) ?? {};
  return {
    late: sumOf(parts, ruleId, 'late'),
    unseen: sumOf(parts, ruleId, 'unseen'),
    cut: candidates - raised,
    first_cut,
    arrival_unknown: sumOf(parts, ruleId, 'arrival_unknown'),
  };
}

function sumOf(
  parts: readonly PartitionDone[],
  ruleId: string,
  what: 'known' | 'copies' | 'copies_by_value' | 'late' | 'unseen' | 'arrival_unknown' | 'multi_valued',
): number {
  return parts.reduce((sum, part) => sum + (part.rules[ruleId]?.[what] ?? 0), 0);
}

// What a reducer that died has left.
async function removeSpills(store: RunStore): Promise<void> {
  for await (const paths of store.list(SPILL_PREFIX)) {
    for (const path of paths) await removeQuietly(store, path);
  }
}
