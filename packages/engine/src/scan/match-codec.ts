// A match or a kept event <-> one line of JSON. Terms keep their types: an integer beyond 2^53 comes back as bigint.

import {
  InputError,
  JsonNumber,
  isObject,
  parseDocument,
  parseJson,
  stringifyDocument,
  type Document,
  type DocumentValue,
} from '@coldhunt/core';
import type { GroupValue, Term } from '@coldhunt/rules';
import type { KeptEvent, Match } from './output.ts';

export function encodeMatch(match: Match): string {
  return stringifyDocument(match as unknown as DocumentValue);
}

/** Throws InputError RUN_INVALID when the line is no match. */
export function decodeMatch(line: string): Match {
  const value = parseJson(line);
  if (!isObject(value)) throw invalid('a match');
  return toMatch(value);
}

/** A parsed JSON object -> match. Throws InputError RUN_INVALID when it is none. */
export function toMatch(value: Document): Match {
  const { evidence, terms, distinct = null, groups } = value;
  const isWhole =
    typeof value['rule_id'] === 'string' &&
    (value['place'] === 'history' || value['place'] === 'range') &&
    isAside(value['aside']) &&
    isSeen(value['seen']) &&
    (value['is_shared'] === undefined || value['is_shared'] === true) &&
    Number.isSafeInteger(value['time_ms']) &&
    typeof value['term_key'] === 'string' &&
    typeof value['copy_hash'] === 'string' &&
    Number.isSafeInteger(value['position']) &&
    (terms === null || Array.isArray(terms)) &&
    (distinct === null || Array.isArray(distinct)) &&
    (value['bucket_count'] === undefined || Number.isSafeInteger(value['bucket_count'])) &&
    (groups === undefined || Array.isArray(groups)) &&
    evidence !== undefined &&
    isObject(evidence) &&
    typeof evidence['uri'] === 'string' &&
    isTextOrNull(value['original_time']) &&
    isTextOrNull(value['id']) &&
    isTextOrNull(value['index']) &&
    areTexts(value['host_names']) &&
    areTexts(value['agent_ids']) &&
    (value['event'] === null || Number.isSafeInteger(value['event'])) &&
    Array.isArray(value['explanation']) &&
    value['explanation'].every((clause) => isObject(clause));
  if (!isWhole) throw invalid('a match');
  if (terms !== null) value['terms'] = (terms as DocumentValue[]).map((term) => toTerm(term) as DocumentValue);
  value['distinct'] = (distinct as DocumentValue[] | null)?.map((term) => toTerm(term) as DocumentValue) ?? null;
  if (groups !== undefined) value['groups'] = toGroups(groups as DocumentValue[]) as unknown as DocumentValue;
  return value as unknown as Match;
}

function toGroups(groups: readonly DocumentValue[]): Match['groups'] {
  return groups.map((group) => {
    if (!Array.isArray(group)) throw invalid('a group of alerts');
    return toGroup(group);
  });
}

/** Parsed JSON -> the values of a group. Throws InputError RUN_INVALID. */
export function toGroup(group: readonly DocumentValue[]): readonly GroupValue[] {
  return group.map((value) => (value === null ? null : Array.isArray(value) ? value.map(toTerm) : toTerm(value)));
}

function isTextOrNull(value: DocumentValue | undefined): boolean {
  return value === null || typeof value === 'string';
}

function areTexts(value: DocumentValue | undefined): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isSeen(value: DocumentValue | undefined): boolean {
  if (value === undefined) return true;
  if (!isObject(value) || typeof value['is_fallback'] !== 'boolean') return false;
  return value['ms'] === null || Number.isSafeInteger(value['ms']);
}

function isAside(value: DocumentValue | undefined): boolean {
  if (value === undefined) return true;
  if (!isObject(value)) return false;
  if (value['kind'] === 'skewed') return typeof value['why'] === 'string' && Number.isSafeInteger(value['by_ms']);
  return value['kind'] === 'unkeyed' || (value['kind'] === 'excepted' && typeof value['item'] === 'string');
}

function toTerm(value: DocumentValue): Term {
  if (value instanceof JsonNumber) return /^-?\d+$/.test(value.text) ? BigInt(value.text) : Number(value.text);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw invalid('a term');
}

export function encodeEvent(event: KeptEvent): string {
  return `{"event":${event.event},"document":${stringifyDocument(event.document)}}`;
}

/** Throws InputError RUN_INVALID when the line is no kept event. */
export function decodeEvent(line: string): KeptEvent {
  const value = parseDocument(line, Number.MAX_SAFE_INTEGER);
  return toEvent(value);
}

export function toEvent(value: Document): KeptEvent {
  const { event, document } = value;
  if (!Number.isSafeInteger(event) || document === undefined || !isObject(document)) throw invalid('a kept event');
  return { event: event as number, document };
}

function invalid(what: string): InputError {
  return new InputError('RUN_INVALID', `a line of a matches file is not ${what}`);
}
