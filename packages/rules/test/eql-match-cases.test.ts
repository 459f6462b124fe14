// The cases of EQL on documents: our own (cases/eql-match.txt), and a larger table where it lies beside the checkout.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError, parseDocument, viewDocument } from '@coldhunt/core';
import { compileEql, createFieldTypes, cutByPipes, parseEql, type CompiledEql, type FieldTypes } from '@coldhunt/rules';
import { readSections } from './read-sections.ts';

describe.each(readSections('eql-match.txt'))('$name', ({ types, documents, cases }) => {
  const fieldTypes = createFieldTypes(types);

  it.each(cases)('line $line: $query', ({ query: written, expected }) => {
    const query = written.includes(' where ') ? written : `any where ${written}`;
    if (expected.startsWith('error ')) {
      const [, code, position, message] = /^error (\S+) (\S+) (.*)$/.exec(expected) ?? [];
      const work = (): unknown => compile(query, fieldTypes);
      expect(work).toThrow(InputError);
      expect(work).toThrow(expect.objectContaining({ code }));
      expect(work).toThrow(`${position}: `);
      expect(work).toThrow(message);
      return;
    }
    const { compiled } = compile(query, fieldTypes);
    const wanted = expected === 'none-at-all' ? [] : expected.split(' ');
    const found = documents.filter(([, document]) => compiled.matches(viewDocument(document), 0));
    expect(found.map(([name]) => name).toSorted()).toEqual(wanted.toSorted());
  });
});

function compile(
  query: string,
  fieldTypes: FieldTypes,
  options: Parameters<typeof compileEql>[2] = {},
): { readonly compiled: CompiledEql; readonly pipes: Parameters<typeof cutByPipes>[1] } {
  const statement = parseEql(query);
  if (statement.kind !== 'event') throw new Error('no event query');
  return { compiled: compileEql(statement, fieldTypes, options), pipes: statement.pipes };
}

interface EqlCase {
  readonly id: string;
  readonly mapping: Readonly<Record<string, string>>;
  readonly docs: readonly unknown[];
  readonly query: string;
  readonly hits?: readonly number[];
  readonly error?: true;
  readonly event_category_field?: string;
}

/** The indexes of the documents that match, in order, after the pipes. */
function hitsOf({ query, mapping, docs, event_category_field: categoryField }: EqlCase): readonly number[] {
  const fieldTypes = createFieldTypes({ overrides: mapping, onlyOverrides: true });
  const { compiled, pipes } = compile(query, fieldTypes, categoryField === undefined ? {} : { categoryField });
  const events = docs.map((document) => viewDocument(parseDocument(JSON.stringify(document))));
  const matching = events.flatMap((event, index) => (compiled.matches(event, 0) ? [index] : []));
  return cutByPipes(matching, pipes);
}

const TABLE = new URL('../../../../shared/data/eql-cases.json', import.meta.url);

describe.runIf(existsSync(TABLE))('the table of cases', () => {
  const cases = existsSync(TABLE) ? (JSON.parse(readFileSync(TABLE, 'utf8')) as EqlCase[]) : [];
  it.each(cases)('$id: $query', (each) => {
    if (each.error === true) expect(() => hitsOf(each)).toThrow(InputError);
    else expect(hitsOf(each)).toEqual(each.hits);
  });
});
