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
