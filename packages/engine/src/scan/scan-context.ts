// What a shard's scan needs, prepared once: its rules with their windows, the fields that readers must give, the line filter.

import {
  NO_REQUIREMENT,
  createFieldTable,
  parseFieldPath,
  type ChunkMemory,
  type FieldPath,
  type LineFilter,
  type ObjectSource,
  type Requirement,
  type RunStore,
} from '@coldhunt/core';
import { compileRuleSet, type CompiledRule, type Rule, type RuleSet } from '@coldhunt/rules';
import { DocumentScanner } from '@coldhunt/formats';
import { createLineSearch, type LineSearch } from '@coldhunt/search';
import type { Shard } from '../plan/output.ts';
import type { Question, RunFile } from '../question/output.ts';
import { COPY_FIELDS } from './copy-hash.ts';
import { INGESTED } from './event-skew.ts';
import { kindFieldsOf } from './event-classes.ts';
import { INDEX_FIELDS } from './event-index.ts';
import type { CensusFields, KindFields } from './object-cover.ts';
import { lineFilterOf } from './line-filter.ts';
import { ALERT_RULE } from './own-alert.ts';
import {
  compileLiveSchedule,
  compileRuleTime,
  longestWindow,
  scanWindowOf,
  type LiveSchedule,
  type RuleTime,
  type RuleWindow,
} from '../question/output.ts';

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
  /** Made of the same run and rules, for all shards that one thread scans; absent: made for this shard. */
  readonly preparation?: ScanPreparation;
  /** One per archive of the question, in its order. */
  readonly sources: readonly ObjectSource[];
  readonly store: RunStore;
  /** When the plan pinned the listing (plan/done.json): what is a day later cannot be true. */
  readonly listedAt: string;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: ScanProgress) => void;
  /** All objects were read, and only writing is left: it begins when this has settled. */
  readonly onRead?: () => Promise<void>;
  /** A passing fault that is still there at the last attempt makes the object failed; before it, it is thrown. Default: true. */
  readonly isLastAttempt?: boolean;
  /** Throttling is thrown even at the last attempt: the caller waits and comes again, which is no attempt. Default: false. */
  readonly waitsWhenThrottled?: boolean;
}

export interface ShardRule {
  readonly compiled: CompiledRule;
  readonly window: RuleWindow;
  /** Where its effective time stands. */
  readonly time: RuleTime;
  /** Mode `parity`: when it runs; null in `complete`. */
  readonly schedule: LiveSchedule | null;
  /** Mode `both`: the same as the live rule sees it; else null. */
  readonly live: (ShardRule & { readonly schedule: LiveSchedule }) | null;
  /** What becomes of an event's terms: what is new, or what is counted together; null: the rule has none. */
  readonly groups: 'new-terms' | 'buckets' | null;
  /** For each term the field and its declared fallbacks, and of a threshold rule the field whose values are counted. */
  readonly termPaths: readonly (readonly FieldPath[])[];
}

/** What is the same for all shards with the same rules. */
type RunContext = Omit<ScanContext, 'listedAtMs'>;

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
  /** Finds these fields in the text of documents. */
  readonly scanner: DocumentScanner | null;
  /** SHA-256 of the malformed lines that waivers of the run name. */
  readonly waivedLines: ReadonlySet<string>;
  /** What the census counts. */
  readonly census: CensusFields;
  readonly requirement: Requirement;
  readonly lineFilter: LineFilter | null;
  /** Where chunks are read to, so that the filter finds them without a copy; null: anywhere. */
  readonly memory: ChunkMemory | null;
}

export const ORIGINAL_TIME = parseFieldPath('@timestamp');
export const HOST_NAME = parseFieldPath('host.name');
export const AGENT_ID = parseFieldPath('agent.id');

/** What all shards of a run need: its rules joined into one network, the fields that are looked for. What is learned from one shard serves the next. */
export class ScanPreparation {
  readonly #preparation: Preparation;
  #last: { readonly rules: Shard['rules']; readonly context: RunContext } | null = null;

  /** `wasm`: false searches in JavaScript; no answer depends on it. Default: true. */
  constructor({
    run,
    rules,
    wasm = true,
  }: Pick<ScanOptions, 'run' | 'rules'> & { readonly wasm?: boolean | undefined }) {
    this.#preparation = { question: run.question, compiledRules: rules, search: createLineSearch({ wasm }) };
  }

  /** Shards of a plan ask for the same rules, nearly always. */
  contextOf({ rules }: Pick<Shard, 'rules'>): RunContext {
    if (this.#last === null || !isSame(this.#last.rules, rules)) {
      this.#last = { rules, context: prepareRun(this.#preparation, rules) };
    }
    return this.#last.context;
  }
}

interface Preparation {
  readonly question: Question;
  readonly compiledRules: readonly CompiledRule[];
  readonly search: LineSearch;
}

function isSame(a: Shard['rules'], b: Shard['rules']): boolean {
  return a === b || (a !== null && b !== null && a.length === b.length && a.every((id, index) => id === b[index]));
}

/** What the scan of one shard needs. */
export function prepareScan(shard: Shard, options: ScanOptions): ScanContext {
  const { preparation = new ScanPreparation(options) } = options;
  return { ...preparation.contextOf(shard), listedAtMs: Date.parse(options.listedAt) };
}

function prepareRun({ question, compiledRules, search }: Preparation, wanted: Shard['rules']): RunContext {
  const rules = compiledRules
    .filter(({ rule }) => wanted === null || wanted.includes(rule.rule_id))
    .map((compiled) => toShardRule(compiled, question));
  const timePath = parseFieldPath(question.options.time_field);
  const censusFields = namesOf(rules.flatMap(({ compiled }) => compiled.neededFields.flat())).map(parseFieldPath);
  const requirements = rules.map(({ compiled }) => compiled.requirement);
  const fields = fieldsOf(rules, [
    timePath,
    ORIGINAL_TIME,
    INGESTED,
    HOST_NAME,
    AGENT_ID,
    ...rules.flatMap(({ time, live }) => [time.primary, ...(live === null ? [] : [live.time.primary])]),
    ...INDEX_FIELDS,
    ...ALERT_RULE,
    ...COPY_FIELDS,
    ...censusFields,
  ]);
  return {
    question,
    rules,
    ruleSet: compileRuleSet(rules.map(({ compiled }) => compiled)),
    longest: longestWindow(question.rules.map(({ rule }) => scanWindowOf(rule, question))),
    timePath,
    fields,
    scanner: fields === null ? null : new DocumentScanner(fields, search.finder),
    waivedLines: new Set((question.options.waivers ?? []).flatMap((waiver) => ('line' in waiver ? [waiver.line] : []))),
    census: { fields: createFieldTable(censusFields), kinds: kindsOf(rules, question) },
    requirement: question.options.prefilter ? { kind: 'any', of: requirements } : NO_REQUIREMENT,
    lineFilter: lineFilterOf(requirements, question.options, search),
    memory: search.memory,
  };
}

/** The fields by which the rules tell kinds of events apart; null: none does, and none asks for an index. */
function kindsOf(rules: readonly ShardRule[], { options }: Question): KindFields | null {
  const kinds = kindFieldsOf(rules.map(({ compiled }) => compiled.requirement));
  const asksIndex = options.index_patterns === 'known' && rules.some(({ compiled }) => compiled.rule.index.length > 0);
  if (kinds.length === 0 && !asksIndex) return null;
  const paths = kinds.map(parseFieldPath);
  return { paths, table: createFieldTable([...paths, ...INDEX_FIELDS]) };
}

function toShardRule(compiled: CompiledRule, question: Question): ShardRule {
  if (question.mode === 'both') {
    const complete = toShardRule(compiled, { ...question, mode: 'complete' });
    const live = toShardRule(compiled, { ...question, mode: 'parity' });
    return { ...complete, live: { ...live, schedule: compileLiveSchedule(compiled.rule, question) } };
  }
  return {
    compiled,
    window: scanWindowOf(compiled.rule, question),
    time: compileRuleTime(compiled.rule, question),
    schedule: question.mode === 'parity' ? compileLiveSchedule(compiled.rule, question) : null,
    live: null,
    groups: groupsOf(compiled.rule),
    termPaths: termPathsOf(compiled, question),
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
