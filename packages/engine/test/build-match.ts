// Matches, rules and questions for tests of the reducer, with what a test does not care about filled in.

import { SEMANTICS_REVISION } from '@coldhunt/core';
import type { Rule, Threshold } from '@coldhunt/rules';
import { buildRule as buildAnyRule } from '@coldhunt/rules/test-rule';
import type { Question, RunFile } from '../src/question/output.ts';
import type { Match } from '../src/scan/output.ts';

export function buildRule(over: Partial<Rule> = {}): Rule {
  return buildAnyRule({
    type: 'new_terms',
    index: [],
    query: 'process.name: "aws"',
    new_terms_fields: ['host.id'],
    history_window_start: 'now-7d',
    ...over,
  });
}

export function buildThreshold(over: Partial<Threshold> = {}): Threshold {
  return { field: ['host.id'], value: 1, cardinality: [], ...over };
}

export function buildQuestion(rules: readonly Rule[], over: Partial<Question> = {}): Question {
  return {
    semantics_revision: SEMANTICS_REVISION,
    mode: 'complete',
    from: null,
    to: null,
    archives: [
      {
        uri: 'memory:///archive/',
        name: null,
        layout: null,
        layout_time: 'arrival',
        layout_slack_ms: 0,
        layout_tz: 'UTC',
        index: null,
        include_keys: [],
        exclude_keys: [],
      },
    ],
    rules: rules.map((rule) => ({ hash: '0'.repeat(64), rule })),
    exceptions: { lists: [], items: [], value_lists: {} },
    options: {
      time_field: '@timestamp',
      new_terms_fields: null,
      term_fallbacks: {},
      index_patterns: 'known',
      dedupe: true,
      full_rule: false,
      max_alerts: null,
      max_malformed: 0,
      max_gap_ms: 86_400_000,
      max_line_bytes: 16_777_216,
      validate_lines: false,
      prefilter: true,
      ignore_exceptions: false,
      ignore_suppression: false,
      exclude_queries: [],
      field_types: {},
      only_field_types: false,
    },
    ...over,
  };
}

export function buildRun(question: Question): RunFile {
  return { format: 1, run_id: 'f'.repeat(64), generation: 0, question, rules_left_out: [] };
}

export function buildMatch(over: Partial<Match> & Pick<Match, 'time_ms'>): Match {
  const terms = over.terms === undefined ? ['host-a'] : over.terms;
  return {
    rule_id: 'rule-1',
    place: 'range',
    original_time: new Date(over.time_ms).toISOString(),
    terms,
    term_key: terms === null ? '' : JSON.stringify(terms.map(String)),
    distinct: null,
    copy_hash: `copy-${over.time_ms}-${over.position ?? 0}`,
    id: null,
    index: null,
    host_names: [],
    agent_ids: [],
    position: 0,
    event: 0,
    explanation: [],
    evidence: {
      uri: 'memory:///archive/a.ndjson',
      etag: 'e',
      version_id: null,
      coordinate: 'raw',
      offset: over.position ?? 0,
      length: 1,
      sha256: '0'.repeat(64),
    },
    ...over,
  };
}
