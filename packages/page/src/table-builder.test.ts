import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortRows, groupRows, countValues } from './browser/arrange-rows.js';
import { findRows } from './browser/find-rows.js';
import { parseQuery } from './browser/query.js';
import { createTable } from './browser/table.js';
import { compressBlock } from './compressed-block.ts';
import type { Column, PageTable } from './page-data.ts';
import { createTableBuilder, TABLE_LIMITS } from './table-builder.ts';
import { fieldsOf, parseAlert } from './view/alert-fields.js';

const EVER = { from: -Infinity, to: Infinity };

/** The table as the browser has it, with every column at hand. */
function tableOf(
  alerts: readonly Record<string, unknown>[],
  limits = TABLE_LIMITS,
): ReturnType<typeof createTable> & { readonly data: PageTable } {
  const builder = createTableBuilder(limits);
  for (const alert of alerts) builder.add(JSON.stringify(alert), parseAlert(JSON.stringify(alert)));
  const { table, blocks } = builder.finish();
  const more = table.more.map(({ id }): Column => {
    const block = blocks.find((entry) => entry.id === id);
    return JSON.parse(gunzipSync(Buffer.from(block?.base64 ?? '', 'base64')).toString()) as Column;
  });
  return { ...createTable({ ...table, columns: [...table.columns, ...more], more: [] }), data: table };
}

describe('alerts as a table', () => {
  const alerts = [
    { '@timestamp': '2026-02-01T00:00:00.000Z', host: { name: 'a' }, 'process.args': ['x', '--parameters'], n: 10 },
    { '@timestamp': '2026-02-01T00:00:01.500Z', 'host.name': 'B*', n: 9 },
    { '@timestamp': 'no time', host: { name: 'a' }, 'coldhunt.explanation': [{ clause: 'secret' }] },
  ];

  it('keep times, dotted and nested fields, and every value of a list', () => {
    const table = tableOf(alerts);
    expect([...table.times]).toEqual([1_769_904_000_000, 1_769_904_001_500, 1_769_904_001_500]);
    expect([0, 1, 2].map((row) => table.text('host.name', row))).toEqual(['a', 'B*', 'a']);
    expect(table.text('process.args', 0)).toBe('x\n--parameters');
    expect(table.fields).not.toContain('coldhunt.explanation.clause');
  });

  it.each([
    ['host.name:a', [0, 2]],
    ['host.name:A', [0, 2]],
    ['-host.name:a', [1]],
    ['host.name:"B*"', [1]],
    ['host.name:*', [0, 1, 2]],
    ['process.args:--parameters', [0]],
    ['process.args:--par*', [0]],
    ['-process.args:*', [1, 2]],
    ['b*', [1]],
    ['PARAM', [0]],
    ['no:field', []],
    ['x -param', []],
    ['', [0, 1, 2]],
  ])('are found by %j', (query, rows) => {
    const table = tableOf(alerts);
    expect([...findRows(table, parseQuery(query, table.fields), EVER)]).toEqual(rows);
  });

  it('are sorted by numbers as numbers, grouped and counted', () => {
    const table = tableOf(alerts);
    const all = Uint32Array.from([0, 1, 2]);
    expect([...sortRows(table, all, '-n')]).toEqual([0, 1, 2]);
    expect([...sortRows(table, all, 'n')]).toEqual([2, 1, 0]);
    expect(groupRows(table, all, ['host.name', 'n']).map(({ values, rows }) => [values, rows])).toEqual([
      [['a', '10'], [0]],
      [['B*', '9'], [1]],
      [['a', ''], [2]],
    ]);
    expect(countValues(table, all, 'host.name')).toEqual([
      { value: 'a', count: 2 },
      { value: 'B*', count: 1 },
    ]);
  });

  it('beyond a limit are counted, not shown', () => {
    const { data } = tableOf(alerts, { ...TABLE_LIMITS, rows: 2, documents: 0 });
    expect([data.total, data.rows, data.documents.length]).toEqual([3, 2, 0]);
  });

  it('find the same rows as looking at every alert does', () => {
    const text = fc.constantFrom('a', 'b', 'ab', 'A b', 'x*y', '"q"', String.raw`\ `, 'İ', '\n', '');
    const alert = fc.record(
      { host: fc.record({ name: text }), list: fc.array(text, { maxLength: 3 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(alert, { maxLength: 12 }), text, fc.boolean(), (made, word, isNegated) => {
        const table = tableOf(made);
        const slow = made.flatMap((entry, row) => {
          const values = [...fieldsOf(parseAlert(JSON.stringify(entry))).values()].map((list) =>
            list.join('\n').toLowerCase(),
          );
          return values.some((value) => value.includes(word.toLowerCase())) === isNegated ? [] : [row];
        });
        const fast = findRows(table, [{ kind: 'word', text: word, isNegated }], EVER);
        if (word !== '') expect([...fast]).toEqual(slow);
      }),
      { numRuns: 200 },
    );
  });
});

it('a block is what it says', () => {
  const block = compressBlock('x', 'text');
  expect(gunzipSync(Buffer.from(block.base64, 'base64')).toString()).toBe('text');
  expect(block.sha256).toBe('982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1');
});
