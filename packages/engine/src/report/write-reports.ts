// The end of a hunt: coverage.json, summary.json, alerts.csv, groups.ndjson and report.html from what the reducer left.

import { FORMAT_VERSION, type Document, type RunStore } from '@coldhunt/core';
import type { MatchesBlock } from '@coldhunt/page';
import type { PlanDone } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import type { Coverage, ReduceDone, RuleTallies } from '../reduce/output.ts';
import type { RuleMatchCounts } from '../scan/output.ts';
import { csvHeader, csvLine } from './alerts-csv.ts';
import type { AlertOverview } from './html/alert-section.ts';
import { reportPage } from './html/page.ts';
import { PAGE_OPTIONS, type PageOptions } from './html/page-index.ts';
import type { CoverageFile, Effort, RuleSummary, SummaryFile } from './output.ts';
import { readDifferences, type Difference, type SideCounts } from './differences.ts';
import { groupsFile } from './group-alerts.ts';
import { writeManifest, type ManifestObject } from './manifest.ts';
import { overviewAlerts } from './overview.ts';
import { readAlertLines, readAlerts } from './read-alerts.ts';
import { describeHeadline, describeVerdict } from './verdict.ts';

export interface ReportInput {
  readonly run: RunFile;
  readonly plan: PlanDone;
  readonly coverage: Coverage;
  readonly reduce: ReduceDone;
  /** By rule id; a rule without matches may be absent. */
  readonly tallies: RuleTallies;
  readonly effort: Effort;
  /** plan/estimate.json as it stands; null when there is none. */
  readonly estimate: unknown;
  /** What became of the canaries, where the run asks for them. Default: none flew. */
  readonly canary?: { readonly rules: readonly { readonly state: 'fired' | 'silent' | 'not-made' }[] } | null;
  /** Mode `both`: what the live rules have and lack. Default: nothing is compared. */
  readonly comparison?: { readonly rules: readonly SideCounts[]; readonly words: string };
  /** For the pages of hosts and alerts. Default: they tell of alerts alone. */
  readonly matches?: MatchesBlock | null;
  /** The hashes of stored objects, where the run asks for them. Default: none. */
  readonly objects?: AsyncIterable<ManifestObject>;
}

const ENCODER = new TextEncoder();
const NO_MATCHES: RuleMatchCounts = {
  total: 0,
  in_history: 0,
  in_range: 0,
  outside: 0,
  without_time: 0,
  other_index: 0,
  excepted: 0,
};

/** Writes the five files and the manifest of the run, and returns the summary. coverage.json depends on the archive and the question alone; the others do not have to. */
export async function writeReports(store: RunStore, input: ReportInput): Promise<SummaryFile> {
  const { run, coverage } = input;
  await store.put('coverage.json', encodeCoverage(run, coverage));
  await store.putStream('alerts.csv', csvOf(readAlerts(store)));
  await store.putStream('groups.ndjson', groupsFile(readAlertLines(store)));
  const overview = await overviewAlerts(readAlertLines(store), knownDays(run, coverage));
  const summary = summarise(input, overview.alerts.days);
  const differences = await differencesOf(store, summary);
  const page = reportPage({
    run,
    summary,
    coverage,
    ...overview,
    differences,
    options: PAGE_OPTIONS,
    matches: input.matches,
  });
  await store.putStream('report.html', encoded(page));
  const body = toJson(summary);
  await writeManifest(store, { run, summary: body, objects: input.objects ?? none() });
  // Last: its presence says that the reports stand.
  await store.put('summary.json', body);
  return summary;
}

/** The bytes of coverage.json. */
export function encodeCoverage(run: RunFile, coverage: Coverage): Uint8Array {
  const file: CoverageFile = { format: FORMAT_VERSION, run_id: run.run_id, ...coverage };
  return toJson(file);
}

/** The page, from files that stand in the run folder. */
export async function* renderPage(
  store: RunStore,
  run: RunFile,
  summary: SummaryFile,
  coverage: Coverage,
  options: PageOptions & { readonly matches?: MatchesBlock | null } = PAGE_OPTIONS,
): AsyncIterable<Uint8Array> {
  const overview = await overviewAlerts(readAlertLines(store), knownDays(run, coverage));
  const differences = await differencesOf(store, summary);
  const { matches = null, ...shown } = options;
  yield* encoded(reportPage({ run, summary, coverage, ...overview, differences, options: shown, matches }));
}

async function differencesOf(store: RunStore, { comparison }: SummaryFile): Promise<readonly Difference[]> {
  return comparison === undefined ? [] : readDifferences(store);
}

async function* encoded(pieces: Iterable<string>): AsyncIterable<Uint8Array> {
  for (const piece of pieces) yield ENCODER.encode(piece);
}

/** First and last day that were asked or examined, where known. */
function knownDays({ question }: RunFile, { hours }: Coverage): string[] {
  const days = [question.from, lastDay(question.to), hours[0]?.hour, hours.at(-1)?.hour];
  return days.filter((day) => day !== null && day !== undefined).map((day) => day.slice(0, 10));
}

export async function* csvOf(alerts: AsyncIterable<Document>): AsyncIterable<Uint8Array> {
  let block = csvHeader();
  for await (const alert of alerts) {
    block += csvLine(alert);
    if (block.length > 262_144) {
      yield ENCODER.encode(block);
      block = '';
    }
  }
  yield ENCODER.encode(block);
}

function summarise(
  { run, plan, coverage, reduce, tallies, effort, estimate, canary = null, comparison }: ReportInput,
  days: AlertOverview['days'],
): SummaryFile {
  const { question } = run;
  const rules = question.rules.map(({ rule }): RuleSummary => {
    const result = reduce.rules.find((entry) => entry.rule_id === rule.rule_id);
    const tally = tallies[rule.rule_id];
    return {
      rule_id: rule.rule_id,
      name: rule.name,
      type: rule.type,
      severity: rule.severity,
      alerts: result?.alerts ?? 0,
      unkeyed: result?.unkeyed ?? 0,
      known: result?.known ?? 0,
      copies: result?.copies ?? 0,
      copies_by_value: result?.copies_by_value ?? 0,
      suppressed: result?.suppressed ?? 0,
      suppressed_by_earlier: result?.suppressed_by_earlier ?? 0,
      cut_by_max_alerts: result?.cut_by_max_alerts ?? 0,
      ...(result?.multi_valued === undefined ? {} : { multi_valued: result.multi_valued }),
      ...(result?.live === undefined ? {} : { live: result.live }),
      matches: tally?.matches ?? NO_MATCHES,
      excepted: tally?.excepted ?? {},
      first_alert: result?.first_alert ?? null,
      last_alert: result?.last_alert ?? null,
      warnings: result?.warnings ?? [],
    };
  });
  const judged = {
    coverage,
    rules,
    range: { from: question.from, to: question.to },
    hosts: Object.keys(reduce.alerts.by_host).length,
  };
  return {
    format: FORMAT_VERSION,
    run_id: run.run_id,
    headline: describeHeadline(judged),
    verdict: [describeVerdict(judged), ...(comparison === undefined ? [] : [comparison.words])].join(' '),
    ...(comparison === undefined ? {} : { comparison: comparison.rules }),
    complete: coverage.complete,
    mode: question.mode,
    range: { from: question.from, to: question.to },
    archives: question.archives.map((archive) => archive.uri),
    listed_at: plan.listed_at,
    rules,
    rules_left_out: run.rules_left_out,
    alerts: {
      ...reduce.alerts,
      by_day: Object.fromEntries(days.filter(({ value }) => value > 0).map(({ label, value }) => [label, value])),
    },
    first_alert:
      rules
        .map((rule) => rule.first_alert)
        .filter((time) => time !== null)
        .toSorted()[0] ?? null,
    last_alert:
      rules
        .map((rule) => rule.last_alert)
        .filter((time) => time !== null)
        .toSorted()
        .at(-1) ?? null,
    estimate,
    actual: {
      objects: coverage.objects.scanned,
      bytes: coverage.bytes.scanned,
      lines: coverage.lines.read,
      shards: plan.shards,
      seconds: effort.seconds,
    },
    ...(canary === null ? {} : { canary: countCanaries(canary.rules) }),
    effort,
    warnings: [...plan.warnings, ...reduce.warnings],
  };
}

function countCanaries(rules: NonNullable<ReportInput['canary']>['rules']): NonNullable<SummaryFile['canary']> {
  const of = (state: 'fired' | 'silent' | 'not-made'): number => rules.filter((rule) => rule.state === state).length;
  return { fired: of('fired'), silent: of('silent'), not_made: of('not-made') };
}

async function* none(): AsyncGenerator<never> {}

/** The last day before an exclusive end. */
function lastDay(to: string | null): string | null {
  return to === null ? null : new Date(Date.parse(to) - 1).toISOString();
}

function toJson(value: unknown): Uint8Array {
  return ENCODER.encode(`${JSON.stringify(value, null, 2)}\n`);
}
