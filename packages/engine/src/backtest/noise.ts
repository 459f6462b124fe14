// Which few values of one field most alerts of a rule share. Only fields that people write exceptions with are looked at: values that
// every event has (kinds, versions, agents) would quiet much and mean nothing.

import { parseFieldPath, scalarText, type EventView, type FieldPath } from '@coldhunt/core';

/** The most specific first: of fields that quiet the same the first is told. */
export const NOISE_FIELDS: readonly string[] = [
  'process.executable',
  'process.name',
  'process.command_line',
  'process.hash.sha256',
  'process.code_signature.subject_name',
  'process.parent.executable',
  'process.parent.name',
  'process.parent.command_line',
  'file.path',
  'file.name',
  'dll.path',
  'registry.path',
  'dns.question.name',
  'url.domain',
  'destination.ip',
  'destination.domain',
  'source.ip',
  'source.address',
  'user_agent.original',
  'user.name',
  'user.id',
  'user.email',
  'aws.cloudtrail.user_identity.arn',
  'cloud.account.id',
  'container.image.name',
  'event.action',
  'event.provider',
  'host.name',
  'host.id',
];

/** Values of one exception entry. */
export interface NoisyField {
  readonly field: string;
  /** At most three, most alerts first; `share` of all alerts of the rule. */
  readonly values: readonly { readonly value: string; readonly alerts: number; readonly share: number }[];
  /** Alerts that have one of them. */
  readonly alerts: number;
  readonly share: number;
}

/** Of one field of one rule. */
const VALUES_COUNTED = 2_000;
const VALUES_TOLD = 3;
/** An exception that quiets less is hardly worth its upkeep. */
const LEAST_SHARE = 0.2;
const FIELDS_TOLD = 5;

interface Field {
  readonly name: string;
  readonly path: FieldPath;
  readonly values: Map<string, number>;
  chosen: readonly (readonly [value: string, alerts: number])[];
  /** Alerts that have a chosen value. */
  covered: number;
}

/** Of one rule: count every alert, choose, cover every alert again, tell. */
export class Noise {
  readonly #fields: readonly Field[];
  readonly #queried: ReadonlySet<string>;

  constructor(names: readonly string[], queried: ReadonlySet<string>) {
    this.#queried = queried;
    this.#fields = names.map((name) => ({
      name,
      path: parseFieldPath(name),
      values: new Map(),
      chosen: [],
      covered: 0,
    }));
  }

  count(alert: EventView): void {
    for (const { path, values } of this.#fields) {
      for (const value of new Set(alert.values(path).map(scalarText))) {
        if (values.has(value) || values.size < VALUES_COUNTED) values.set(value, (values.get(value) ?? 0) + 1);
      }
    }
  }

  /** `alerts`: how many were counted. */
  choose(alerts: number): void {
    for (const field of this.#fields) {
      const most = [...field.values].toSorted(([x, a], [y, b]) => b - a || (x < y ? -1 : 1));
      field.values.clear();
      // By the query itself all alerts share it: an exception on it would quiet the rule.
      const isOwn = this.#queried.has(field.name);
      field.chosen = most.filter(([, count]) => count > 1 && !(isOwn && count === alerts)).slice(0, VALUES_TOLD);
    }
  }

  cover(alert: EventView): void {
    for (const field of this.#fields) {
      if (field.chosen.length === 0) continue;
      const own = alert.values(field.path).map(scalarText);
      if (field.chosen.some(([value]) => own.includes(value))) field.covered += 1;
    }
  }

  /** What quiets most, first; of fields whose values stand for each other the first. */
  told(alerts: number): readonly NoisyField[] {
    const told: NoisyField[] = [];
    const seen = new Set<string>();
    const noisy = this.#fields.filter(({ covered }) => covered > 0 && covered / alerts >= LEAST_SHARE);
    for (const { name, chosen, covered } of noisy.toSorted((a, b) => b.covered - a.covered)) {
      const shape = `${covered} ${chosen.map(([, count]) => count).join(' ')}`;
      if (seen.has(shape)) continue;
      seen.add(shape);
      told.push({
        field: name,
        values: chosen.map(([value, count]) => ({ value, alerts: count, share: count / alerts })),
        alerts: covered,
        share: covered / alerts,
      });
      if (told.length === FIELDS_TOLD) break;
    }
    return told;
  }
}
