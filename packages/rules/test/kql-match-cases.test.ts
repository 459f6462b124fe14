// Tables 8.B and 8.C: cases/kql-match.txt.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError, parseDocument, viewDocument, type Document } from '@coldhunt/core';
import { compileKql, createFieldTypes, parseKql, type FieldTypesOptions } from '@coldhunt/rules';
import { referenceMatch } from './reference-match.ts';

interface Section {
  readonly name: string;
  readonly types: FieldTypesOptions;
  readonly nowMs: number;
  readonly documents: readonly (readonly [string, Document])[];
  readonly cases: readonly { readonly line: number; readonly query: string; readonly expected: string }[];
}

describe.each(readSections())('$name', ({ types, nowMs, documents, cases }) => {
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

function readSections(): readonly Section[] {
  const text = readFileSync(new URL('cases/kql-match.txt', import.meta.url), 'utf8');
  const sections: {
    name: string;
    types: FieldTypesOptions;
    nowMs: number;
    documents: [string, Document][];
    cases: Section['cases'][number][];
  }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const section = sections.at(-1);
    const [, tag, rest = ''] = /^\[(section|types|open|doc|now)\] (.*)$/.exec(line) ?? [];
    if (tag === 'section') sections.push({ name: rest, types: {}, nowMs: 0, documents: [], cases: [] });
    else if (line.trim() === '' || line.startsWith('#') || section === undefined) continue;
    else if (tag === 'types')
      section.types = { overrides: JSON.parse(rest) as Record<string, string>, onlyOverrides: true };
    else if (tag === 'open') section.types = { overrides: JSON.parse(rest) as Record<string, string> };
    else if (tag === 'now') section.nowMs = Date.parse(rest);
    else if (tag === 'doc') {
      const space = rest.indexOf(' ');
      section.documents.push([rest.slice(0, space), parseDocument(rest.slice(space + 1))]);
    } else {
      const [query = '', expected = ''] = line.split(' ==> ');
      section.cases.push({ line: index + 1, query: query.replaceAll('<EMPTY>', ''), expected });
    }
  }
  return sections;
}
