import { describe, expect, it } from 'vitest';
import { parseDocument, type Document } from '@coldhunt/core';
import { csvCell, csvHeader, csvLine } from './alerts-csv.ts';
import { countedEvents } from './html/counted-events.ts';
import { suppressedAlerts } from './html/suppressed-alerts.ts';
import { escapeHtml, html } from './html/markup.ts';
import { reportPage } from './html/page.ts';
import type { Coverage } from '../reduce/output.ts';
import type { RuleSummary, SummaryFile } from './output.ts';
import { overviewAlerts } from './overview.ts';
import { describeVerdict } from './verdict.ts';
import type { RunFile } from '../question/output.ts';

const MATCHES = { total: 0, in_history: 0, in_range: 0, outside: 0, without_time: 0, other_index: 0, excepted: 0 };

function coverage(changes: Partial<Coverage> = {}): Coverage {
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

function rule(changes: Partial<RuleSummary> = {}): RuleSummary {
  return {
    rule_id: 'r1',
    name: 'Rule',
    type: 'query',
    severity: 'low',
    alerts: 0,
    unkeyed: 0,
    known: 0,
    copies: 0,
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

const OPEN = { from: null, to: null };

describe('the verdict', () => {
  it.each<[string, Partial<Coverage>, Partial<RuleSummary>, RegExp]>([
    [
      'nothing found and all examined',
      {},
      {},
      /^Nothing found by 1 rule\. Everything that was asked was examined: 2 objects and 4 lines\.$/,
    ],
    [
      'alerts',
      {},
      { alerts: 2, first_alert: 'A', last_alert: 'B' },
      /^2 alerts by 1 of 1 rule, from A to B\. Everything/,
    ],
    [
      'a failed object',
      { complete: false, objects: { listed: 2, selected: 2, scanned: 1, skipped: 0, failed: 1 } },
      {},
      /Not everything that was asked was examined: 1 object could not be read;/,
    ],
    [
      'events that a rule could not be evaluated on',
      { complete: false, unevaluated: { 'rule-1': { events: 3, first: '1 / 0 divides by zero (EQL_ARITHMETIC)' } } },
      {},
      /3 events on which rule rule-1 could not be evaluated;/,
    ],
    [
      'archived objects',
      {
        complete: false,
        skipped: [
          { uri: 'u', reason: 'archived', bytes: 5 },
          { uri: 'v', reason: 'time', bytes: 5 },
        ],
      },
      {},
      /1 object skipped \(archived\);/,
    ],
    [
      'malformed lines',
      { complete: false, lines: { read: 4, searched: 2, parsed: 1, malformed: 1, blank: 0 } },
      {},
      /1 malformed line;/,
    ],
    [
      'a rule that could not fire',
      {
        rules: [
          {
            rule_id: 'r1',
            evaluable: [
              {
                from: '2026-02-01T00:00:00.000Z',
                to: '2026-02-04T00:00:00.000Z',
                state: 'no',
                missing: ['host.os.type'],
                events: 9,
              },
            ],
          },
        ],
      },
      {},
      /Rule r1 could not have fired from 2026-02-01 to 2026-02-03: no event there has host\.os\.type\./,
    ],
    [
      'one more day than are named on which a rule could not fire',
      {
        rules: [
          {
            rule_id: 'r1',
            evaluable: ['01', '03', '05', '07'].map((day) => ({
              from: `2026-02-${day}T00:00:00.000Z`,
              to: `2026-02-${day}T23:59:59.999Z`,
              state: 'no' as const,
              missing: ['host.os.type'],
              events: 9,
            })),
          },
        ],
      },
      {},
      /on 2026-02-01, on 2026-02-03, on 2026-02-05 and in 1 other span: no event/,
    ],
    ['matches without a term', {}, { unkeyed: 1 }, /1 matching event in range lacks a value for a new-terms field/],
    [
      'alerts that are suppressed',
      {},
      { suppressed: 1 },
      /1 further alert was suppressed as the rules ask: --ignore-suppression raises every alert\./,
    ],
    [
      'alerts that are suppressed by what is not reported',
      {},
      { suppressed: 3, suppressed_by_earlier: 2 },
      /3 further alerts were suppressed as the rules ask, 2 of them by alerts before the range: /,
    ],
    [
      'waived malformed lines',
      { state: 'complete_with_waivers', lines: { read: 4, searched: 2, parsed: 1, malformed: 1, blank: 0 } },
      {},
      /Everything that was asked was examined.*1 malformed line within --max-malformed was not examined\./,
    ],
    [
      'an exception list that is missing',
      {},
      {
        warnings: [
          'the rule names the exception list "x", which is nowhere to be found: its exceptions were not applied',
        ],
      },
      /exception list "x", which is nowhere to be found/,
    ],
    [
      'nothing selected',
      { objects: { listed: 0, selected: 0, scanned: 0, skipped: 0, failed: 0 } },
      {},
      /nothing was examined/,
    ],
  ])('tells of %s', (_name, coverageChanges, ruleChanges, expected) => {
    expect(describeVerdict({ coverage: coverage(coverageChanges), rules: [rule(ruleChanges)], range: OPEN })).toMatch(
      expected,
    );
  });

  it.each([
    ['2026-03-01T00:00:00.000Z', null, true],
    [null, '2026-02-01T00:00:00.000Z', true],
    ['2026-02-01T00:30:00.000Z', '2026-02-01T00:40:00.000Z', false],
    [null, null, false],
  ])('tells whether events from %s to %s were seen at all', (first, end, isTold) => {
    const events = { read: 2, without_time: 0, in_history: 0, in_range: 0, outside: 2 };
    const verdict = describeVerdict({
      coverage: coverage({ events }),
      rules: [rule()],
      range: { from: first, to: end },
    });
    expect(verdict.includes('No event of the time that was asked about was seen: the hours')).toBe(isTold);
  });
});

describe('an alert of a threshold rule', () => {
  const alert: Document = {
    '@timestamp': '2026-02-01T00:05:00.000Z',
    'kibana.alert.original_time': '2026-02-01T00:04:59.000Z',
    'kibana.alert.threshold_result': {
      terms: [
        { field: 'host.id', value: 'h-1' },
        { field: 'user.id', value: 7 },
      ],
      cardinality: [{ field: 'destination.ip', value: 12 }],
      count: 788,
      from: '2026-02-01T00:00:01.000Z',
    },
    'coldhunt.baseline': 'partial',
  };

  it('is told with what it counted', () => {
    const { text } = html`${countedEvents(alert)}`;
    const said = text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
    expect(said).toContain(
      'Counted: 788 events of host.id h-1, user.id 7 from 2026-02-01T00:00:01.000Z to 2026-02-01T00:04:59.000Z, with 12 different values of destination.ip.',
    );
    expect(countedEvents({ '@timestamp': 'x' })).toBeNull();
  });

  it('has its terms, count and cardinality in alerts.csv', () => {
    expect(csvLine(alert)).toMatch(/,"h-1\n7",788,12,,,\r\n$/);
  });
});

describe('an alert that suppresses others', () => {
  const alert: Document = {
    'kibana.alert.suppression.terms': [
      { field: 'host.name', value: ['a', 'b'] },
      { field: 'user.name', value: null },
    ],
    'kibana.alert.suppression.docs_count': 2,
    'kibana.alert.suppression.end': '2026-02-01T00:05:00.000Z',
  };

  it('is told with what it is grouped by', () => {
    const said = html`${suppressedAlerts(alert)}`.text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
    expect(said.trim()).toBe(
      'Suppresses 2 further alerts of host.name a, b, user.name (no value) up to 2026-02-01T00:05:00.000Z.',
    );
    expect(suppressedAlerts({ ...alert, 'kibana.alert.suppression.docs_count': 0 })).toBeNull();
    expect(suppressedAlerts({})).toBeNull();
  });

  it('has terms, count and end in alerts.csv', () => {
    expect(csvLine(alert)).toMatch(/,"a\nb",2,2026-02-01T00:05:00.000Z\r\n$/);
  });
});

describe('alerts.csv', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+cmd|calc', "'+cmd|calc"],
    ['-2+3', "'-2+3"],
    ['-5', '-5'],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['a,"b"\n', '"a,""b""\n"'],
    ['plain', 'plain'],
    ['', ''],
  ])('writes %j as %j', (text, expected) => {
    expect(csvCell(text)).toBe(expected);
  });

  it('has as many cells as heads, whatever the alert', () => {
    expect(csvLine({}).split(',').length).toBe(csvHeader().split(',').length);
    expect(csvLine({ 'host.name': 'a', host: { id: 'b' }, 'coldhunt.evidence': { uri: 'u', offset: 3 } })).toContain(
      'a,b,',
    );
  });
});

describe('report.html', () => {
  const HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202e\u0000';

  it('escapes whatever it shows', () => {
    expect(html`<p title="${HOSTILE}">${HOSTILE}</p>`.text).not.toMatch(/<script|<img|\u202e/);
    expect(escapeHtml(`'"&`)).toBe('&#39;&quot;&amp;');
  });

  it('shows a hostile alert, rule and coverage as text', async () => {
    const alert = parseDocument(
      JSON.stringify({
        '@timestamp': '2026-02-01T00:00:00.000Z',
        'kibana.alert.severity': HOSTILE,
        'kibana.alert.rule.name': HOSTILE,
        host: { name: HOSTILE },
        'coldhunt.explanation': [{ clause: HOSTILE, holds: true, values: [HOSTILE] }],
        'coldhunt.evidence': { uri: HOSTILE },
      }),
    );
    const page = reportPage({
      run: runFile(HOSTILE),
      summary: summary(HOSTILE),
      coverage: coverage({
        warnings: [HOSTILE],
        failed: [{ uri: HOSTILE, code: HOSTILE, message: HOSTILE, bytes: 1 }],
      }),
      alerts: await overviewAlerts(from([alert]), ['2026-02-01', '2026-02-03']),
    });
    expect(page).not.toMatch(/<script|<img|\u202e/);
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain("default-src 'none'");
    expect(page.match(/class="(?:bar|empty)" x=/g)).toHaveLength(4);
  });
});

describe('the order of report.html', () => {
  it('is verdict, what was asked, rules, alerts, coverage', async () => {
    const page = await pageOf(1);
    const places = ['class="verdict', 'id="asked"', 'id="rules"', 'id="alerts"', 'id="coverage"'].map((mark) =>
      page.indexOf(mark),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('folds a long list of rules, and no short one', async () => {
    expect(await pageOf(10)).not.toContain('<summary>10 rules');
    const page = await pageOf(11);
    expect(page).toContain('<summary>11 rules</summary>');
    expect(page).toContain('<summary>11 rules, 0 with alerts</summary>');
  });

  it('tells why a baseline is partial', async () => {
    const alert = {
      '@timestamp': '2026-02-01T00:00:00.000Z',
      'coldhunt.baseline': 'partial',
      'coldhunt.baseline_reason': 'x failed (OBJECT_DENIED)',
    };
    expect(await pageOf(1, [alert])).toContain('(x failed (OBJECT_DENIED))');
  });
});

async function pageOf(rules: number, alerts: readonly Document[] = []): Promise<string> {
  const run = runFile('x');
  const many = <T>(list: readonly T[]): readonly T[] => Array.from({ length: rules }, () => list[0] as T);
  return reportPage({
    run: { ...run, question: { ...run.question, rules: many(run.question.rules) } },
    summary: { ...summary('x'), rules: many(summary('x').rules) },
    coverage: coverage({}),
    alerts: await overviewAlerts(from(alerts), []),
  });
}

async function* from(alerts: readonly Document[]): AsyncIterable<Document> {
  yield* alerts;
}

function summary(text: string): SummaryFile {
  return {
    format: 1,
    run_id: 'r'.repeat(64),
    verdict: text,
    complete: true,
    mode: 'complete',
    range: { from: null, to: null },
    archives: [text],
    listed_at: text,
    rules: [rule({ name: text, warnings: [text], excepted: { [text]: 1 } })],
    rules_left_out: [{ file: text, rule_id: null, name: text, state: 'invalid', reason: text }],
    alerts: { count: 1, by_severity: {}, by_host: {} },
    first_alert: null,
    last_alert: null,
    estimate: null,
    actual: { objects: 0, bytes: 0, lines: 0, shards: 0, seconds: 0 },
    effort: {
      seconds: 1,
      scan_seconds: 1,
      bytes_per_second: 1,
      decompressed_bytes_per_second: 1,
      events_per_second: 1,
      peak_memory_bytes: 1,
      workers: [],
      rules: [],
      rules_seconds: 0,
    },
    warnings: [],
  };
}

function runFile(text: string): RunFile {
  return parseDocument(
    JSON.stringify({
      format: 1,
      run_id: 'r'.repeat(64),
      generation: 1,
      rules_left_out: [],
      question: {
        mode: 'complete',
        from: null,
        to: null,
        archives: [{ uri: text }],
        rules: [{ hash: 'h', rule: { name: text, rule_id: text, query: text, note: text } }],
        exceptions: { lists: [], items: [], value_lists: {} },
        options: { ignore_exceptions: false, exclude_queries: [] },
      },
    }),
  ) as unknown as RunFile;
}
