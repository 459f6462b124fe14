// Where the values of a field stand in a table of events.

import type { ResolvedField } from '../../fields/field-type.ts';
import { sqlName, sqlText } from './sql-dialect.ts';

/**
 * `json`: DuckDB only, one column `event` with each event whole; any field may hold one value or many. `struct`: a column for each
 * top-level field, objects as structs; which fields are lists is told.
 */
export type SqlColumns = 'json' | 'struct';

/** One value (perhaps null), or a list of them. */
export interface SqlValues {
  readonly isList: boolean;
  readonly sql: string;
}

/** Fields that ECS describes as arrays, as far as rules ask them. */
const ECS_LISTS: ReadonlySet<string> = new Set([
  'container.image.tag',
  'dns.header_flags',
  'dns.resolved_ip',
  'email.bcc.address',
  'email.cc.address',
  'email.from.address',
  'email.to.address',
  'event.category',
  'event.type',
  'file.attributes',
  'file.Ext.header_bytes',
  'host.ip',
  'host.mac',
  'observer.ip',
  'observer.mac',
  'process.args',
  'process.env_vars',
  'process.parent.args',
  'process.parent.env_vars',
  'registry.data.strings',
  'related.hash',
  'related.hosts',
  'related.ip',
  'related.user',
  'rule.author',
  'tags',
  'threat.tactic.id',
  'threat.tactic.name',
  'threat.technique.id',
  'threat.technique.name',
  'user.roles',
]);

/**
 * The macros that `json` columns need in front of the query. Most events are asked by a path. One that may spell the name in another way
 * (a dotted key, objects or lists in a list, an escaped letter) is taken apart into all its values, which is slow.
 */
export const EVENT_VALUES = String.raw`CREATE OR REPLACE MACRO is_spelled_otherwise(event, name) AS regexp_matches(
  CAST(event AS varchar),
  '"[^"]*\.[^"]*"\s*:'
    || '|"(?:' || replace(regexp_escape(name), '\.', '|') || ')"\s*:\s*\[(?:"(?:[^"\\]|\\.)*"|[^"\[\]{}])*[\[{]'
    || '|\\u00(?:2[eE]|3[0-9]|[4-7])'
);
CREATE OR REPLACE MACRO event_values(event, name, one, many) AS CASE
  WHEN is_spelled_otherwise(event, name) THEN (
    SELECT coalesce(list(json_extract_string(atom, '$')), [])
    FROM json_tree(CASE WHEN is_spelled_otherwise(event, name) THEN event END)
    WHERE atom IS NOT NULL AND type <> 'NULL' AND regexp_replace(substr(fullkey, 3), '\[\d+\]', '', 'g') = name
  )
  ELSE list_filter(
    list_append(
      json_extract_string(event, many),
      CASE WHEN json_type(event, one) NOT IN ('ARRAY', 'OBJECT', 'NULL') THEN json_extract_string(event, one) END
    ),
    lambda v: v IS NOT NULL
  )
END;`;

/** `lists`: more fields that are lists. */
export function sqlValues({ path }: ResolvedField, columns: SqlColumns, lists: ReadonlySet<string>): SqlValues {
  if (columns === 'json') {
    const one = `$.${path.name
      .split('.')
      .map((part) => (/^\w+$/.test(part) ? part : JSON.stringify(part)))
      .join('.')}`;
    return {
      isList: true,
      sql: `event_values(event, ${sqlText(path.name)}, ${sqlText(one)}, ${sqlText(`${one}[*]`)})`,
    };
  }
  const sql = path.name
    .split('.')
    .map((part) => sqlName(part))
    .join('.');
  return { isList: ECS_LISTS.has(path.name) || lists.has(path.name), sql };
}
