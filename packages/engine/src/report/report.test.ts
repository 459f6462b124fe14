import { describe, expect, it } from 'vitest';
import { parseDocument, stringifyDocument, type Document } from '@coldhunt/core';
import { buildCoverage, buildRuleSummary } from '../../test/build-report.ts';
import { csvCell, csvHeader, csvLine } from './alerts-csv.ts';
import { alertStory, parseAlert, printTree } from '@coldhunt/page';
import { coverageSection } from './html/coverage-section.ts';
import { holesOf } from './html/holes.ts';
import { escapeHtml, html } from './html/markup.ts';
import { PAGE_OPTIONS } from './html/page-index.ts';
import { reportPage } from './html/page.ts';
import type { SummaryFile } from './output.ts';
import { overviewAlerts } from './overview.ts';
import type { RunFile } from '../question/output.ts';

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
    const said = storyOf(alert);
    expect(said).toContain(
      'Counted: 788 events of host.id h-1, user.id 7 from 2026-02-01T00:00:01.000Z to 2026-02-01T00:04:59.000Z, with 12 different values of destination.ip.',
    );
    expect(storyOf({ '@timestamp': 'x' })).not.toContain('Counted');
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
    expect(storyOf(alert)).toContain(
      'Suppresses 2 further alerts of host.name a, b, user.name (no value) up to 2026-02-01T00:05:00.000Z.',
    );
    expect(storyOf({ ...alert, 'kibana.alert.suppression.docs_count': 0 })).not.toContain('Suppresses');
    expect(storyOf({})).not.toContain('Suppresses');
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
    const page = textOf({
      run: runFile(HOSTILE),
      summary: summary(HOSTILE),
      coverage: buildCoverage({
        warnings: [HOSTILE],
        failed: [{ uri: HOSTILE, code: HOSTILE, message: HOSTILE, bytes: 1 }],
      }),
      ...(await overviewAlerts(from([alert]), ['2026-02-01', '2026-02-03'])),
      options: PAGE_OPTIONS,
    });
    const shown = page.replace(
      /<script(?: type="text\/plain" id="\w+" data-sha256="\w+")?>[^<]*(?:<(?!\/script)[^<]*)*<\/script>/g,
      '',
    );
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(shown).not.toMatch(/<script|<img|\u202e/);
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain("default-src 'none'");
    expect(page.match(/class="(?:bar|empty)" x=/g)).toHaveLength(4);
  });
});

describe('the coverage of report.html', () => {
  const bytes = (
    reason: string,
    size: number,
  ): { readonly uri: string; readonly reason: string; readonly bytes: number } => ({
    uri: `${reason} ${size}`,
    reason,
    bytes: size,
  });

  it('counts what was not examined by reason, and says how each hole is closed', () => {
    const coverage = buildCoverage({
      skipped: [bytes('archived', 5), bytes('time', 1), bytes('archived', 6), bytes('toString', 0)],
      failed: [{ uri: 'x', code: 'OBJECT_DENIED', message: 'm', bytes: 7 }],
    });
    expect(holesOf(coverage).map(({ reason, objects, bytes: size }) => [reason, objects, size])).toEqual([
      ['archived', 2, 11],
      ['OBJECT_DENIED', 1, 7],
      ['time', 1, 1],
      ['toString', 1, 0],
    ]);
    for (const { advice } of holesOf(coverage)) expect(advice).toMatch(/^\w/);
    expect(coverageSection(coverage).text).toContain('--retry archived');
  });

  it('says why a field may be nowhere', () => {
    const evaluable = [{ from: 'a', to: 'b', events: 1, state: 'no' as const, missing: ['host.os.type'] }];
    const { text } = coverageSection(buildCoverage({ rules: [{ rule_id: 'r', evaluable }] }));
    expect(text).toContain('Beats before 7.10');
  });
});

describe('the order of report.html', () => {
  it('is verdict, alerts, rules, coverage, what was asked', async () => {
    const page = await pageOf(1);
    const places = ['class="verdict', 'id="alerts"', 'id="rules"', 'id="coverage"', 'id="asked"'].map((mark) =>
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
  return textOf({
    run: { ...run, question: { ...run.question, rules: many(run.question.rules) } },
    summary: { ...summary('x'), rules: many(summary('x').rules) },
    coverage: buildCoverage({}),
    ...(await overviewAlerts(from(alerts), [])),
    options: PAGE_OPTIONS,
  });
}

async function* from(alerts: readonly Document[]): AsyncIterable<string> {
  for (const alert of alerts) yield stringifyDocument(alert);
}

function textOf(input: Parameters<typeof reportPage>[0]): string {
  return [...reportPage(input)].join('');
}

/** What a reader reads of an alert. */
function storyOf(alert: Document): string {
  const text = printTree(alertStory(parseAlert(stringifyDocument(alert)), { termFields: [], window: null }));
  return text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
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
    rules: [buildRuleSummary({ name: text, warnings: [text], excepted: { [text]: 1 } })],
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
