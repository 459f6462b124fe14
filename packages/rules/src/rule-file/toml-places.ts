// Where things stand in an Elastic rule file, so that a problem names its line. The parser of TOML gives no places for what it read;
// these are found again in the text.

import { scanToml, type TomlEntry } from './scan-toml.ts';
import { offsetInText, readTomlString, type TomlString } from './toml-string.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface TomlPlaces {
  /** A key or table outside of [rule], where it stands first; null: it is not there. */
  placeOfRoot(key: string): Place | null;
  /** The key of the [rule] table, or its own table (`[[rule.threat]]`, the one of `index`); else the [rule] header. */
  placeOf(key: string, index?: number): Place | null;
  /** The character at an offset of the text that a key of the [rule] table holds, an escaped one too; null: the key holds another. */
  placeIn(key: string, value: string, offset: number): Place | null;
}

/** Keys of the API that Elastic's files keep in the table [rule.new_terms]. */
const TERM_KEYS: ReadonlySet<string> = new Set(['new_terms_fields', 'history_window_start']);

/** Looks through the text once, where a place is asked for. */
export function createTomlPlaces(text: string): TomlPlaces {
  let known: ReadonlyMap<string, readonly TomlEntry[]> | null = null;
  const entriesOf = (...path: readonly string[]): readonly TomlEntry[] =>
    (known ??= byPath(scanToml(text))).get(path.join('\0')) ?? [];
  const lineStarts = createLineStarts(text);
  const strings = new Map<number, TomlString>();
  const placeOfEntry = (entry: TomlEntry | undefined): Place | null =>
    entry === undefined ? null : lineStarts(entry.at);
  return {
    placeOfRoot: (key) => placeOfEntry(entriesOf(key)[0]),
    placeOf: (key, index = 0) => {
      const own = [...entriesOf('rule', key), ...entriesOf('rule', 'new_terms', key)];
      const terms = TERM_KEYS.has(key) ? entriesOf('rule', 'new_terms') : [];
      return placeOfEntry(own[index] ?? own[0] ?? terms[0] ?? entriesOf('rule')[0]);
    },
    placeIn: (key, value, offset) => {
      const at = entriesOf('rule', key)[0]?.valueAt ?? null;
      if (at === null || !/["']/.test(text.charAt(at))) return null;
      const found = strings.get(at) ?? readTomlString(text, at);
      strings.set(at, found);
      return found.value === value ? lineStarts(offsetInText(found, offset)) : null;
    },
  };
}

/** A table that only its members mention has the place of the first of them. */
function byPath(entries: readonly TomlEntry[]): ReadonlyMap<string, readonly TomlEntry[]> {
  const found = new Map<string, TomlEntry[]>();
  for (const entry of entries) {
    const key = entry.path.join('\0');
    const same = found.get(key);
    if (same === undefined) found.set(key, [entry]);
    else same.push(entry);
  }
  for (const entry of entries) {
    for (let length = 1; length < entry.path.length; length += 1) {
      const key = entry.path.slice(0, length).join('\0');
      if (!found.has(key)) found.set(key, [entry]);
    }
  }
  return found;
}

/** Offset -> place, by a list of where lines begin. */
function createLineStarts(text: string): (offset: number) => Place {
  let starts: readonly number[] | null = null;
  return (offset) => {
    starts ??= [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  };
}

/** Line and column (from 1, in UTF-16 units) of an offset. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
