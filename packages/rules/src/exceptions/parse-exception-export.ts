// The lines of a Kibana export -> the exception lists and items among them, and everything that is wrong with those.

import { InputError, countOf, expectedWords, parseDocument, schemaProblems, type Document } from '@coldhunt/core';
import type { FieldTypes } from '../fields/field-types.ts';
import { jsonKeyOffset } from '../rule-file/json-key-offset.ts';
import { compareProblems, describeProblem, type RuleProblem } from '../rule-file/rule-problem.ts';
import { placeAt } from '../rule-file/toml-places.ts';
import { exceptionItemProblems } from './compile-exceptions.ts';
import { exceptionItemSchema, exceptionLineKind, type ExceptionSet } from './exception-set.ts';

/** Levels of a line of an export: what is deeper is no exception item. */
const MAX_DEPTH = 200;

export interface ExceptionExportOptions {
  /** The items hold for every rule of the hunt. Default: for rules that name their list. */
  readonly forEveryRule?: boolean;
  /** The entries are checked against these as well. */
  readonly fieldTypes?: FieldTypes;
}

export interface ExceptionExport {
  /** What is right of it. */
  readonly set: ExceptionSet;
  /** Of its items. */
  readonly problems: readonly RuleProblem[];
  /** Lines that are no JSON object: nobody knows what they were. */
  readonly brokenLines: readonly RuleProblem[];
  /** How many objects are neither: rules, details, or something else. */
  readonly others: number;
}

const EXPECTED =
  'expected a Kibana exception export: one JSON object a line, each item with item_id, list_id and entries';

/** Rules and the trailing details line are passed over. Never throws for what the text holds. */
export function readExceptionExport(text: string, file: string, options: ExceptionExportOptions = {}): ExceptionExport {
  const lists: unknown[] = [];
  const items: unknown[] = [];
  const problems: RuleProblem[] = [];
  const brokenLines: RuleProblem[] = [];
  let others = 0;
  for (const { line, text: content } of entriesOf(text.replace(/^\ufeff/, ''))) {
    const value = parseLine(content);
    if (typeof value === 'string') {
      brokenLines.push({ file, line, column: null, path: '', message: value });
      continue;
    }
    const kind = exceptionLineKind(value);
    if (kind === 'list') lists.push(value);
    if (kind === null) others += 1;
    if (kind !== 'item') continue;
    const item = { ...value, for_every_rule: options.forEveryRule === true };
    const wrong = itemProblems(item, options.fieldTypes);
    if (wrong.length === 0) items.push(item);
    for (const { path, message } of wrong) {
      const place = placeAt(content, offsetOf(content, path));
      problems.push({ file, line: line + place.line - 1, column: place.column, path: '', message });
    }
  }
  return { set: { lists, items, value_lists: {} }, problems, brokenLines, others };
}

interface ExportEntry {
  /** Number of its first line. */
  readonly line: number;
  readonly text: string;
}

/** The lines that hold something. One object over several lines is one entry, as of rules. */
function entriesOf(text: string): readonly ExportEntry[] {
  const entries = text
    .split('\n')
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter((entry) => entry.text.trim() !== '');
  const [first] = entries;
  if (first === undefined || entries.length === 1 || typeof parseLine(text) === 'string') return entries;
  return [{ line: 1, text }];
}

/**
 * An export of exceptions alone. Throws InputError EXCEPTION_INVALID with every problem, each with its place; also where the text holds no
 * exception at all.
 */
export function parseExceptionExport(text: string, file: string, options: ExceptionExportOptions = {}): ExceptionSet {
  const { set, problems, brokenLines, others } = readExceptionExport(text, file, options);
  const isSpread = brokenLines.length > 1 && set.items.length + set.lists.length + problems.length === 0;
  if (isSpread) {
    const found = text.trimStart().startsWith('[') ? 'a JSON array' : 'no JSON object a line';
    const hint = `jq -c '${found === 'a JSON array' ? '.[]' : '.'}' writes one a line`;
    throw new InputError('EXCEPTION_INVALID', `${file}: ${found}: ${EXPECTED}`, { details: { hint } });
  }
  const all = [...problems, ...brokenLines].toSorted(compareProblems);
  if (all.length > 0) throw new InputError('EXCEPTION_INVALID', all.map(describeProblem).join('\n'));
  if (set.items.length === 0) {
    const found = [
      ...(set.lists.length > 0 ? [`${countOf(set.lists.length, 'list')} without items`] : []),
      ...(others > 0 ? [countOf(others, 'object of another kind', 'objects of another kind')] : []),
    ];
    throw new InputError(
      'EXCEPTION_INVALID',
      `${file} holds no exception: found ${found.join(' and ') || 'nothing'}; ${EXPECTED}`,
    );
  }
  return set;
}

/** The document, or why it is none. */
function parseLine(line: string): Document | string {
  try {
    return parseDocument(line, MAX_DEPTH);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.code === 'LINE_TOO_DEEP' ? `nested deeper than ${MAX_DEPTH}` : 'not a JSON object';
  }
}

interface ItemProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function itemProblems(item: object, fieldTypes: FieldTypes | undefined): readonly ItemProblem[] {
  const parsed = exceptionItemSchema.safeParse(item, { error: expectedWords });
  if (!parsed.success) {
    return schemaProblems(parsed.error.issues, item).map(({ path, words }) => ({
      path,
      message: `exception item: ${path.join('.') || 'line'}: ${words}`,
    }));
  }
  return fieldTypes === undefined ? [] : exceptionItemProblems(parsed.data, fieldTypes);
}

/** Of the innermost key of the path that the text holds once; else of the item. */
function offsetOf(text: string, path: readonly PropertyKey[]): number {
  const offsets = path.map((key) => (typeof key === 'string' ? jsonKeyOffset(text, key) : -1));
  return Math.max(0, offsets.findLast((offset) => offset >= 0) ?? 0);
}
