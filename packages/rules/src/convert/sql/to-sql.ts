// What a query asks -> the condition of a WHERE.

import { UnsayableError, type Condition, type TestCondition } from '../condition.ts';
import { sqlValues, type SqlColumns } from './sql-columns.ts';
import { sqlText, type SqlDialect } from './sql-dialect.ts';
import { sqlTest } from './sql-test.ts';

export interface SqlContext {
  readonly dialect: SqlDialect;
  readonly columns: SqlColumns;
  /** Fields that are lists, beside those of ECS. */
  readonly lists: ReadonlySet<string>;
}

/**
 * In SQL a test on nothing is neither true nor false, and so is its negation; in Elasticsearch it is false, and its negation true. So a
 * test within a negation is made false. `tell` is given what cannot be said.
 */
export function sqlCondition(
  condition: Condition,
  context: SqlContext,
  tell: (condition: Extract<Condition, { kind: 'test' | 'own' }>, reason: string) => void,
): string {
  return write(condition, { ...context, tell }, { isNegated: false, indent: '  ' });
}

interface Writing extends SqlContext {
  readonly tell: Parameters<typeof sqlCondition>[2];
}

interface Place {
  readonly isNegated: boolean;
  readonly indent: string;
}

function write(condition: Condition, writing: Writing, place: Place): string {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? 'true' : 'false';
    case 'not':
      return `NOT ${within(condition.of, writing, { ...place, isNegated: true })}`;
    case 'and':
    case 'or': {
      if (condition.of.length === 0) return condition.kind === 'and' ? 'true' : 'false';
      const parts = condition.of.map((part) => within(part, writing, place));
      return parts.join(`\n${place.indent}${condition.kind.toUpperCase()} `);
    }
    case 'own':
      writing.tell(condition, condition.reason);
      return 'false';
    case 'test':
      try {
        const text = testText(condition, writing);
        return place.isNegated ? `coalesce(${text}, false)` : text;
      } catch (error) {
        if (!(error instanceof UnsayableError)) throw error;
        writing.tell(condition, error.message);
        return 'false';
      }
  }
}

function within(condition: Condition, writing: Writing, place: Place): string {
  if (condition.kind !== 'and' && condition.kind !== 'or') return write(condition, writing, place);
  const inner = { ...place, indent: `${place.indent}  ` };
  return `(\n${inner.indent}${write(condition, writing, inner)}\n${place.indent})`;
}

function testText({ field, test }: TestCondition, { dialect, columns, lists }: Writing): string {
  if (field.nestedPath !== null || field.isFlattenedRoot)
    throw new UnsayableError(`${field.name} holds objects, which SQL would have to be told how to look into`);
  const values = sqlValues(field, columns, lists);
  const made = sqlTest(field, test, { dialect, isText: columns === 'json' });
  if (!values.isList) return made(values.sql);
  const isPlain =
    test.kind === 'texts' &&
    test.patterns.length === 0 &&
    !test.ignoreCase &&
    !field.type.isLowerCase &&
    ['keyword', 'wildcard', 'constant_keyword', 'dynamic'].includes(field.type.kind);
  if (isPlain && dialect.name === 'duckdb')
    return `list_has_any(${values.sql}, [${test.texts.map((text) => sqlText(text)).join(', ')}])`;
  if (test.kind === 'exists' && columns === 'json' && field.type.kind === 'keyword') return `len(${values.sql}) > 0`;
  return dialect.any(values.sql, made);
}
