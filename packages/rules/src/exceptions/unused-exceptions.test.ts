import { describe, expect, it } from 'vitest';
import { buildRule } from '../../test/build-rule.ts';
import type { ExceptionSet } from './exception-set.ts';
import { unusedExceptions } from './unused-exceptions.ts';

const item = (listId: string, entry: object, isForAll = false): object => ({
  item_id: `item of ${listId}`,
  list_id: listId,
  entries: [entry],
  for_every_rule: isForAll,
});
const MATCH = { field: 'user.name', type: 'match', value: 'x' };
const inList = (id: string): object => ({ field: 'user.name', type: 'list', list: { id, type: 'keyword' } });
const LIST = { type: 'keyword', values: ['x'] };

describe('exceptions that hold for nothing', () => {
  it.each<[string, Partial<ExceptionSet>, readonly RegExp[]]>([
    ['none', {}, []],
    ['an item whose list a rule names', { items: [item('named', MATCH)] }, []],
    ['an item for every rule', { items: [item('other', MATCH, true)] }, []],
    ['an item whose list no rule names', { items: [item('other', MATCH)] }, [/^exception items of "other" are not/]],
    ['many of them', { items: [...'abcdefg'].map((id) => item(id, MATCH)) }, [/"d", "e" and 2 more are not applied/]],
    ['a value list that an item names', { items: [item('named', inList('v'))], value_lists: { v: LIST } }, []],
    [
      'one within a group',
      { items: [item('named', { field: 'a', type: 'nested', entries: [inList('v')] })], value_lists: { v: LIST } },
      [],
    ],
    ['a value list that none names', { value_lists: { v: LIST } }, [/names the value list "v"$/]],
    [
      'one whose item is not applied',
      { items: [item('other', inList('v'))], value_lists: { v: LIST } },
      [/"other"/, /"v"$/],
    ],
  ])('%s', (_name, set, expected) => {
    const rule = buildRule({
      exceptions_list: [{ id: '1', list_id: 'named', type: 'detection', namespace_type: 'single' }],
    });
    const told = unusedExceptions([rule], { lists: [], items: [], value_lists: {}, ...set });
    expect(told).toHaveLength(expected.length);
    for (const [index, each] of expected.entries()) expect(told[index]).toMatch(each);
  });
});
