// Bounds of texts rule out only what is beyond them in every order that writers are known to use.

import { parseFieldPath } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { leafType } from './leaf-type.ts';
import { mayHoldWithin } from './may-hold.ts';

const type = leafType({ name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8' }, false);
const leaf = { index: 0, path: 'text', name: 'text', maxDefinition: 0, maxRepetition: 0, type };

function mayHold(value: string, min: string | Buffer, max: string | Buffer): boolean {
  const of = { kind: 'leaf', path: parseFieldPath('text'), literals: [], values: [value] } as const;
  return mayHoldWithin({ leaf, of }, null, { min: Buffer.from(min), max: Buffer.from(max) });
}

describe('a text', () => {
  it.each([
    ['between its bounds', 'b', 'a', 'c', true],
    ['that is a bound', 'a', 'a', 'a', true],
    ['below the least', 'A', 'a', 'c', false],
    ['above the greatest', 'd', 'a', 'c', false],
    ['of which the greatest is the beginning: it may have been cut off', 'command and more', 'a', 'command', true],
    ['above a greatest that was cut off and counted up', 'command and more', 'a', 'commane', true],
    ['beyond ASCII below the greatest by bytes', '\uff5e', 'a', '\u{1f600}', true],
    ['beyond ASCII below the greatest by UTF-16 alone', '\u{1f600}', 'a', '\uff5e', true],
    ['above the greatest by bytes and by UTF-16', '\uff5e', 'a', '\u00e9', false],
    ['whose bound was cut off within a character', 'x\u00e9', Buffer.from([0x78, 0xc3]), 'y', true],
    ['that no bytes are known for', '\ufffd', 'a', 'c', true],
  ])('%s', (_name, value, min, max, expected) => {
    expect(mayHold(value, min, max)).toBe(expected);
  });
});
