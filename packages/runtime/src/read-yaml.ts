// YAML that a person wrote -> its value, with the limits that hostile text needs.

import { LineCounter, parseDocument as parseYaml, type Document } from 'yaml';
import { InputError } from '@coldhunt/core';

/** The reader of YAML takes the square of a hostile file's size: a second for this. */
const MAX_BYTES = 128 * 1024;
/** Aliases are expanded a limited number of times: a small file cannot become a large value. */
const MAX_ALIASES = 20;

export interface OpenedYaml {
  readonly value: unknown;
  readonly document: Document;
  readonly counter: LineCounter;
}

/** With merge keys (`<<`). `name` stands in messages. Throws InputError CONFIG_INVALID with every problem of the text. */
export function openYaml(text: string, name: string): OpenedYaml {
  if (text.length > MAX_BYTES) throw new InputError('CONFIG_INVALID', `${name} is larger than ${MAX_BYTES} bytes`);
  const counter = new LineCounter();
  const document = parseYaml(text, { lineCounter: counter, uniqueKeys: true, merge: true, logLevel: 'error' });
  if (document.errors.length > 0) {
    throw new InputError(
      'CONFIG_INVALID',
      document.errors.map((error) => `${name}: ${error.message.split('\n')[0] ?? ''}`).join('\n'),
    );
  }
  try {
    return { value: (document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown) ?? {}, document, counter };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError('CONFIG_INVALID', `${name}: ${why}`, { cause: error });
  }
}
