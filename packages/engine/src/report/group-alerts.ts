// Alerts -> groups of those with the same values of some fields: groups.ndjson, the largest first. Nothing is cut: what there is no room for is
// counted together.

import { parseAlert, fieldsOf } from '@coldhunt/page';

/** By which alerts are grouped where nobody says otherwise. */
export const GROUP_BY: readonly string[] = ['kibana.alert.rule.rule_id', 'kibana.alert.new_terms'];
/** Groups with figures of their own, so that memory does not grow with the alerts. */
const MOST_GROUPS = 100_000;
const NAMED_HOSTS = 20;
const NAMED_ALERTS = 5;

export interface AlertGroup {
  /** The fields and their values; several values of one stand one a line. Null: all groups there was no room for. */
  readonly group: Readonly<Record<string, string>> | null;
  readonly rule_names: readonly string[];
  readonly alerts: number;
  readonly by_baseline: Readonly<Record<string, number>>;
  readonly by_severity: Readonly<Record<string, number>>;
  readonly first: string;
  readonly last: string;
  /** The first hosts by name, and whether there are more. */
  readonly hosts: readonly string[];
  readonly more_hosts: boolean;
  /** Ids of the first alerts. */
  readonly uuids: readonly string[];
}

interface OpenGroup {
  readonly group: AlertGroup['group'];
  readonly names: Set<string>;
  readonly baselines: Map<string, number>;
  readonly severities: Map<string, number>;
  readonly hosts: Set<string>;
  readonly uuids: string[];
  alerts: number;
  moreHosts: boolean;
  first: string;
  last: string;
}

/** `lines` of alerts.ndjson. The same groups in the same order for the same alerts. */
export async function groupAlerts(
  lines: AsyncIterable<string>,
  fields: readonly string[] = GROUP_BY,
  mostGroups = MOST_GROUPS,
): Promise<AlertGroup[]> {
  const groups = new Map<string, OpenGroup>();
  const rest = openGroup(null);
  for await (const line of lines) {
    const alert = fieldsOf(parseAlert(line));
    const values = fields.map((field) => (alert.get(field) ?? []).join('\n'));
    const key = JSON.stringify(values);
    let group = groups.get(key);
    if (group === undefined && groups.size < mostGroups) {
      group = openGroup(Object.fromEntries(fields.map((field, index) => [field, values[index] ?? ''])));
      groups.set(key, group);
    }
    count(group ?? rest, alert);
  }
  const sorted = [...groups.values()].toSorted(
    (a, b) => b.alerts - a.alerts || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0),
  );
  return [...sorted, ...(rest.alerts === 0 ? [] : [rest])].map((group) => closeGroup(group));
}

/** groups.ndjson. */
export async function* groupsFile(
  lines: AsyncIterable<string>,
  fields: readonly string[] = GROUP_BY,
): AsyncIterable<Uint8Array> {
  for (const group of await groupAlerts(lines, fields)) yield Buffer.from(`${JSON.stringify(group)}\n`);
}

function openGroup(group: AlertGroup['group']): OpenGroup {
  return {
    group,
    names: new Set(),
    baselines: new Map(),
    severities: new Map(),
    hosts: new Set(),
    uuids: [],
    alerts: 0,
    moreHosts: false,
    first: '',
    last: '',
  };
}

function count(group: OpenGroup, alert: ReadonlyMap<string, readonly string[]>): void {
  const first = (field: string): string => alert.get(field)?.[0] ?? '';
  group.alerts += 1;
  const time = first('@timestamp');
  if (group.alerts === 1 || time < group.first) group.first = time;
  if (time > group.last) group.last = time;
  if (group.names.size < NAMED_HOSTS) group.names.add(first('kibana.alert.rule.name'));
  add(group.baselines, first('coldhunt.baseline'));
  add(group.severities, first('kibana.alert.severity'));
  const host = first('host.name');
  if (group.hosts.size < NAMED_HOSTS) group.hosts.add(host);
  else if (!group.hosts.has(host)) group.moreHosts = true;
  if (group.uuids.length < NAMED_ALERTS) group.uuids.push(first('kibana.alert.uuid'));
}

function add(counts: Map<string, number>, name: string): void {
  if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
}

function closeGroup(open: OpenGroup): AlertGroup {
  return {
    group: open.group,
    rule_names: [...open.names].toSorted(),
    alerts: open.alerts,
    by_baseline: Object.fromEntries([...open.baselines].toSorted()),
    by_severity: Object.fromEntries([...open.severities].toSorted()),
    first: open.first,
    last: open.last,
    hosts: [...open.hosts].filter((host) => host !== '').toSorted(),
    more_hosts: open.moreHosts,
    uuids: open.uuids,
  };
}
