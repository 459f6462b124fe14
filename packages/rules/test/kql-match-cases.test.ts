// Tables 8.B and 8.C: cases/kql-match.txt.

import { describe, expect, it } from 'vitest';
import { InputError, viewDocument } from '@coldhunt/core';
import { compileKql, createFieldTypes, parseKql } from '@coldhunt/rules';
import { readSections } from './read-sections.ts';
import { referenceMatch } from './reference-match.ts';

describe.each(readSections('kql-match.txt'))('$name', ({ types, nowMs, documents, cases }) => {
  const fieldTypes = createFieldTypes(types);

  it.each(cases)('line $line: $query', ({ query, expected }) => {
    const compile = (): ReturnType<typeof compileKql> => compileKql(parseKql(query), fieldTypes);
    if (expected.startsWith('error ')) {
      const [, code, position, message] = /^error (\S+) (\S+) (.*)$/.exec(expected) ?? [];
      expect(compile).toThrow(InputError);
      expect(compile).toThrow(expect.objectContaining({ code }));
      expect(compile).toThrow(`${position}: `);
      expect(compile).toThrow(message);
      return;
    }
    const compiled = compile();
    const wanted = expected === 'none' ? [] : expected.split(' ');
    const found = documents.filter(([, document]) => compiled.matches(viewDocument(document), nowMs));
    expect(found.map(([name]) => name).toSorted()).toEqual(wanted.toSorted());
    const reference = documents.filter(([, document]) => referenceMatch(parseKql(query), document, fieldTypes, nowMs));
    if (!IS_BEYOND_REFERENCE.test(query)) expect(reference).toEqual(found);
  });
});

// The reference knows the dates and analyzers of the property tests only.
const IS_BEYOND_REFERENCE = /script_block_text|\bt\b|timestamp|date_field|m:|txt/;
