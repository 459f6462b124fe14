// --kql, --eql, --rule, --field-types … of `match` and `explain` -> something that says whether an event matches, and why.

import { Option, type Command } from 'commander';
import { InputError, parseJson, type EventView, type FieldPath, type Requirement } from '@coldhunt/core';
import {
  compileEql,
  compileKql,
  compileRule,
  createFieldSpelling,
  createFieldTypes,
  describeProblem,
  describeUnsupported,
  kqlDoubts,
  misspelledFields,
  parseEql,
  parseKql,
  ruleQueryProblems,
  watchFieldNames,
  type Clause,
  type CompiledQuery,
  type EqlPipe,
  type ExplainedClause,
  type FieldTypes,
} from '@coldhunt/rules';
import { readNamedFile } from './read-named-file.ts';
import { loadOneRule } from './rule-sources.ts';

export interface QueryFlags {
  readonly kql?: string;
  readonly eql?: string;
  readonly rule?: string;
  readonly eventCategoryField?: string;
  readonly unknownFields?: 'error' | 'warn';
  readonly fieldTypes?: string;
  readonly onlyFieldTypes: boolean;
}

export interface Query {
  readonly requirement: Requirement;
  readonly fields: readonly FieldPath[] | null;
  /** What is asked of an event, without exceptions. */
  readonly clause: Clause;
  /** `| head` and `| tail` of an EQL query, which cut what matched. */
  readonly pipes: readonly EqlPipe[];
  /** Fields that were probably misspelled, or that nothing knows. */
  readonly warnings: readonly string[];
  /** `null`: it matches; else why not (`excepted by …`, or an empty text). */
  test(event: EventView, nowMs: number): null | string;
  explain(event: EventView, nowMs: number): readonly ExplainedClause[];
}

/** The query of `match` and `explain`. */
export function addQueryFlags(command: Command): Command {
  return command
    .option('--kql <query>', 'a KQL query')
    .option('--eql <query>', 'an EQL event query, e.g. \'process where process.name : "cmd.exe"\'')
    .option('--rule <id|file>', "a rule's query, filters and exceptions")
    .option('--event-category-field <field>', "EQL: the field of an event's category, instead of event.category")
    .addOption(
      new Option(
        '--unknown-fields <what>',
        'EQL: what a field is that is neither in ECS nor given a type nor in a sample of the events nor written with ?, in a query or a rule (default: error; warn where explain is given a rule)',
      ).choices(['error', 'warn']),
    )
    .option('--field-types <file>', 'JSON file of field types that differ from ECS, e.g. {"source.ip":"ip","n":"long"}')
    .option('--only-field-types', 'no field is mapped but those', false);
}

/** Throws InputError unless exactly one of --kql, --eql and --rule is given, with options of its own only. */
export function requireOneQuery({ kql, eql, rule, eventCategoryField, unknownFields }: QueryFlags): void {
  const given = [kql, eql, rule].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw new InputError('OPTION_INVALID', 'give one of --kql <query>, --eql <query> and --rule <id|file>');
  if (eventCategoryField !== undefined && eql === undefined)
    throw new InputError('OPTION_INVALID', '--event-category-field belongs to --eql: a rule says it itself');
  if (unknownFields !== undefined && kql !== undefined)
    throw new InputError('OPTION_INVALID', '--unknown-fields belongs to EQL: an unknown field is legal in KQL');
}

/**
 * `inputFields`: the fields that the events have as far as a sample shows, asked for only when the query needs one that nothing else
 * knows. Throws InputError for a query, rule or type file that cannot be used; an error in a query shows its place.
 */
export async function resolveQuery(flags: QueryFlags, inputFields: () => Promise<ReadonlySet<string>>): Promise<Query> {
  requireOneQuery(flags);
  const fieldTypes = await readFieldTypes(flags.fieldTypes, flags.onlyFieldTypes);
  if (flags.rule !== undefined) {
    const { rule, exceptions, warnings } = await loadOneRule(flags.rule, fieldTypes);
    const compiled = await withKnownFields(inputFields, (knownFields) =>
      withPlace(rule.query, () =>
        compileRule(rule, { fieldTypes, exceptions, unknownFields: flags.unknownFields ?? 'error', knownFields }),
      ),
    );
    return {
      pipes: [],
      requirement: compiled.requirement,
      fields: compiled.fields,
      clause: compiled.clause,
      warnings: [...warnings.map((warning) => describeProblem(warning)), ...compiled.warnings],
      test: (event, nowMs) => {
        if (!compiled.matches(event, nowMs)) return '';
        const item = compiled.exceptedBy(event, nowMs);
        return item === null ? null : `excepted by ${item}`;
      },
      explain: compiled.explain,
    };
  }
  const text = flags.eql ?? flags.kql ?? '';
  const watched = watchFieldNames(fieldTypes);
  const query = await withKnownFields(inputFields, (knownFields) =>
    withPlace(
      text,
      () =>
        flags.eql === undefined
          ? kqlQuery(text, watched.fieldTypes)
          : eqlQuery(text, watched.fieldTypes, { ...flags, knownFields }),
      () => problemsOf(text, fieldTypes, { ...flags, knownFields }),
    ),
  );
  const misspelled = misspelledFields(text, watched.names, createFieldSpelling(fieldTypes)).map(
    ({ place, message }) => `${place === null ? '' : `${place.line}:${place.column}: `}${message}`,
  );
  return {
    requirement: query.compiled.requirement,
    fields: query.compiled.fields,
    clause: query.compiled.clause,
    pipes: query.pipes,
    warnings: [...misspelled, ...query.warnings],
    test: (event, nowMs) => (query.compiled.matches(event, nowMs) ? null : ''),
    explain: query.compiled.explain,
  };
}

/** The events are looked at only for a field that nothing else knows. */
async function withKnownFields<T>(
  inputFields: () => Promise<ReadonlySet<string>>,
  compile: (knownFields: ReadonlySet<string>) => T,
): Promise<T> {
  try {
    return compile(new Set());
  } catch (error) {
    if (!isUnknownField(error)) throw error;
  }
  const knownFields = await inputFields();
  try {
    return compile(knownFields);
  } catch (error) {
    if (!isUnknownField(error)) throw error;
    const { message, details } = error;
    const lifted = `${message}, or ask with --unknown-fields warn`;
    throw new InputError('EQL_FIELD', lifted, { cause: error, details });
  }
}

function isUnknownField(error: unknown): error is InputError {
  return error instanceof InputError && error.code === 'EQL_FIELD';
}

/** Everything in the query that does not fit its fields. */
function problemsOf(
  query: string,
  fieldTypes: FieldTypes,
  flags: QueryFlags & { readonly knownFields: ReadonlySet<string> },
): readonly InputError[] {
  const { eql, eventCategoryField, unknownFields = 'error', knownFields } = flags;
  const category = eventCategoryField === undefined ? {} : { event_category_override: eventCategoryField };
  const asked = { language: eql === undefined ? ('kuery' as const) : ('eql' as const), query, ...category };
  return ruleQueryProblems(asked, { fieldTypes, unknownFields, knownFields });
}

interface LanguageQuery {
  readonly compiled: CompiledQuery;
  readonly pipes: readonly EqlPipe[];
  readonly warnings: readonly string[];
}

function kqlQuery(text: string, fieldTypes: FieldTypes): LanguageQuery {
  const tree = parseKql(text);
  const doubts = kqlDoubts(tree, text, fieldTypes).map(({ at, message }) => `${at.line}:${at.column}: ${message}`);
  return { compiled: compileKql(tree, fieldTypes), pipes: [], warnings: doubts };
}

function eqlQuery(
  text: string,
  fieldTypes: FieldTypes,
  flags: QueryFlags & { readonly knownFields: ReadonlySet<string> },
): LanguageQuery {
  const statement = parseEql(text);
  if (statement.kind !== 'event') {
    const why = describeUnsupported(statement) ?? 'looks at several events';
    throw new InputError(
      'RULE_UNSUPPORTED',
      `the query ${why}, which cannot be run yet: only single events can be asked`,
    );
  }
  const { eventCategoryField: categoryField, unknownFields = 'error', knownFields } = flags;
  const compiled = compileEql(statement, fieldTypes, {
    unknownFields,
    knownFields,
    ...(categoryField === undefined ? {} : { categoryField }),
  });
  return { compiled, pipes: statement.pipes, warnings: compiled.warnings };
}

/** Field types as cli.md's JSON file gives them; without a file ECS. */
async function readFieldTypes(file: string | undefined, only: boolean): Promise<FieldTypes> {
  return createFieldTypes({ overrides: await readFieldTypeOverrides(file), onlyOverrides: only });
}

export async function readFieldTypeOverrides(file: string | undefined): Promise<Record<string, string>> {
  if (file === undefined) return {};
  const text = await readNamedFile(file, { option: '--field-types', code: 'FIELD_TYPES_INVALID' });
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

/** Adds the line of the query with a caret under the place to an error that has one, and what else is wrong. `problems`: all of it. */
export function withPlace<T>(query: string, work: () => T, problems: () => readonly InputError[] = () => []): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { line, column, offset } = error.details;
    if (typeof line !== 'number' || typeof column !== 'number') throw error;
    const others = problems().filter(({ details }) => details['offset'] !== offset);
    const text = query.split('\n')[line - 1] ?? '';
    const from = Math.max(0, column - 60);
    const caret = `${text.slice(from, from + 100).replaceAll('\t', ' ')}\n${' '.repeat(column - 1 - from)}^`;
    const hint = [caret, ...others.map(({ message }) => message)].join('\n');
    throw new InputError(error.code, error.message, { cause: error, details: { ...error.details, hint } });
  }
}
