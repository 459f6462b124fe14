// A run for readers outside the team: values of some fields taken out or replaced by pseudonyms, in the alerts and in all that tells of them.

import { createHmac } from 'node:crypto';
import {
  InputError,
  isObject,
  isScalar,
  parseDocument,
  scalarText,
  stringifyDocument,
  type DocumentValue,
  type RunStore,
} from '@coldhunt/core';
import { fieldsOf, parseAlert } from '@coldhunt/page';
import { COMPARE_PATH } from '../differences.ts';
import { readAlertLines } from '../read-alerts.ts';
import { createReplaceValues, type ReplaceValues } from './replace-values.ts';

export interface RedactionOptions {
  /** Fields whose values are taken out. */
  readonly redact: readonly string[];
  /** Fields whose values become pseudonyms: the same for the same value and key. */
  readonly pseudonymise: readonly string[];
  /** Of the pseudonyms. Who has it can tell whether a guess is right; without it nobody can. */
  readonly key: Uint8Array;
}

export interface Redaction {
  /** alerts.ndjson, redacted. */
  lines(): AsyncIterable<string>;
  /** Any JSON value that tells of the run: run.json, summary.json, coverage.json. */
  value<T>(value: T): T;
}

const REDACTED = '[redacted]';
const MOST_VALUES = 1_000_000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;
/** Where a value of a field stands again by itself, whatever its type. */
const TERMS =
  /^(?:kibana\.alert\.new_terms|kibana\.alert\.(?:threshold_result|suppression)\.terms\.value|coldhunt\.explanation\.values)$/;

/** Objects of summary.json whose keys are values. All other keys are names of fields, and stay. */
const KEYED_BY_VALUES = /(?:^|\.)(?:by_host|excepted)$/;

/** Reads all alerts once, so that a value of one is replaced in every other. Throws OPTION_INVALID for more different values than can be held. */
export async function createRedaction(store: RunStore, options: RedactionOptions): Promise<Redaction> {
  const values = new Map<string, string>();
  for await (const line of readAlertLines(store)) {
    const fields = fieldsOf(parseAlert(line));
    for (const field of options.redact) for (const value of fields.get(field) ?? []) values.set(value, REDACTED);
    for (const field of options.pseudonymise) {
      for (const value of fields.get(field) ?? [])
        if (!values.has(value)) values.set(value, pseudonym(field, value, options.key));
    }
    if (values.size > MOST_VALUES) {
      throw new InputError(
        'OPTION_INVALID',
        `the fields to redact have more than ${MOST_VALUES} different values: name fewer fields`,
      );
    }
  }
  values.delete('');
  const replace = createReplaceValues(values);
  const own = new Map([
    ...options.pseudonymise.map((field) => [field, (value: string) => values.get(value) ?? REDACTED] as const),
    ...options.redact.map((field) => [field, () => REDACTED] as const),
  ]);
  return {
    async *lines() {
      for await (const line of readAlertLines(store)) {
        yield stringifyDocument(redactAll(parseDocument(line), '', { replace, own, values }));
      }
    },
    value: <T>(value: T) => redactAll(value as DocumentValue, '', { replace, own: new Map(), values }) as T,
  };
}

/**
 * The same store with alerts.ndjson redacted; nothing else of it may be shown. Alerts that only the live side of a hunt in mode `both` has
 * are left out: their values need not stand in alerts.ndjson, from which it is known what to redact.
 */
export function redactedStore(store: RunStore, redaction: Redaction): RunStore {
  return {
    ...store,
    uri: store.uri,
    async *stream(path) {
      if (path === COMPARE_PATH) return;
      if (path !== 'alerts.ndjson') throw new InputError('OPTION_INVALID', `${path} cannot be redacted`);
      for await (const line of redaction.lines()) yield Buffer.from(`${line}\n`);
    },
  };
}

interface Means {
  readonly replace: ReplaceValues;
  readonly own: ReadonlyMap<string, (value: string) => string>;
  readonly values: ReadonlyMap<string, string>;
}

function redactAll(value: DocumentValue, path: string, means: Means): DocumentValue {
  if (Array.isArray(value)) return value.map((entry) => redactAll(entry, path, means));
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, entry]): [string, DocumentValue] => [
      KEYED_BY_VALUES.test(path) ? means.replace(key) : key,
      redactAll(entry, path === '' ? key : `${path}.${key}`, means),
    ]);
    return Object.fromEntries(entries);
  }
  // `undefined` stands in what was made here and never read, as in run.json.
  if (!isScalar(value)) return value;
  const own = means.own.get(path);
  if (own !== undefined) return own(scalarText(value));
  if (typeof value === 'string') return INSTANT.test(value) ? value : means.replace(value);
  return TERMS.test(path) ? (means.values.get(scalarText(value)) ?? value) : value;
}

/** `host-3f9a1c04b7de`: which kind of thing it is, and nothing else. */
function pseudonym(field: string, value: string, key: Uint8Array): string {
  const [kind = 'value'] = field.split('.');
  return `${kind}-${createHmac('sha256', key).update(value).digest('hex').slice(0, 12)}`;
}
