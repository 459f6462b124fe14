// What DuckDB and Athena (Trino) say differently.

export type SqlDialectName = 'duckdb' | 'athena';

/** The test of the value `v`, a piece of SQL. */
export type SqlTest = (v: string) => string;

export interface SqlDialect {
  readonly name: SqlDialectName;
  /** Whether some element of a list satisfies a test, which is given the name of the element. */
  any(list: string, test: (element: string) => string): string;
  /** A time as an instant; no time: null. */
  instant(value: string): string;
  /** A literal instant, in milliseconds since 1970. */
  instantAt(ms: number): string;
  /** The whole value fits; `.` is any character. */
  fits(value: string, regexp: string): string;
  /** A fraction is cut off. */
  truncated(number: string): string;
}

const DUCKDB: SqlDialect = {
  name: 'duckdb',
  any: (list, test) => `len(list_filter(${list}, lambda v: ${test('v')})) > 0`,
  instant: (value) => `TRY_CAST(${value} AS TIMESTAMP)`,
  instantAt: (ms) => `TIMESTAMP '${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')}'`,
  fits: (value, regexp) => `regexp_full_match(${value}, ${sqlText(regexp)}, 's')`,
  truncated: (number) => `trunc(${number})`,
};

const ATHENA: SqlDialect = {
  name: 'athena',
  any: (list, test) => `any_match(${list}, v -> ${test('v')})`,
  instant: (value) => `TRY(from_iso8601_timestamp(CAST(${value} AS varchar)))`,
  instantAt: (ms) => `from_iso8601_timestamp('${new Date(ms).toISOString()}')`,
  fits: (value, regexp) => `regexp_like(${value}, ${sqlText(`\\A(?s:${regexp})\\z`)})`,
  truncated: (number) => `truncate(${number})`,
};

export const SQL_DIALECTS: Readonly<Record<SqlDialectName, SqlDialect>> = { duckdb: DUCKDB, athena: ATHENA };

/** A text in quotes. No dialect takes the character 0 in them. */
export function sqlText(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || chr(0) || ')})`;
}

/** The letters of ASCII in lower case, and no others: as EQL compares without case. */
export function sqlFolded(value: string): string {
  return `translate(${value}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')`;
}

/** A name in quotes. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
