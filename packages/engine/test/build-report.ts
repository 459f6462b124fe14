// What a report is made of, for tests: a hunt that found nothing, and what differs from it.

import type { Coverage } from '../src/reduce/output.ts';
import type { RuleSummary } from '../src/report/output.ts';

const MATCHES = { total: 0, in_history: 0, in_range: 0, outside: 0, without_time: 0, other_index: 0, excepted: 0 };

/** Of a hunt in which everything was examined and nothing was found. */
export function buildCoverage(changes: Partial<Coverage> = {}): Coverage {
  return {
    state: 'complete',
    complete: true,
    objects: { listed: 2, selected: 2, scanned: 2, skipped: 0, failed: 0 },
    bytes: { listed: 20, selected: 20, scanned: 20, skipped: 0, failed: 0 },
    lines: { read: 4, searched: 2, parsed: 2, malformed: 0, blank: 0 },
    events: { read: 2, without_time: 0, in_history: 0, in_range: 2, outside: 0 },
    matches: MATCHES,
    skipped: [],
    failed: [],
    hours: [{ hour: '2026-02-01T00', objects: 1, bytes: 10 }],
    gaps: [],
    malformed_samples: [],
    without_time_samples: [],
    implausible_times: 0,
    rules: [],
    warnings: [],
    ...changes,
  };
}

/** Of a rule that found nothing. */
export function buildRuleSummary(changes: Partial<RuleSummary> = {}): RuleSummary {
  return {
    rule_id: 'r1',
    name: 'Rule',
    type: 'query',
    severity: 'low',
    alerts: 0,
    unkeyed: 0,
    known: 0,
    copies: 0,
    copies_by_value: 0,
    suppressed: 0,
    suppressed_by_earlier: 0,
    cut_by_max_alerts: 0,
    matches: MATCHES,
    excepted: {},
    first_alert: null,
    last_alert: null,
    warnings: [],
    ...changes,
  };
}
