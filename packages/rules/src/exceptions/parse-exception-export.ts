// The lines of a Kibana export -> the exception lists and items among them, and everything that is wrong with those.

import { InputError, expectedWords, parseDocument, schemaProblems, type Document } from '@coldhunt/core';
import type { FieldTypes } from '../fields/field-types.ts';
import { jsonKeyOffset } from '../rule-file/json-key-offset.ts';
import { compareProblems, describeProblem, type RuleProblem } from '../rule-file/rule-problem.ts';
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
}

/** Rules and the trailing details line are passed over. Never throws for what the text holds. */
export function readExceptionExport(text: string, file: string, options: ExceptionExportOptions = {}): ExceptionExport {
  const lists: unknown[] = [];
  const items: unknown[] = [];
  const problems: RuleProblem[] = [];
  const brokenLines: RuleProblem[] = [];
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const value = parseLine(line);
    if (typeof value === 'string') {
      brokenLines.push({ file, line: index + 1, column: null, path: '', message: value });
      continue;
    }
    const kind = exceptionLineKind(value);
    if (kind === 'list') lists.push(value);
    if (kind !== 'item') continue;
    const item = { ...value, for_every_rule: options.forEveryRule === true };
    const wrong = itemProblems(item, options.fieldTypes);
    if (wrong.length === 0) items.push(item);
    for (const { path, message } of wrong)
      problems.push({ file, line: index + 1, column: columnOf(line, path), path: '', message });
  }
  return { set: { lists, items, value_lists: {} }, problems, brokenLines };
}

/** An export of exceptions alone. Throws InputError EXCEPTION_INVALID with every problem, each with its place. */
export function parseExceptionExport(text: string, file: string, options: ExceptionExportOptions = {}): ExceptionSet {
  const { set, problems, brokenLines } = readExceptionExport(text, file, options);
  const all = [...problems, ...brokenLines].toSorted(compareProblems);
  if (all.length > 0) throw new InputError('EXCEPTION_INVALID', all.map(describeProblem).join('\n'));
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

/** Of the innermost key of the path that the line holds once; else of the item. */
function columnOf(line: string, path: readonly PropertyKey[]): number {
  const offsets = path.map((key) => (typeof key === 'string' ? jsonKeyOffset(line, key) : -1));
  return Math.max(0, offsets.findLast((offset) => offset >= 0) ?? 0) + 1;
}
