// Reports of made-up hunts, written to files, and a browser to open them with.

import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { PAGE_OPTIONS, renderPage, type CoverageFile, type RunFile, type SummaryFile } from '@coldhunt/engine';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
];
const START = Date.parse('2026-02-01T00:00:00Z');
const DAYS = 14;
const HOUR = 3_600_000;
const QUERY = 'event.category:process and process.name:aws and process.args:(send-command and commands=*)';

/** One alert, small but whole. `number` decides everything in it. */
export function madeAlert(number: number, of: number): Record<string, unknown> {
  const time = new Date(START + Math.floor((number * DAYS * 24 * HOUR) / Math.max(1, of))).toISOString();
  const host = `host-${number % 300}`;
  const command = `commands=echo ${(number * 2_654_435_761) % 4_294_967_296}`;
  return {
    '@timestamp': time,
    'event.kind': 'signal',
    'kibana.alert.uuid': number.toString(16).padStart(40, '0'),
    'kibana.alert.rule.rule_id': number % 5 === 0 ? 'rule-b' : 'rule-a',
    'kibana.alert.rule.name': number % 5 === 0 ? 'Second rule' : 'First rule',
    'kibana.alert.rule.threat': [
      {
        framework: 'MITRE ATT&CK',
        tactic: { id: 'TA0002', name: 'Execution', reference: 'https://attack.mitre.org/tactics/TA0002/' },
      },
    ],
    'kibana.alert.severity': ['low', 'medium', 'high', 'critical'][number % 4],
    'kibana.alert.risk_score': 47,
    'kibana.alert.reason': `process event with process aws on ${host} created an alert`,
    'kibana.alert.original_time': time,
    'kibana.alert.new_terms': [host],
    'coldhunt.baseline': number % 7 === 0 ? 'partial' : 'complete',
    'coldhunt.evidence': {
      uri: `s3://archive/a ${number}.ndjson.gz`,
      etag: 'e',
      version_id: null,
      coordinate: 'decompressed',
      offset: number,
      length: 10,
      sha256: 'f'.repeat(64),
    },
    'coldhunt.copies': [],
    'coldhunt.explanation': [
      { clause: 'process.name:"aws"', field: 'process.name', holds: true, values: ['aws'], reason: 'a value is equal' },
      {
        clause: 'process.args:commands=*',
        field: 'process.args',
        holds: true,
        values: [command],
        reason: 'a value fits the pattern',
      },
    ],
    host: { name: host, id: `id-${host}`, os: { type: 'linux' } },
    user: { name: `user-${number % 40}` },
    event: { category: ['process'], id: `event-${number}` },
    source: { ip: `10.0.${number % 250}.${(number >> 8) % 250}` },
    process: {
      name: 'aws',
      pid: number,
      command_line: `aws ssm send-command ${command}`,
      args: ['aws', 'ssm', 'send-command', command],
      parent: { name: 'bash', command_line: 'bash -l' },
    },
  };
}

/** Writes report.html of a hunt with that many alerts, and gives its path. */
export async function writeReport(folder: string, count: number): Promise<string> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let number = 0; number < count; number++) yield Buffer.from(`${JSON.stringify(madeAlert(number, count))}\n`);
  }
  const path = join(folder, `report-${count}.html`);
  const chunks: Uint8Array[] = [];
  const store = { uri: 'memory', stream } as unknown as Parameters<typeof renderPage>[0];
  for await (const chunk of renderPage(store, run(), summary(count), coverage(), {
    ...PAGE_OPTIONS,
    matches: quietMatches(),
  }))
    chunks.push(chunk);
  await writeFile(path, Buffer.concat(chunks));
  return path;
}

/** Two matches of host-2 without an alert, and that the first terms of alert 2 (of 400) were seen before. */
function quietMatches(): NonNullable<Parameters<typeof renderPage>[4]>['matches'] {
  const at = Date.parse(String(madeAlert(2, 400)['@timestamp']));
  const text = JSON.stringify({
    hosts: ['host-2'],
    rules: ['rule-a'],
    verdicts: ['known', 'history'],
    host: [0, 0],
    rule: [0, 0],
    verdict: [1, 0],
    times: [START - HOUR, 3 * HOUR],
    lastSeen: { [JSON.stringify(['rule-a', at, 'host-2'])]: START - 20 * HOUR },
  });
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { block: { id: 'matches', sha256, base64: gzipSync(text).toString('base64') }, count: 2 };
}

export interface Reader {
  readonly folder: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-pages-'));
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  return {
    folder,
    browser,
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a page and waits until its script has drawn it; an error of the page fails the test. */
export async function openPage(
  browser: Browser,
  path: string,
  options: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const { hash = '', ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...rest });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(pathToFileURL(path).href + hash, { waitUntil: 'commit' });
  await page.waitForFunction(() => document.documentElement.dataset['ready'] === 'true');
  return { page, complaints };
}

function run(): RunFile {
  const rule = (rule_id: string, name: string): unknown => ({
    hash: rule_id,
    rule: {
      rule_id,
      name,
      type: 'new_terms',
      severity: 'high',
      query: QUERY,
      note: '## Triage\nAsk who.',
      new_terms_fields: ['host.name'],
      history_window_start: 'now-7d',
    },
  });
  return {
    format: 1,
    run_id: 'a'.repeat(64),
    generation: 1,
    rules_left_out: [],
    question: {
      mode: 'complete',
      from: new Date(START).toISOString(),
      to: new Date(START + DAYS * 24 * HOUR).toISOString(),
      archives: [{ uri: 's3://archive/' }],
      rules: [rule('rule-a', 'First rule'), rule('rule-b', 'Second rule')],
      exceptions: { lists: [], items: [], value_lists: {} },
      options: { ignore_exceptions: false, exclude_queries: [], new_terms_fields: null },
    },
  } as unknown as RunFile;
}

const SUMS = { listed: 1, selected: 1, scanned: 1, skipped: 0, failed: 0 };
const MATCHES = { total: 0, in_history: 0, in_range: 0, outside: 0, without_time: 0, other_index: 0, excepted: 0 };

function summary(count: number): SummaryFile {
  const hosts = Array.from({ length: Math.min(300, count) }, (_, host) => [`host-${host}`, Math.ceil(count / 300)]);
  return {
    format: 1,
    run_id: 'a'.repeat(64),
    verdict: count === 0 ? 'Nothing found by 2 rules.' : `${count} alerts.`,
    complete: true,
    mode: 'complete',
    range: { from: null, to: null },
    archives: ['s3://archive/'],
    listed_at: '2026-02-20T00:00:00.000Z',
    rules: ['a', 'b'].map((letter) => ({
      rule_id: `rule-${letter}`,
      name: letter,
      type: 'new_terms',
      severity: 'high',
      alerts: Math.ceil(count / 2),
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
    })),
    rules_left_out: [],
    alerts: { count, by_severity: count === 0 ? {} : { low: count }, by_host: Object.fromEntries(hosts) },
    first_alert: null,
    last_alert: null,
    estimate: null,
    actual: { objects: 1, bytes: 1, lines: 1, shards: 1, seconds: 1 },
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
  } as unknown as SummaryFile;
}

/** A day of history before the range, and a day in it of which nothing was examined. */
function coverage(): CoverageFile {
  const hours = Array.from({ length: (DAYS + 1) * 24 }, (_, index) =>
    new Date(START - 24 * HOUR + index * HOUR).toISOString().slice(0, 13),
  );
  return {
    format: 1,
    run_id: 'a'.repeat(64),
    state: 'complete',
    complete: true,
    objects: SUMS,
    bytes: SUMS,
    lines: { read: 1, searched: 0, parsed: 1, malformed: 0, blank: 0 },
    events: { read: 1, without_time: 0, in_history: 0, in_range: 1, outside: 0 },
    matches: MATCHES,
    skipped: [],
    failed: [],
    hours: hours.filter((hour) => !hour.startsWith('2026-02-05')).map((hour) => ({ hour, objects: 1, bytes: 1_000 })),
    gaps: [],
    malformed_samples: [],
    without_time_samples: [],
    implausible_times: 0,
    rules: [],
    warnings: [],
  } as unknown as CoverageFile;
}
