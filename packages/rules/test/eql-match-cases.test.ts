// The cases of EQL on documents: our own (cases/eql-match.txt), and a larger table where it lies beside the checkout.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError, parseDocument, viewDocument, type Document } from '@coldhunt/core';
import { compileEql, createFieldTypes, cutByPipes, parseEql } from '@coldhunt/rules';

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
  const statement = parseEql(query);
  if (statement.kind !== 'event') throw new Error('no event query');
  const fieldTypes = createFieldTypes({ overrides: mapping, onlyOverrides: true });
  const compiled = compileEql(statement, fieldTypes, categoryField === undefined ? {} : { categoryField });
  const events = docs.map((document) => viewDocument(parseDocument(JSON.stringify(document)) as Document));
  const matching = events.flatMap((event, index) => (compiled.matches(event, 0) ? [index] : []));
  return cutByPipes(matching, statement.pipes);
}

const TABLE = new URL('../../../../shared/data/eql-cases.json', import.meta.url);

describe.runIf(existsSync(TABLE))('the table of cases', () => {
  const cases = existsSync(TABLE) ? (JSON.parse(readFileSync(TABLE, 'utf8')) as EqlCase[]) : [];
  it.each(cases)('$id: $query', (each) => {
    if (each.error === true) expect(() => hitsOf(each)).toThrow(InputError);
    else expect(hitsOf(each)).toEqual(each.hits);
  });
});
