// What a shard's scan needs, prepared once: its rules with their windows, the fields that readers must give, the line filter.

import {
  NO_REQUIREMENT,
  parseFieldPath,
  type FieldPath,
  type LineFilter,
  type ObjectSource,
  type Requirement,
  type RunStore,
} from '@coldhunt/core';
import { compileRuleSet, type CompiledRule, type Rule, type RuleSet } from '@coldhunt/rules';
import type { Shard } from '../plan/output.ts';
import type { Question, RunFile } from '../question/output.ts';
import { COPY_FIELDS } from './copy-hash.ts';
import { INDEX_FIELDS } from './event-index.ts';
import { lineFilterOf } from './line-filter.ts';
import { longestWindow, windowOf, type RuleWindow } from '../question/output.ts';

/** How far a scan is: stored bytes are counted per object when it is done, the rest while it runs. */
export interface ScanProgress {
  readonly shard_id: string;
  readonly bytes: number;
  readonly decompressed_bytes: number;
  readonly events: number;
  readonly matches: number;
}

export interface ScanOptions {
  readonly run: RunFile;
  /** The question's rules, compiled; those that the shard does not name are left aside. */
  readonly rules: readonly CompiledRule[];
  /** One per archive of the question, in its order. */
  readonly sources: readonly ObjectSource[];
  readonly store: RunStore;
  /** When the plan pinned the listing (plan/done.json): what is a day later cannot be true. */
  readonly listedAt: string;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: ScanProgress) => void;
  /** A passing fault that is still there at the last attempt makes the object failed; before it, it is thrown. Default: true. */
  readonly isLastAttempt?: boolean;
  /** Throttling is thrown even at the last attempt: the caller waits and comes again, which is no attempt. Default: false. */
  readonly waitsWhenThrottled?: boolean;
}

export interface ShardRule {
  readonly compiled: CompiledRule;
  readonly window: RuleWindow;
  /** What becomes of an event's terms: what is new, or what is counted together; null: the rule has none. */
  readonly groups: 'new-terms' | 'buckets' | null;
  /** For each term the field and its declared fallbacks, and of a threshold rule the field whose values are counted. */
  readonly termPaths: readonly (readonly FieldPath[])[];
}

export interface ScanContext {
  readonly question: Question;
  readonly rules: readonly ShardRule[];
  /** The same rules, numbered alike. */
  readonly ruleSet: RuleSet;
  /** The longest window of all rules of the hunt: what the counts of events go by. */
  readonly longest: RuleWindow;
  readonly listedAtMs: number;
  readonly timePath: FieldPath;
  readonly fields: readonly FieldPath[] | null;
  readonly censusFields: readonly FieldPath[];
  readonly requirement: Requirement;
  readonly lineFilter: LineFilter | null;
}

export const ORIGINAL_TIME = parseFieldPath('@timestamp');
export const HOST_NAME = parseFieldPath('host.name');
export const AGENT_ID = parseFieldPath('agent.id');

export function prepareScan(shard: Shard, options: ScanOptions): ScanContext {
  const { question } = options.run;
  const rules = options.rules
    .filter(({ rule }) => shard.rules === null || shard.rules.includes(rule.rule_id))
    .map((compiled) => ({
      compiled,
      window: windowOf(compiled.rule, question),
      groups: groupsOf(compiled.rule),
      termPaths: termPathsOf(compiled, question),
    }));
  const timePath = parseFieldPath(question.options.time_field);
  const censusFields = namesOf(rules.flatMap(({ compiled }) => compiled.neededFields.flat())).map(parseFieldPath);
  const requirements = rules.map(({ compiled }) => compiled.requirement);
  return {
    question,
    rules,
    ruleSet: compileRuleSet(rules.map(({ compiled }) => compiled)),
    longest: longestWindow(question.rules.map(({ rule }) => windowOf(rule, question))),
    listedAtMs: Date.parse(options.listedAt),
    timePath,
    fields: fieldsOf(rules, [
      timePath,
      ORIGINAL_TIME,
      HOST_NAME,
      AGENT_ID,
      ...INDEX_FIELDS,
      ...COPY_FIELDS,
      ...censusFields,
    ]),
    censusFields,
    requirement: question.options.prefilter ? { kind: 'any', of: requirements } : NO_REQUIREMENT,
    lineFilter: lineFilterOf(requirements, question.options),
  };
}

function groupsOf({ type }: Rule): ShardRule['groups'] {
  if (type === 'new_terms') return 'new-terms';
  return type === 'threshold' ? 'buckets' : null;
}

function termPathsOf({ rule }: CompiledRule, { options }: Question): readonly (readonly FieldPath[])[] {
  if (rule.type === 'threshold') {
    const counted = rule.threshold?.cardinality.map(({ field }) => field) ?? [];
    return [...(rule.threshold?.field ?? []), ...counted].map((name) => [parseFieldPath(name)]);
  }
  const fields = rule.type === 'new_terms' ? (options.new_terms_fields ?? rule.new_terms_fields ?? []) : [];
  return fields.map((name) => [name, ...(options.term_fallbacks[name] ?? [])].map(parseFieldPath));
}

function fieldsOf(rules: readonly ShardRule[], always: readonly FieldPath[]): readonly FieldPath[] | null {
  const found = new Map(always.map((path) => [path.name, path]));
  for (const { compiled } of rules) {
    if (compiled.fields === null) return null;
    for (const path of compiled.fields) found.set(path.name, path);
  }
  return [...found.values()];
}

function namesOf(fields: readonly string[]): readonly string[] {
  return [...new Set(fields)].filter((name) => !name.includes('*')).toSorted();
}
