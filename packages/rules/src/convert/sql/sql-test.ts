// A test on one value -> SQL, by the type of the field.

import { compileEsDate } from '../../date-math/compile-es-date.ts';
import { isTextual, type ResolvedField } from '../../fields/field-type.ts';
import type { RangeOperator } from '../../fields/range-predicate.ts';
import { foldAscii } from '../../fields/fold-ascii.ts';
import { lowerCase } from '../../fields/lower-case.ts';
import { parseRegexp } from '../../regexp/parse-regexp.ts';
import { UnsayableError, type FieldTest } from '../condition.ts';
import { sqlAddress } from './sql-address.ts';
import { regexpText } from './regexp-text.ts';
import { sqlFolded, sqlText, type SqlDialect, type SqlTest } from './sql-dialect.ts';

const SIGNS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** `isText`: values are texts whatever the type of the field (JSON); else they have their type. */
export function sqlTest(
  field: ResolvedField,
  test: FieldTest,
  context: { dialect: SqlDialect; isText: boolean },
): SqlTest {
  const { kind } = field.type;
  if (isTextual(field.type)) return textual(field, test, context.dialect);
  switch (kind) {
    case 'ip':
      return alternatives(
        test,
        (text) => sqlAddress(text, context.dialect),
        (operator, text) => addressRange(operator, text),
      );
    case 'long':
    case 'integer':
    case 'double':
    case 'float':
      return numeric(field, test, context);
    case 'boolean':
      return alternatives(
        test,
        // The empty text is false.
        (text) => (v) => `CAST(${v} AS varchar) ${text === 'false' ? "IN ('false', '')" : `= ${sqlText(text)}`}`,
        () => unsayable(`${field.name} is of type boolean, which has no order`),
      );
    case 'date':
      return time(test, context.dialect);
    default:
      return unsayable(`${field.name} is of type ${kind}, which SQL cannot ask as Elasticsearch does`);
  }
}

function textual({ type }: ResolvedField, test: FieldTest, dialect: SqlDialect): SqlTest {
  switch (test.kind) {
    case 'exists':
      return (v) => `${v} IS NOT NULL`;
    case 'range':
      // Both compare by bytes.
      return (v) => `${v} ${SIGNS[test.operator]} ${sqlText(test.text)}`;
    case 'regexps': {
      const regexps = test.patterns.map((pattern) => regexpText(parseRegexp(pattern), test.ignoreCase));
      return (v) => anyOf(regexps.map((regexp) => dialect.fits(v, regexp)));
    }
    case 'texts': {
      const fold = type.isLowerCase ? lowerCase : test.ignoreCase ? foldAscii : (text: string): string => text;
      const folded = type.isLowerCase ? (v: string): string => `lower(${v})` : test.ignoreCase ? sqlFolded : same;
      const said = (text: string): string => sqlText(fold(text));
      const texts = test.texts.map((text) => said(text));
      const patterns = test.patterns.map((pattern) => said(likeText(pattern)));
      return (v) => {
        const value = folded(v);
        return anyOf([
          ...(texts.length === 1 ? [`${value} = ${texts[0]}`] : []),
          ...(texts.length > 1 ? [`${value} IN (${texts.join(', ')})`] : []),
          ...patterns.map((pattern) => `${value} LIKE ${pattern} ESCAPE '!'`),
        ]);
      };
    }
  }
}

function same(v: string): string {
  return v;
}

/** `!` escapes, as it stands in few patterns. */
function likeText(pattern: string): string {
  let text = '';
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] as string;
    if (character === '*') text += '%';
    else if (character === '?') text += '_';
    else {
      const isEscape = character === '\\' && at + 1 < characters.length;
      if (isEscape) at += 1;
      text += (characters[at] as string).replace(/[%_!]/, '!$&');
    }
  }
  return text;
}

function numeric(
  { name, type }: ResolvedField,
  test: FieldTest,
  { dialect, isText }: { dialect: SqlDialect; isText: boolean },
): SqlTest {
  const isWhole = type.kind === 'long' || type.kind === 'integer';
  const number = (v: string): string => {
    if (!isText) return v;
    // A decimal keeps every digit of a long.
    return isWhole
      ? dialect.truncated(`TRY_CAST(${v} AS decimal(38, 6))`)
      : `TRY_CAST(${v} AS ${type.kind === 'float' ? 'real' : 'double'})`;
  };
  const said = (text: string): string => {
    if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw new UnsayableError(`${text} is a number that is not written plainly`);
    return type.kind === 'float' ? `CAST(${text} AS real)` : isWhole || text.includes('.') ? text : `${text}.0`;
  };
  if (test.kind === 'exists') return (v) => `${number(v)} IS NOT NULL`;
  return alternatives(
    test,
    (text) => {
      if (isWhole && !Number.isInteger(Number(text))) return unsayable(`${name} can never be ${text}`);
      const literal = said(text);
      return (v) => `${number(v)} = ${literal}`;
    },
    (operator, text) => {
      const literal = said(text);
      return (v) => `${number(v)} ${SIGNS[operator]} ${literal}`;
    },
  );
}

/** What both dialects write with four digits of the year. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

function time(test: FieldTest, dialect: SqlDialect): SqlTest {
  if (test.kind === 'exists') return (v) => `${dialect.instant(v)} IS NOT NULL`;
  const dateOf = (text: string): { from: string; to: string } => {
    const date = compileEsDate(text);
    if (date === null || date.usesNow) throw new UnsayableError('"now" is another time for each event of a hunt');
    const [fromMs, toMs] = [date.floor(0), date.ceil(0) + 1];
    if (!(fromMs >= FIRST_MS && toMs <= LAST_MS))
      throw new UnsayableError(`the time ${text} has no year of four digits`);
    return { from: dialect.instantAt(fromMs), to: dialect.instantAt(toMs) };
  };
  return alternatives(
    test,
    (text) => {
      const { from, to } = dateOf(text);
      return (v) => `(${dialect.instant(v)} >= ${from} AND ${dialect.instant(v)} < ${to})`;
    },
    (operator, text) => {
      const { from, to } = dateOf(text);
      const isEnd = operator === 'gt' || operator === 'lte';
      const sign = operator === 'gt' || operator === 'gte' ? '>=' : '<';
      return (v) => `${dialect.instant(v)} ${sign} ${isEnd ? to : from}`;
    },
  );
}

function addressRange(operator: RangeOperator, text: string): SqlTest {
  return unsayable(`addresses have no order in SQL, as ${SIGNS[operator]} ${text} asks for`);
}

function alternatives(
  test: FieldTest,
  equals: (text: string) => SqlTest,
  range: (operator: RangeOperator, text: string) => SqlTest,
): SqlTest {
  switch (test.kind) {
    case 'exists':
      return (v) => `${v} IS NOT NULL`;
    case 'range':
      return range(test.operator, test.text);
    case 'texts': {
      if (test.patterns.length > 0) throw new UnsayableError('patterns on a field of this type');
      const tests = test.texts.map((text) => equals(text));
      return (v) => anyOf(tests.map((each) => each(v)));
    }
    case 'regexps':
      throw new UnsayableError('regular expressions on a field of this type');
  }
}

function anyOf(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(' OR ')})`;
}

function unsayable(reason: string): never {
  throw new UnsayableError(reason);
}
