// Alerts -> OCSF Detection Findings (class 2004), one a line. What the class has a place for stands there; every other field of the alert
// stands in `unmapped` by its dotted name, so that nothing is lost.

import { fieldsOf, objectsOf, parseAlert, type JsonObject } from '@coldhunt/page';

/** The version of OCSF whose attributes are written. */
const OCSF_VERSION = '1.4.0';

const CREATE = 1;
const FINDINGS = 2;
const DETECTION_FINDING = 2004;
const RULE_ANALYTIC = 1;
const NEW = 1;
const SEVERITIES: Readonly<Record<string, readonly [number, string]>> = {
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};
const SYSTEMS: Readonly<Record<string, readonly [number, string]>> = {
  windows: [100, 'Windows'],
  linux: [200, 'Linux'],
  macos: [300, 'macOS'],
};

/** One line an alert. `lines` of alerts.ndjson. */
export async function* ocsfFile(lines: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${JSON.stringify(toFinding(parseAlert(line)))}\n`);
}

/** Gives a field that has one value, and remembers that it has found its place. */
interface Taker {
  text(name: string): string | undefined;
  /** A whole number from 0 on that JSON's readers keep; another one is left where it was. */
  whole(name: string, most?: number): number | undefined;
  /** Milliseconds since 1970. */
  time(name: string): number | undefined;
  /** What was not taken. */
  rest(): Record<string, string | readonly string[]>;
}

function toFinding(alert: JsonObject): object {
  const take = takerOf(fieldsOf(alert));
  const [severityId, severity] = severityOf(take);
  const time = take.time('@timestamp');
  const device = deviceOf(take);
  const evidence = { ...evidenceOf(take), data: { evidence: objectsOf(alert, 'coldhunt.evidence')[0] ?? null } };
  const finding = {
    activity_id: CREATE,
    activity_name: 'Create',
    category_uid: FINDINGS,
    category_name: 'Findings',
    class_uid: DETECTION_FINDING,
    class_name: 'Detection Finding',
    type_uid: DETECTION_FINDING * 100 + CREATE,
    type_name: 'Detection Finding: Create',
    severity_id: severityId,
    severity,
    status_id: NEW,
    status: 'New',
    is_alert: true,
    time: time ?? 0,
    message: take.text('kibana.alert.reason'),
    risk_score: take.whole('kibana.alert.risk_score'),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'coldhunt', vendor_name: 'coldhunt' },
      profiles: device === undefined ? undefined : ['host'],
      original_time: take.text('kibana.alert.original_time'),
    },
    finding_info: {
      uid: take.text('kibana.alert.uuid') ?? '',
      title: take.text('kibana.alert.rule.name') ?? '',
      desc: take.text('kibana.alert.rule.description'),
      created_time: time,
      analytic: {
        type_id: RULE_ANALYTIC,
        type: 'Rule',
        uid: take.text('kibana.alert.rule.rule_id'),
        name: take.text('kibana.alert.rule.type'),
      },
      attacks: attacksOf(alert),
    },
    device,
    evidences: [evidence],
  };
  return { ...finding, unmapped: take.rest() };
}

function takerOf(fields: Map<string, string[]>): Taker {
  const only = (name: string): string | undefined => {
    const values = fields.get(name);
    return values?.length === 1 ? values[0] : undefined;
  };
  const taken = <T>(name: string, value: T | undefined): T | undefined => {
    if (value !== undefined) fields.delete(name);
    return value;
  };
  return {
    text: (name) => taken(name, only(name)),
    whole: (name, most = Number.MAX_SAFE_INTEGER) => {
      const value = only(name);
      const isWhole = value !== undefined && /^(?:0|[1-9]\d{0,14})$/.test(value) && Number(value) <= most;
      return taken(name, isWhole ? Number(value) : undefined);
    },
    time: (name) => {
      const text = only(name);
      const ms = Date.parse(text ?? '');
      // What is finer than milliseconds stays where it was too.
      if (text !== undefined && !Number.isNaN(ms) && new Date(ms).toISOString() === text) fields.delete(name);
      return Number.isNaN(ms) ? undefined : ms;
    },
    rest: () =>
      Object.fromEntries([...fields].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values])),
  };
}

function severityOf(take: Taker): readonly [number, string] {
  const word = take.text('kibana.alert.severity');
  // A word that OCSF does not have is told as it stands.
  if (word === undefined) return [0, 'Unknown'];
  return Object.hasOwn(SEVERITIES, word) ? (SEVERITIES[word] ?? [0, 'Unknown']) : [99, word];
}

/** A device must say what it is: where events do not, it is of unknown type. */
function deviceOf(take: Taker): object | undefined {
  const name = take.text('host.name');
  const uid = take.text('host.id');
  const type = take.text('host.os.type');
  const system = type !== undefined && Object.hasOwn(SYSTEMS, type) ? SYSTEMS[type] : undefined;
  const os = type === undefined ? undefined : { name: type, type_id: system?.[0] ?? 99, type: system?.[1] ?? type };
  if (name === undefined && uid === undefined && os === undefined) return undefined;
  return { type_id: 0, type: 'Unknown', name, hostname: name, uid, os };
}

function evidenceOf(take: Taker): object {
  const parent = processOf(take, 'process.parent');
  const process = processOf(take, 'process');
  const known = some({ name: take.text('user.name'), uid: take.text('user.id') });
  const user = known === undefined ? undefined : { ...known, domain: take.text('user.domain') };
  const path = take.text('file.path');
  return {
    actor: some({ user, process: parent }),
    process,
    src_endpoint: some({ ip: take.text('source.ip'), port: take.whole('source.port', 65_535) }),
    dst_endpoint: some({ ip: take.text('destination.ip'), port: take.whole('destination.port', 65_535) }),
    file: path === undefined ? undefined : { name: path.split(/[\\/]/).at(-1) || path, path, type_id: 0 },
  };
}

/** A process is one by its name, its number or its id. */
function processOf(take: Taker, at: string): object | undefined {
  const known = some({
    name: take.text(`${at}.name`),
    pid: take.whole(`${at}.pid`),
    uid: take.text(`${at}.entity_id`),
  });
  return known === undefined ? undefined : { ...known, cmd_line: take.text(`${at}.command_line`) };
}

/** Null where nothing of it is known. */
function some<T extends object>(parts: T): T | undefined {
  return Object.values(parts).some((part) => part !== undefined) ? parts : undefined;
}

interface Attack {
  readonly tactic?: object | undefined;
  readonly technique?: object | undefined;
  readonly sub_technique?: object | undefined;
}

/** One entry for each technique or subtechnique; of a tactic without any, one. They stay in `unmapped` too, with their links. */
function attacksOf(alert: JsonObject): readonly Attack[] | undefined {
  const attacks = objectsOf(alert, 'kibana.alert.rule.threat').flatMap((threat): readonly Attack[] => {
    const tactic = named(objectsOf(threat, 'tactic')[0]);
    const techniques = objectsOf(threat, 'technique');
    if (techniques.length === 0) return [{ tactic }];
    return techniques.flatMap((technique): readonly Attack[] => {
      const subs = objectsOf(technique, 'subtechnique');
      const head = { tactic, technique: named(technique) };
      return subs.length === 0 ? [head] : subs.map((sub) => ({ ...head, sub_technique: named(sub) }));
    });
  });
  const told = attacks.filter((attack) => some(attack) !== undefined);
  return told.length === 0 ? undefined : told;
}

function named(entry: JsonObject | undefined): object | undefined {
  const { id, name } = entry ?? {};
  return some({
    uid: typeof id === 'string' ? id : undefined,
    name: typeof name === 'string' ? name : undefined,
  });
}
