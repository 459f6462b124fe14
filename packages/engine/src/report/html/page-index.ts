// What the script of the page must know beside the alerts: rules, time, hours examined, how to group and what is noisy.

import type { MatchesBlock, PageIndex, PageRule } from '@coldhunt/page';
import type { RunFile } from '../../question/output.ts';
import type { Coverage } from '../../reduce/output.ts';
import type { SummaryFile } from '../output.ts';

export interface PageOptions {
  /** Alerts of one rule in a day above which the page folds the rule. */
  readonly noisy: number;
  /** Fields by which alerts are grouped. */
  readonly groupBy: readonly string[];
}

export const PAGE_OPTIONS: PageOptions = {
  noisy: 1_000,
  groupBy: ['kibana.alert.rule.name', 'kibana.alert.new_terms'],
};

/** Rules without alerts of which the page holds the texts; run.json holds all. */
const QUIET_RULES = 200;

export function pageIndex({
  run,
  summary,
  coverage,
  table,
  options,
  matches = null,
}: {
  readonly run: RunFile;
  readonly summary: SummaryFile;
  readonly coverage: Coverage;
  readonly table: PageIndex['table'];
  readonly options: PageOptions;
  readonly matches?: MatchesBlock | null | undefined;
}): PageIndex {
  const { question } = run;
  return {
    format: 1,
    runId: run.run_id,
    table,
    rules: pageRules(run, summary),
    matches: matches === null ? null : { id: matches.block.id, sha256: matches.block.sha256, count: matches.count },
    from: question.from,
    to: question.to,
    hours: coverage.hours.map(({ hour, bytes }) => [hour, bytes] as const),
    isComplete: coverage.complete,
    noisy: options.noisy,
    groupBy: options.groupBy,
  };
}

function pageRules({ question }: RunFile, summary: SummaryFile): PageRule[] {
  const alerts = new Map(summary.rules.map((rule) => [rule.rule_id, rule.alerts]));
  const rules = question.rules.map(({ rule }): PageRule => {
    const terms = question.options.new_terms_fields ?? rule.new_terms_fields ?? [];
    return {
      rule_id: rule.rule_id,
      name: rule.name,
      type: rule.type,
      severity: rule.severity,
      termFields: rule.type === 'new_terms' ? terms : [],
      window: rule.type === 'new_terms' ? windowText(rule.history_window_start) : null,
      query: rule.query,
      note: rule.note ?? null,
      alerts: alerts.get(rule.rule_id) ?? 0,
    };
  });
  let quiet = 0;
  return rules.filter((rule) => rule.alerts > 0 || (quiet += 1) <= QUIET_RULES);
}

/** `now-7d` -> `7 days`. */
function windowText(start: string | undefined): string | null {
  const [, number, unit = ''] = /^now-(\d+)([smhdwMy])$/.exec(start ?? '') ?? [];
  if (number === undefined) return start ?? null;
  const names: Readonly<Record<string, string>> = {
    s: 'second',
    m: 'minute',
    h: 'hour',
    d: 'day',
    w: 'week',
    M: 'month',
    y: 'year',
  };
  return `${number} ${names[unit] ?? unit}${number === '1' ? '' : 's'}`;
}
