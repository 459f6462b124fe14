// A query -> the same question in KQL, EQL or SQL, or every clause that cannot be said there, with its place and the reason.

import { InputError } from '@coldhunt/core';
import { bindEql } from '../eql/bind-eql.ts';
import { checkEql } from '../eql/check-eql.ts';
import { describeUnsupported } from '../eql/describe-unsupported.ts';
import { EqlFields } from '../eql/eql-fields.ts';
import type { EqlEventQuery, EqlNode } from '../eql/eql-tree.ts';
import { parseEql } from '../eql/parse-eql.ts';
import { printEqlStatement } from '../eql/print-eql-statement.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { bindKql } from '../kql/bind-kql.ts';
import type { KqlNode } from '../kql/kql-tree.ts';
import { parseKql } from '../kql/parse-kql.ts';
import { printKql } from '../kql/print-kql.ts';
import { UnsayableError, type Condition, type TestCondition, type Unsayable } from './condition.ts';
import { conditionNotes } from './condition-notes.ts';
import { eqlCondition } from './eql-condition.ts';
import { kqlCondition } from './kql-condition.ts';
import { mergeTexts } from './merge-texts.ts';
import { EVENT_VALUES, type SqlColumns } from './sql/sql-columns.ts';
import { SQL_DIALECTS, sqlName, type SqlDialectName } from './sql/sql-dialect.ts';
import { sqlCondition } from './sql/to-sql.ts';
import { eqlTest } from './to-eql.ts';
import { kqlConstant, kqlTest } from './to-kql.ts';

export interface SourceQuery {
  readonly language: 'kuery' | 'eql';
  readonly query: string;
  /** EQL: default `event.category`. */
  readonly event_category_override?: string | undefined;
}

interface SqlTarget {
  readonly dialect: SqlDialectName;
  /** `json` is DuckDB's alone. */
  readonly columns: SqlColumns;
  /** The table of events. */
  readonly table: string;
  /** Fields that are lists, beside those that ECS says are. */
  readonly lists: readonly string[];
}

export interface ConvertOptions {
  readonly to: 'kql' | 'eql' | 'sql';
  readonly fieldTypes: FieldTypes;
  /** For `to: 'sql'`. */
  readonly sql: SqlTarget;
}

export interface ConvertedQuery {
  /** null: some clause cannot be said. */
  readonly text: string | null;
  readonly unsayable: readonly Unsayable[];
  /** Where the answers may differ all the same. */
  readonly notes: readonly string[];
}

/**
 * Throws InputError: what the parser and the compiler of the language throw, RULE_UNSUPPORTED for a query over several events, and
 * OPTION_INVALID for JSON columns in Athena.
 */
export function convertQuery(source: SourceQuery, { to, fieldTypes, sql }: ConvertOptions): ConvertedQuery {
  const query = readQuery(source, fieldTypes);
  const unsayable: Unsayable[] = [...query.unsayable];
  const tell = ({ at, text }: Pick<Unsayable, 'at'> & { readonly text: string }, reason: string): void => {
    unsayable.push({ at, clause: text, reason });
  };
  const text = write();
  const isSayable = unsayable.length === 0;
  return {
    text: isSayable ? text : null,
    unsayable,
    notes: isSayable && to === 'sql' ? conditionNotes(query.condition) : [],
  };

  function write(): string {
    if (to === 'sql') return toSql();
    if (to === 'kql')
      return source.language === 'kuery' ? query.same : printKql(kqlNode(query.condition, fieldTypes, tell));
    return source.language === 'eql' ? query.same : toEql(query.condition, fieldTypes, tell);
  }

  function toSql(): string {
    if (sql.dialect === 'athena' && sql.columns === 'json')
      throw new InputError(
        'OPTION_INVALID',
        'JSON columns can be asked in DuckDB alone: Athena needs columns of structs',
      );
    const context = { dialect: SQL_DIALECTS[sql.dialect], columns: sql.columns, lists: new Set(sql.lists) };
    const where = sqlCondition(query.condition, context, tell);
    const table = sql.table
      .split('.')
      .map((part) => sqlName(part))
      .join('.');
    const macro = sql.columns === 'json' ? `${EVENT_VALUES}\n` : '';
    return `${macro}SELECT *\nFROM ${table}\nWHERE ${where}`;
  }
}

interface ReadQuery {
  readonly condition: Condition;
  /** The query again, in its own language. */
  readonly same: string;
  readonly unsayable: readonly Unsayable[];
}

function readQuery(source: SourceQuery, types: FieldTypes): ReadQuery {
  if (source.language === 'kuery') {
    const tree = parseKql(source.query);
    return { condition: mergeTexts(kqlCondition(tree, types)), same: printKql(tree), unsayable: [] };
  }
  const statement = parseEql(source.query);
  if (statement.kind !== 'event') {
    const reason = describeUnsupported(statement) ?? 'looks at several events';
    throw new InputError(
      'RULE_UNSUPPORTED',
      `the query ${reason}: only a query of single events can be said in another language`,
    );
  }
  const fields = new EqlFields(types, { unknownFields: 'warn' });
  const condition = eqlCondition(statement, fields, source.event_category_override ?? 'event.category');
  const reason = 'it chooses among the matches of a search, and is no condition';
  return {
    condition: mergeTexts(condition),
    same: printEqlStatement(statement),
    unsayable: statement.pipes.map(({ kind, count, at }) => ({ at, clause: `| ${kind} ${count}`, reason })),
  };
}

type Tell = (condition: Extract<Condition, { kind: 'test' | 'own' }>, reason: string) => void;

function kqlNode(condition: Condition, types: FieldTypes, tell: Tell): KqlNode {
  switch (condition.kind) {
    case 'constant':
      return kqlConstant(condition.value);
    case 'not':
      return { kind: 'not', of: kqlNode(condition.of, types, tell) };
    case 'and':
    case 'or': {
      const of = condition.of.map((part) => kqlNode(part, types, tell));
      return of.length === 0 ? kqlConstant(condition.kind === 'and') : { kind: condition.kind, of };
    }
    default: {
      const node = attempt(condition, tell, (test) => {
        // EQL takes some types for keyword.
        const written = kqlTest({ ...test, field: types.resolve(test.field.name) });
        return fitting(written, () => bindKql(written, types));
      });
      return node ?? kqlConstant(false);
    }
  }
}

function toEql(condition: Condition, types: FieldTypes, tell: Tell): string {
  const fields = new EqlFields(types, { unknownFields: 'warn' });
  const parts = condition.kind === 'and' ? condition.of : [condition];
  // `process where …` says what `event.category == "process"` does.
  const category = parts.find((part) => categoryOf(part) !== null);
  const rest: Condition = { kind: 'and', of: parts.filter((part) => part !== category) };
  const query: EqlEventQuery = {
    kind: 'event',
    category: category === undefined ? null : categoryOf(category),
    condition: eqlNode(rest, fields, tell),
    pipes: [],
    at: AT,
  };
  return printEqlStatement(query);
}

const AT = { offset: 0, line: 1, column: 1 };

function categoryOf(condition: Condition): string | null {
  if (condition.kind !== 'test' || condition.field.name !== 'event.category' || condition.test.kind !== 'texts')
    return null;
  const { texts, patterns, ignoreCase } = condition.test;
  return texts.length === 1 && patterns.length === 0 && !ignoreCase ? (texts[0] ?? null) : null;
}

function eqlNode(condition: Condition, fields: EqlFields, tell: Tell): EqlNode {
  switch (condition.kind) {
    case 'constant':
      return { kind: 'literal', value: condition.value, at: AT };
    case 'not':
      return { kind: 'not', of: eqlNode(condition.of, fields, tell), at: AT };
    case 'and':
    case 'or': {
      const of = condition.of.map((part) => eqlNode(part, fields, tell));
      if (of.length === 0) return { kind: 'literal', value: condition.kind === 'and', at: AT };
      return of.length === 1 ? (of[0] as EqlNode) : { kind: condition.kind, of, at: AT };
    }
    default: {
      const node = attempt(condition, tell, (test) => {
        const written = eqlTest(test);
        return fitting(written, () => {
          checkEql(written, fields);
          bindEql(written, fields);
        });
      });
      return node ?? { kind: 'literal', value: false, at: AT };
    }
  }
}

/** The type check of the other language has the last word. */
function fitting<Node>(node: Node, check: () => void): Node {
  try {
    check();
    return node;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UnsayableError(error.message.replace(/^\d+:\d+: /, ''));
  }
}

/** null: it cannot be said, and that was told. */
function attempt<T>(
  condition: Extract<Condition, { kind: 'test' | 'own' }>,
  tell: Tell,
  write: (test: TestCondition) => T,
): T | null {
  if (condition.kind === 'own') {
    tell(condition, condition.reason);
    return null;
  }
  try {
    return write(condition);
  } catch (error) {
    if (!(error instanceof UnsayableError)) throw error;
    tell(condition, error.message);
    return null;
  }
}
