// The names and literals of EQL (semantics-eql.md 2).

import type { EqlScanner } from './eql-scanner.ts';
import type { EqlField, EqlLiteral } from './eql-tree.ts';
import { expected } from './expected.ts';

/** A field: `a.b`, `` ?a.`b c` ``. */
export function parseField(scanner: EqlScanner): EqlField {
  const at = scanner.here();
  const isOptional = scanner.takeIf('?');
  return { kind: 'field', name: parsePath(scanner, parseNamePart(scanner, 'the name of a field')), isOptional, at };
}

/** The rest of a name after its first part. */
export function parsePath(scanner: EqlScanner, first: string): string {
  const parts = [first];
  while (scanner.takeIf('.')) parts.push(parseNamePart(scanner, 'a part of a name after "."'));
  return parts.join('.');
}

function parseNamePart(scanner: EqlScanner, what: string): string {
  const { token } = scanner;
  if (token.kind !== 'name') throw expected(scanner, what);
  if (token.hasTilde) throw scanner.error(token.from, `${what} expected, found the function "${token.text}~"`);
  if (token.text === '') throw scanner.error(token.from, 'a name is empty: write it between the backticks');
  scanner.take();
  return token.text;
}

/** A string, number, true, false or null; null where none stands. */
export function takeLiteral(scanner: EqlScanner): EqlLiteral | null {
  const { token } = scanner;
  if (token.kind === 'string') return toLiteral(scanner, token.text);
  if (token.kind === 'number') return toLiteral(scanner, token.value);
  if (scanner.is('true') || scanner.is('false')) return toLiteral(scanner, scanner.is('true'));
  return scanner.is('null') ? toLiteral(scanner, null) : null;
}

function toLiteral(scanner: EqlScanner, value: EqlLiteral['value']): EqlLiteral {
  const at = scanner.here();
  scanner.take();
  return { kind: 'literal', value, at };
}
