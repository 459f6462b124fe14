// Lines of a Kibana exception export that are wrong -> what is said of each, with its line.

import { describe, expect, it } from 'vitest';
import { parseExceptionExport } from './parse-exception-export.ts';

const ITEM = { item_id: 'i', list_id: 'l', entries: [{ field: 'host.name', type: 'match', value: 'build-1' }] };

function said(over: Readonly<Record<string, unknown>>): string {
  const lines = ['{"list_id":"l","type":"detection"}', JSON.stringify({ ...ITEM, ...over })];
  try {
    parseExceptionExport(lines.join('\n'), 'x.ndjson');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('an exception item', () => {
  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{}, ''],
    [{ item_id: 5 }, 'item_id: found 5: expected text'],
    [{ entries: [] }, 'entries: found []: expected at least 1 entry'],
    [{ os_types: ['beos'] }, 'os_types.0: found "beos": expected linux, macos or windows'],
    [
      { entries: [{ field: 'a', type: 'regex', value: 'b' }] },
      'entries.0.type: found "regex": expected match, match_any, wildcard, exists, list or nested',
    ],
    [{ entries: [{ field: 'a', type: 'match' }] }, 'entries.0.value: missing: expected text'],
    [
      { entries: [{ field: 'a', type: 'nested', entries: [{ field: 'b', type: 'exists', operator: 'is' }] }] },
      'entries.0.entries.0.operator: found "is": expected included or excluded',
    ],
    [{ entries: ['a'] }, 'entries.0: found "a": expected an object'],
  ])('%j', (over, message) => {
    const text = said(over);
    expect(text.replace(/^x\.ndjson:2:\d+: /, '')).toBe(message === '' ? '' : `exception item: ${message}`);
  });
});

describe('a file for --exceptions', () => {
  const parse = (text: string): unknown => parseExceptionExport(text, 'x.ndjson').items;

  it('may be one item over several lines, with places', () => {
    expect(parse(JSON.stringify(ITEM, null, 2))).toMatchObject([{ item_id: 'i' }]);
    const wrong = JSON.stringify({ ...ITEM, os_types: ['beos'] }, null, 2);
    expect(() => parse(wrong)).toThrow(/^x\.ndjson:11:3: exception item: os_types\.0/);
  });

  it.each([
    ['', 'x.ndjson holds no exception: found nothing; expected a Kibana exception export'],
    ['{"exported_count":0}\n', 'x.ndjson holds no exception: found 1 object of another kind; expected'],
    ['{"rule_id":"r"}\n{"@timestamp":1}\n', 'found 2 objects of another kind; expected'],
    ['{"list_id":"l","type":"detection"}\n{"exported_count":1}', 'found 1 list without items and 1 object of another'],
    [`${JSON.stringify(ITEM, null, 2)}\n${JSON.stringify(ITEM, null, 2)}`, 'x.ndjson: no JSON object a line: expected'],
    [JSON.stringify([ITEM], null, 2), 'x.ndjson: a JSON array: expected a Kibana exception export'],
    [JSON.stringify([ITEM]), 'x.ndjson:1: not a JSON object'],
    [`${JSON.stringify(ITEM)}\n{"item_id"`, 'x.ndjson:2: not a JSON object'],
  ])('%s is refused', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
