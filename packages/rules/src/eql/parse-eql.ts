// EQL text -> syntax tree (semantics-eql.md 2, 12.1): an event query, or a sequence or sample, which is kept whole.

import { InputError } from '@coldhunt/core';
import { checkDepth } from './eql-depth.ts';
import { EqlScanner } from './eql-scanner.ts';
import type { EqlEventFilter, EqlField, EqlPipe, EqlSample, EqlStatement, EqlTerm } from './eql-tree.ts';
import { expected } from './expected.ts';
import { parseExpression } from './parse-eql-expression.ts';
import { parseField } from './parse-eql-field.ts';
import { parseMaxspan, parseRuns } from './parse-eql-with.ts';

/**
 * Parses a query. Throws InputError EQL_SYNTAX, or EQL_LIMIT for one that is nested too deeply, with `details: {line, column, offset}`;
 * the message begins with `line:column: ` and says what was found and expected.
 */
export function parseEql(text: string): EqlStatement {
  if (typeof text !== 'string') {
    throw new InputError('EQL_SYNTAX', `an EQL query must be a string, got ${text === null ? 'null' : typeof text}`);
  }
  const scanner = new EqlScanner(text);
  const statement = parseStatement(scanner);
  if (scanner.token.kind !== 'end') throw expected(scanner, endExpectation(statement));
  return statement;
}

/** Parses a condition alone, without category and pipes. Throws as parseEql. */
export function parseEqlCondition(text: string): EqlEventFilter['condition'] {
  const scanner = new EqlScanner(text);
  const condition = parseCondition(scanner);
  if (scanner.token.kind !== 'end') throw expected(scanner, '"and", "or" or the end');
  return condition;
}

function endExpectation(statement: EqlStatement): string {
  const isAfterPipe = statement.pipes.length > 0;
  if (isAfterPipe) return '"|" or the end of the query';
  return statement.kind === 'event' ? '"and", "or", "|" or the end of the query' : '"[", "|" or the end of the query';
}

function parseStatement(scanner: EqlScanner): EqlStatement {
  const at = scanner.here();
  if (scanner.takeIf('sequence')) return parseSequence(scanner, at);
  if (scanner.takeIf('sample')) {
    const by = parseKeys(scanner);
    const terms = parseTerms(scanner);
    return { kind: 'sample', by, terms, pipes: parsePipes(scanner), at };
  }
  if (scanner.is('join')) throw scanner.error(at.offset, '"join" is not supported: write a sequence');
  return { kind: 'event', ...parseFilter(scanner), pipes: parsePipes(scanner) };
}

function parseSequence(scanner: EqlScanner, at: EqlSample['at']): EqlStatement {
  const by = parseKeys(scanner);
  const maxspan = scanner.takeIf('with') ? parseMaxspan(scanner) : null;
  if (scanner.is('by'))
    throw scanner.error(scanner.token.from, '"by" stands before "with", as in sequence by user.id with maxspan=5m');
  const terms = parseTerms(scanner);
  const missing = terms.find((term) => term.isMissing);
  if (missing !== undefined && maxspan === null) {
    throw scanner.error(missing.at.offset, 'a sequence with a missing event needs "with maxspan=…"');
  }
  if (missing !== undefined && terms.every((term) => term.isMissing)) {
    throw scanner.error(at.offset, 'a sequence needs an event that is not missing');
  }
  const until = scanner.takeIf('until') ? parseTerm(scanner) : null;
  if (until !== null) checkKeys(scanner, until, terms[0] as EqlTerm);
  return { kind: 'sequence', by, maxspan, terms, until, pipes: parsePipes(scanner), at };
}

/** `category where condition`. */
function parseFilter(scanner: EqlScanner): EqlEventFilter {
  const at = scanner.here();
  const category = parseCategory(scanner);
  if (!scanner.takeIf('where')) {
    throw expected(
      scanner,
      '"where" after the category',
      'a category with other characters than letters, digits and _ stands in quotes',
    );
  }
  return { category, condition: parseCondition(scanner), at };
}

function parseCondition(scanner: EqlScanner): EqlEventFilter['condition'] {
  const condition = parseExpression(scanner);
  checkDepth(scanner, condition);
  return condition;
}

function parseCategory(scanner: EqlScanner): string | null {
  if (scanner.takeIf('any')) return null;
  const { token } = scanner;
  const isName = token.kind === 'name' && !token.isQuoted && !token.hasTilde;
  if (!isName && token.kind !== 'string') {
    throw expected(scanner, 'an event category or "any"', 'a category is written as a plain word or in double quotes');
  }
  scanner.take();
  return token.text;
}

function parseKeys(scanner: EqlScanner): readonly EqlField[] {
  if (!scanner.takeIf('by')) return [];
  const keys = [parseField(scanner)];
  while (scanner.takeIf(',')) keys.push(parseField(scanner));
  return keys;
}

function parseTerms(scanner: EqlScanner): readonly EqlTerm[] {
  const terms = [parseTerm(scanner)];
  while (scanner.is('[') || scanner.is('![')) terms.push(parseTerm(scanner));
  const [first] = terms;
  for (const term of terms) checkKeys(scanner, term, first as EqlTerm);
  return terms;
}

function checkKeys(scanner: EqlScanner, term: EqlTerm, first: EqlTerm): void {
  if (term.by.length === first.by.length) return;
  throw scanner.error(
    term.at.offset,
    `all terms need the same number of keys: the first has ${first.by.length}, this one ${term.by.length}`,
  );
}

function parseTerm(scanner: EqlScanner): EqlTerm {
  const at = scanner.here();
  const isMissing = scanner.takeIf('![');
  if (!isMissing && !scanner.takeIf('[')) throw expected(scanner, '"[" and an event query');
  const { category, condition } = parseFilter(scanner);
  if (!scanner.takeIf(']')) {
    if (scanner.token.kind !== 'end') throw expected(scanner, '"and", "or" or "]"');
    throw scanner.error(at.offset, 'this "[" is not closed: expected "]", found the end of the query');
  }
  const by = parseKeys(scanner);
  const runs = scanner.takeIf('with') ? parseRuns(scanner) : null;
  return { category, condition, isMissing, by, runs, at };
}

function parsePipes(scanner: EqlScanner): readonly EqlPipe[] {
  const pipes: EqlPipe[] = [];
  while (scanner.takeIf('|')) pipes.push(parsePipe(scanner));
  return pipes;
}

function parsePipe(scanner: EqlScanner): EqlPipe {
  const at = scanner.here();
  const { token } = scanner;
  if (token.kind !== 'name' || token.isQuoted) throw expected(scanner, 'a pipe, "head" or "tail"');
  const kind = token.text;
  if (kind !== 'head' && kind !== 'tail') {
    throw scanner.error(token.from, `pipe "${kind}" is not supported: only head and tail are`);
  }
  scanner.take();
  const count = scanner.token;
  if (count.kind !== 'number' || count.value.type !== 'int') throw expected(scanner, `a whole number after "${kind}"`);
  scanner.take();
  return { kind, count: Number(count.value.value), at };
}
