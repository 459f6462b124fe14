// What was asked -> the question: every default filled in, everything in one order, so that asking the same gives the same run id.

import { InputError, SEMANTICS_REVISION } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { checkArchiveUris } from './check-archive-uris.ts';
import type { ArchiveQuestion, ExceptionItemFile, LayoutTime, Question, RunOptions } from './output.ts';
import type { ResolvedRange } from './resolve-range.ts';
import { whyNotLive } from './live-schedule.ts';
import { ruleHashOf } from './run-id.ts';

const HOUR_MS = 3_600_000;

/** How far events may lie from the time in their key where nothing is said (archive-layouts.md: lags of 33 minutes were seen). */
export const DEFAULT_SLACK_MS: Readonly<Record<LayoutTime, number>> = {
  event: 0,
  'first-record': 2 * HOUR_MS,
  arrival: 2 * HOUR_MS,
};

export const DEFAULT_OPTIONS: RunOptions = {
  time_field: '@timestamp',
  new_terms_fields: null,
  term_fallbacks: {},
  index_patterns: 'known',
  dedupe: true,
  full_rule: false,
  max_alerts: null,
  max_malformed: 0,
  max_gap_ms: 24 * HOUR_MS,
  max_line_bytes: 16 * 1024 * 1024,
  validate_lines: false,
  prefilter: true,
  ignore_exceptions: false,
  ignore_suppression: false,
  max_skew_ms: 24 * HOUR_MS,
  exclude_queries: [],
  field_types: {},
  only_field_types: false,
};

/** `uri` as `ObjectSource.uri` gives it: absolute, without secrets. */
export type ArchiveInput = Pick<ArchiveQuestion, 'uri'> & Partial<ArchiveQuestion>;

export interface QuestionInput {
  readonly mode?: Question['mode'];
  readonly range: ResolvedRange;
  readonly archives: readonly ArchiveInput[];
  readonly rules: readonly Rule[];
  readonly exceptions?: Partial<ExceptionItemFile>;
  readonly options?: Partial<RunOptions>;
}

/**
 * Makes the question. Archives are ordered by URI and rules by id: whoever opens the archives does so in the question's order.
 * Throws InputError MODE_UNSUPPORTED, RULE_NOT_FOUND (none), RULE_DUPLICATE, URI_INVALID (none, secret, overlapping) or OPTION_INVALID.
 */
export function createQuestion(input: QuestionInput): Question {
  const { mode = 'complete', range, rules, exceptions = {}, options = {} } = input;
  if (mode !== 'complete') checkLive(rules, options);
  else if (options.schedule_offset_ms !== undefined)
    throw new InputError('OPTION_INVALID', '--schedule-offset moves the executions of --mode parity: add that');
  checkArchiveUris(input.archives.map(({ uri }) => uri));
  return {
    semantics_revision: SEMANTICS_REVISION,
    mode,
    from: range.from,
    to: range.to,
    archives: input.archives.map(toArchive).toSorted((a, b) => compare(a.uri, b.uri)),
    rules: orderRules(rules).map((rule) => ({ hash: ruleHashOf(rule), rule })),
    exceptions: {
      lists: exceptions.lists ?? [],
      items: exceptions.items ?? [],
      value_lists: exceptions.value_lists ?? {},
    },
    options: checkOptions({ ...DEFAULT_OPTIONS, ...withoutUndefined(options) }),
  };
}

/** What the live rule cannot be asked. */
function checkLive(rules: readonly Rule[], { dedupe }: Partial<RunOptions>): void {
  for (const rule of rules) {
    const why = whyNotLive(rule);
    if (why === null) continue;
    throw new InputError(
      'MODE_UNSUPPORTED',
      `rule "${rule.name}" (${rule.rule_id}) cannot run in --mode parity: ${why}; use --mode complete`,
      { details: { rule_id: rule.rule_id } },
    );
  }
  if (dedupe === false)
    throw new InputError('OPTION_INVALID', '--no-dedupe: the live rule raises an event once; use --mode complete');
}

function toArchive(input: ArchiveInput): ArchiveQuestion {
  const layout = input.layout ?? null;
  // Without a layout nothing is read from keys: what its time would mean changes no answer.
  const layoutTime = (layout === null ? null : input.layout_time) ?? 'arrival';
  return {
    uri: input.uri,
    name: input.name ?? null,
    layout,
    layout_time: layoutTime,
    layout_slack_ms: (layout === null ? null : input.layout_slack_ms) ?? DEFAULT_SLACK_MS[layoutTime],
    layout_tz: (layout === null ? null : input.layout_tz) ?? 'UTC',
    index: input.index ?? null,
    include_keys: input.include_keys ?? [],
    exclude_keys: input.exclude_keys ?? [],
    ...(input.expect === undefined ? {} : { expect: input.expect }),
  };
}

function orderRules(rules: readonly Rule[]): readonly Rule[] {
  if (rules.length === 0) throw new InputError('RULE_NOT_FOUND', 'no rule is left to run: give one with --rule');
  const ordered = rules.toSorted((a, b) => compare(a.rule_id, b.rule_id));
  for (const [index, rule] of ordered.entries()) {
    const next = ordered[index + 1];
    if (next?.rule_id !== rule.rule_id) continue;
    throw new InputError(
      'RULE_DUPLICATE',
      `two rules have the id ${rule.rule_id}: "${rule.name}" (version ${rule.version}) and "${next.name}" (version ${next.version})`,
      { details: { rule_id: rule.rule_id } },
    );
  }
  return ordered;
}

function checkOptions(options: RunOptions): RunOptions {
  const counts = {
    '--max-alerts': options.max_alerts ?? 0,
    '--max-malformed': options.max_malformed,
    '--max-gap': options.max_gap_ms,
    '--max-skew': options.max_skew_ms ?? 0,
    '--max-line-bytes': options.max_line_bytes,
  };
  for (const [option, value] of Object.entries(counts)) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new InputError('OPTION_INVALID', `${option} ${value}: a whole number of 0 and more expected`);
  }
  if (options.max_line_bytes < 1024) {
    throw new InputError('OPTION_INVALID', `--max-line-bytes ${options.max_line_bytes}: at least 1024 expected`);
  }
  const terms = options.new_terms_fields;
  if (terms !== null && (terms.length < 1 || terms.length > 3 || new Set(terms).size < terms.length)) {
    throw new InputError('OPTION_INVALID', `--new-terms ${terms.join(',')}: 1 to 3 different fields expected`);
  }
  if (options.time_field.trim() === '') throw new InputError('OPTION_INVALID', '--time-field is empty');
  return options;
}

function withoutUndefined(options: Partial<RunOptions>): Partial<RunOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
