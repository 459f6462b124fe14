// Table 8.A: cases/kql-parse.txt.

import { expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { parseKql, type KqlNode, type KqlValue } from '@coldhunt/rules';
import { readCases } from './read-cases.ts';

it.each(readCases('kql-parse.txt'))('line $line: $left', ({ left, right }) => {
  const query = left === '<UNDEFINED>' ? (undefined as unknown as string) : left;
  if (right.startsWith('error')) {
    const expected = right.slice('error'.length).trim();
    expect(() => parseKql(query)).toThrow(InputError);
    expect(() => parseKql(query)).toThrow(expect.objectContaining({ code: 'KQL_SYNTAX' }));
    expect(() => parseKql(query)).toThrow(expected);
  } else if (right === 'parses') {
    expect(parseKql(query)).toBeDefined();
  } else {
    expect(show(parseKql(query))).toBe(right);
  }
});

function show(node: KqlNode): string {
  switch (node.kind) {
    case 'is':
      return `is(${node.field === null ? '_' : showField(node.field)},${showValue(node.value)})`;
    case 'range':
      return `range(${showField(node.field)},${node.operator},${showValue(node.value)})`;
    case 'nested':
      return `nested(${showField(node.path)},${show(node.of)})`;
    case 'not':
      return `not(${show(node.of)})`;
    case 'and':
    case 'or':
      return `${node.kind}[${node.of.map((child) => show(child)).join(',')}]`;
  }
}

function showField(field: KqlValue): string {
  return field.kind === 'text' && !field.isQuoted ? field.text : showValue(field);
}

function showValue(value: KqlValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'text':
      return `${value.isQuoted ? 'Q' : ''}${JSON.stringify(value.text)}`;
    case 'wildcard':
      return `W${JSON.stringify(value.parts.map((part) => part.replaceAll('*', String.raw`\*`)).join('*'))}`;
  }
}
