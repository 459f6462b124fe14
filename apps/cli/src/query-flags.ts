// --kql, --rule, --field-types … of `match` and `explain` -> something that says whether an event matches, and why.

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { InputError, parseJson, type EventView, type FieldPath, type Requirement } from '@coldhunt/core';
import {
  compileKql,
  compileRule,
  createFieldSpelling,
  createFieldTypes,
  describeProblem,
  misspelledFields,
  parseKql,
  watchFieldNames,
  type ExplainedClause,
  type FieldTypes,
} from '@coldhunt/rules';
import { loadOneRule } from './rule-sources.ts';

export interface QueryFlags {
  readonly kql?: string;
  readonly rule?: string;
  readonly fieldTypes?: string;
  readonly onlyFieldTypes: boolean;
}

export interface Query {
  readonly requirement: Requirement;
  readonly fields: readonly FieldPath[] | null;
  /** Fields that were probably misspelled. */
  readonly warnings: readonly string[];
  /** `null`: it matches; else why not (`excepted by …`, or an empty text). */
  test(event: EventView, nowMs: number): null | string;
  explain(event: EventView, nowMs: number): readonly ExplainedClause[];
}

export function addFieldTypeFlags(command: Command): Command {
  return command
    .option('--field-types <file>', 'JSON file of field types that differ from ECS, e.g. {"source.ip":"ip","n":"long"}')
    .option('--only-field-types', 'no field is mapped but those', false);
}

/** Throws InputError for a query, rule or type file that cannot be used; a KQL error shows its place. */
export async function resolveQuery(flags: QueryFlags): Promise<Query> {
  if ((flags.kql === undefined) === (flags.rule === undefined)) {
    throw new InputError('OPTION_INVALID', 'give either --kql <query> or --rule <id|file>');
  }
  const fieldTypes = await readFieldTypes(flags.fieldTypes, flags.onlyFieldTypes);
  if (flags.rule !== undefined) {
    const { rule, exceptions, warnings } = await loadOneRule(flags.rule, fieldTypes);
    const compiled = compileRule(rule, { fieldTypes, exceptions });
    return {
      requirement: compiled.requirement,
      fields: compiled.fields,
      warnings: warnings.map((warning) => describeProblem(warning)),
      test: (event, nowMs) => {
        if (!compiled.matches(event, nowMs)) return '';
        const item = compiled.exceptedBy(event, nowMs);
        return item === null ? null : `excepted by ${item}`;
      },
      explain: compiled.explain,
    };
  }
  const query = flags.kql ?? '';
  const watched = watchFieldNames(fieldTypes);
  const compiled = withPlace(query, () => compileKql(parseKql(query), watched.fieldTypes));
  return {
    requirement: compiled.requirement,
    fields: compiled.fields,
    warnings: misspelledFields(query, watched.names, createFieldSpelling(fieldTypes)).map(
      ({ place, message }) => `${place === null ? '' : `${place.line}:${place.column}: `}${message}`,
    ),
    test: (event, nowMs) => (compiled.matches(event, nowMs) ? null : ''),
    explain: compiled.explain,
  };
}

/** Field types as cli.md's JSON file gives them; without a file ECS. */
async function readFieldTypes(file: string | undefined, only: boolean): Promise<FieldTypes> {
  return createFieldTypes({ overrides: await readFieldTypeOverrides(file), onlyOverrides: only });
}

export async function readFieldTypeOverrides(file: string | undefined): Promise<Record<string, string>> {
  if (file === undefined) return {};
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError('FIELD_TYPES_INVALID', `cannot read the field types in ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new InputError('FIELD_TYPES_INVALID', `${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new InputError('FIELD_TYPES_INVALID', `${file} must be an object of field names and types`);
  }
  return value as Record<string, string>;
}

/** Adds the line of the query with a caret under the place to an error that has one. */
export function withPlace<T>(query: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { line, column } = error.details;
    if (typeof line !== 'number' || typeof column !== 'number') throw error;
    const text = query.split('\n')[line - 1] ?? '';
    const from = Math.max(0, column - 60);
    const caret = `${text.slice(from, from + 100).replaceAll('\t', ' ')}\n${' '.repeat(column - 1 - from)}^`;
    throw new InputError(error.code, error.message, { cause: error, details: { ...error.details, hint: caret } });
  }
}
