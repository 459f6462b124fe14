// Reads tables of queries over a few documents. A new case is a new line.

import { readFileSync } from 'node:fs';
import { parseDocument, type Document } from '@coldhunt/core';
import type { FieldTypesOptions } from '@coldhunt/rules';

export interface Section {
  readonly name: string;
  readonly types: FieldTypesOptions;
  readonly nowMs: number;
  readonly documents: readonly (readonly [string, Document])[];
  readonly cases: readonly { readonly line: number; readonly query: string; readonly expected: string }[];
}

/** The sections of `test/cases/<file>`: types, documents, and `query ==> the documents that match`, or `error CODE line:column message`. */
export function readSections(file: string): readonly Section[] {
  const text = readFileSync(new URL(`cases/${file}`, import.meta.url), 'utf8');
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
