// A rule's case, hunted like an archive is: the same plan, scan and reduction, over one object of its events.

import type { ObjectSource, RunStore } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { runHunt } from '../hunt/run-hunt.ts';
import { scanHere } from '../hunt/scan-here.ts';
import { compileQuestionRules } from '../question/compile-rules.ts';
import { createQuestion, openRun, type ExceptionItemFile } from '../question/output.ts';
import { readAlerts } from '../report/read-alerts.ts';
import type { ExpectedAlert, RuleTest } from './rule-test.ts';

export interface RuleTestContext {
  readonly rule: Rule;
  readonly exceptions: ExceptionItemFile;
  /** Holds the case's events, and nothing else. */
  readonly source: ObjectSource;
  /** An empty run folder. */
  readonly store: RunStore;
}

export interface RuleTestResult {
  /** Alerts that were expected and not raised, and the other way round: one line each. */
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  /** Why events could not be looked at; empty when all were. */
  readonly unread: readonly string[];
}

/** Throws what a hunt throws: a rule that cannot run, a mode that it does not have. */
export async function runRuleTest(test: RuleTest, context: RuleTestContext): Promise<RuleTestResult> {
  const { rule, exceptions, source, store } = context;
  const question = createQuestion({
    mode: test.mode,
    range: { from: null, to: null },
    archives: [{ uri: source.uri }],
    rules: [rule],
    exceptions,
    // Without a range there is no hour of the archive that an event's time could lie far from.
    options: { index_patterns: 'known' },
  });
  const { run } = await openRun(store, question);
  const { coverage } = await runHunt({
    run,
    store,
    sources: [source],
    rules: compileQuestionRules(question),
    runShards: scanHere([source], store),
  });
  const left = [...test.alerts];
  const unexpected: string[] = [];
  for await (const alert of readAlerts(store)) {
    const raised = {
      timeMs: Date.parse(String(alert['@timestamp'])),
      terms: termsOf(alert['kibana.alert.new_terms']),
    };
    const at = left.findIndex((expected) => isSame(expected, raised));
    if (at < 0) unexpected.push(toLine(raised));
    else left.splice(at, 1);
  }
  const malformed = coverage.malformed_samples.map(({ line, error }) => `event ${line}: ${error}`);
  const timeless = coverage.without_time_samples.map(() => 'a matching event has no @timestamp');
  return { missing: left.map(toLine), unexpected, unread: [...malformed, ...timeless] };
}

function isSame(expected: ExpectedAlert, raised: ExpectedAlert): boolean {
  if (expected.timeMs !== raised.timeMs) return false;
  const [wanted, found] = [expected.terms, raised.terms ?? []];
  return wanted === null || (wanted.length === found.length && wanted.every((term, index) => term === found[index]));
}

function termsOf(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.map(String) : null;
}

function toLine({ timeMs, terms }: ExpectedAlert): string {
  const time = new Date(timeMs).toISOString();
  return terms === null || terms.length === 0 ? time : `${time} ${terms.join(', ')}`;
}
