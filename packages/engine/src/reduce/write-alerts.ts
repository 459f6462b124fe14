// What was raised -> alerts.ndjson and unkeyed.ndjson in the total order, and the totals by rule, severity and host.

import { stringifyDocument, type Document, type DocumentValue, type RunStore } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import type { RunFile } from '../question/output.ts';
import { baselineAt, type Examined } from './baseline.ts';
import { withEvents } from './event-sources.ts';
import type { AlertBuilder, AlertSuppressed, ReduceDone, RuleResult } from './output.ts';
import type { RaisedAlert } from './raised-alert.ts';

const HOSTS_KEPT = 10_000;
const OTHER_HOSTS = '(other hosts)';
const TEXT_CHARS = 256 * 1024;

export interface AlertTotals {
  readonly rules: ReadonlyMap<
    string,
    Pick<RuleResult, 'alerts' | 'unkeyed' | 'cut_by_max_alerts' | 'first_alert' | 'last_alert'>
  >;
  readonly alerts: ReduceDone['alerts'];
}

export interface WriteAlertsOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly examined: Examined;
  readonly buildAlert: AlertBuilder;
  /** Where the files go, with its slash. Default: the run folder itself. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
  readonly memoryChars?: number;
  /** Is given every alert, those beyond `max_alerts` too, in the total order. */
  readonly onAlert?: (alert: RaisedAlert) => Promise<void>;
}

interface RuleCount {
  alerts: number;
  unkeyed: number;
  cut_by_max_alerts: number;
  first_alert: string | null;
  last_alert: string | null;
}

/** `raised`: alerts and unkeyed events in the total order; read several times. */
export async function writeAlerts(
  raised: () => AsyncIterable<readonly RaisedAlert[]>,
  options: WriteAlertsOptions,
): Promise<AlertTotals> {
  const { run, store, folder = '' } = options;
  const rules = new Map(run.question.rules.map(({ rule }) => [rule.rule_id, rule]));
  const counts = new Map<string, RuleCount>(
    [...rules.keys()].map((id) => [
      id,
      { alerts: 0, unkeyed: 0, cut_by_max_alerts: 0, first_alert: null, last_alert: null },
    ]),
  );
  const severities = new Map<string, number>();
  const hosts = new Map<string, number>();
  const baselines = new Map<string, number>();
  await countRaised(raised(), counts, options);
  const ofKind = (kind: RaisedAlert['kind']) => () => keep(raised(), kind, run.question.options.max_alerts);
  await store.putStream(
    `${folder}alerts.ndjson`,
    toNdjson(withEvents(store, ofKind('alert'), options.memoryChars), options, (alert, document) => {
      const rule = rules.get(alert.match.rule_id) as Rule;
      const { baseline, reason } = baselineAt(rule, alert.match.time_ms, options.examined);
      const built = options.buildAlert(
        {
          match: alert.match,
          document,
          copies: alert.copies,
          copy_count: alert.copyCount,
          bucket: alert.bucket,
          suppression: suppressionOf(alert),
          ...(alert.tickMs === null ? {} : { tick_ms: alert.tickMs }),
          baseline,
          baseline_reason: reason,
        },
        { rule, run },
      );
      bump(baselines, baseline);
      bump(severities, String(built['kibana.alert.severity'] ?? rule.severity));
      bumpHost(hosts, alert.match.host_names[0] ?? '(no host.name)');
      return built;
    }),
  );
  await store.putStream(
    `${folder}unkeyed.ndjson`,
    toNdjson(withEvents(store, ofKind('unkeyed'), options.memoryChars), options, toUnkeyed),
  );
  return {
    rules: counts,
    alerts: {
      count: [...counts.values()].reduce((sum, { alerts }) => sum + alerts, 0),
      by_severity: sortedMap(severities),
      by_host: sortedMap(hosts),
      by_baseline: sortedMap(baselines),
    },
  };
}

async function countRaised(
  raised: AsyncIterable<readonly RaisedAlert[]>,
  counts: ReadonlyMap<string, RuleCount>,
  { run, onAlert }: Pick<WriteAlertsOptions, 'run' | 'onAlert'>,
): Promise<void> {
  const maxAlerts = run.question.options.max_alerts;
  for await (const batch of raised) {
    for (const alert of batch) {
      const { kind, match } = alert;
      if (kind === 'alert') await onAlert?.(alert);
      const count = counts.get(match.rule_id) as RuleCount;
      if (kind === 'unkeyed') count.unkeyed += 1;
      else if (maxAlerts !== null && count.alerts >= maxAlerts) count.cut_by_max_alerts += 1;
      else {
        count.alerts += 1;
        const time = new Date(match.time_ms).toISOString();
        count.first_alert ??= time;
        count.last_alert = time;
      }
    }
  }
}

async function* keep(
  raised: AsyncIterable<readonly RaisedAlert[]>,
  kind: RaisedAlert['kind'],
  maxAlerts: number | null,
): AsyncGenerator<readonly RaisedAlert[]> {
  const kept = new Map<string, number>();
  for await (const batch of raised) {
    yield batch.filter((alert) => {
      if (alert.kind !== kind) return false;
      if (kind === 'unkeyed' || maxAlerts === null) return true;
      const before = kept.get(alert.match.rule_id) ?? 0;
      if (before >= maxAlerts) return false;
      kept.set(alert.match.rule_id, before + 1);
      return true;
    });
  }
}

async function* toNdjson(
  pairs: AsyncIterable<readonly { readonly alert: RaisedAlert; readonly document: Document }[]>,
  { signal }: WriteAlertsOptions,
  build: (alert: RaisedAlert, document: Document) => Document,
): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const batch of pairs) {
    signal?.throwIfAborted();
    for (const { alert, document } of batch) {
      text += `${stringifyDocument(build(alert, document))}\n`;
      if (text.length > TEXT_CHARS) {
        yield Buffer.from(text);
        text = '';
      }
    }
  }
  yield Buffer.from(text);
}

function suppressionOf({ group, held }: RaisedAlert): AlertSuppressed | null {
  return group === null || held === null ? null : { values: group.values, ...held };
}

function toUnkeyed({ match, copies, copyCount }: RaisedAlert, document: Document): Document {
  return {
    rule_id: match.rule_id,
    time: new Date(match.time_ms).toISOString(),
    evidence: match.evidence as unknown as DocumentValue,
    copies: copies as unknown as DocumentValue,
    copy_count: copyCount,
    event: document,
  };
}

function bumpHost(hosts: Map<string, number>, name: string): void {
  bump(hosts, hosts.has(name) || hosts.size < HOSTS_KEPT ? name : OTHER_HOSTS);
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sortedMap(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
