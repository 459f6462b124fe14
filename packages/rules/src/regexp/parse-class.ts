// Classes of a regular expression: `[a-z\d]`, `[^a]`, `\w`.

import { invert, toCodePointSet, type CodePointSet } from './code-point-set.ts';
import type { RegexpNode } from './regexp-tree.ts';
import type { RegexpReader } from './regexp-reader.ts';

const PREDEFINED: Readonly<Record<string, CodePointSet>> = {
  d: [48, 57],
  s: [9, 10, 13, 13, 32, 32],
  w: [48, 57, 65, 90, 95, 95, 97, 122],
};

const JAVA_SPACE: CodePointSet = [9, 13, 32, 32];

/** The rest of a class after its `[`. The first character is always one of the class, even `]`. */
export function parseClass(reader: RegexpReader): RegexpNode {
  const openedAt = reader.at - 1;
  const isNegated = reader.takeIf('^');
  const ranges: number[] = [];
  do {
    if (reader.isAtEnd) throw notClosed(reader, openedAt);
    ranges.push(...parseItem(reader));
  } while (!reader.isAtEnd && !reader.isOneOf(']'));
  if (!reader.takeIf(']')) throw notClosed(reader, openedAt);
  const set = toCodePointSet(ranges);
  const [code] = set;
  if (!isNegated && set.length === 2 && code !== undefined && code === set[1]) return { kind: 'character', code };
  return { kind: 'class', set, isNegated };
}

/** `\d`, `\W` and `\\`; null for everything else, of which at most a backslash is taken. Other letters after one are errors. */
export function predefinedClass(reader: RegexpReader): RegexpNode | null {
  const ranges = takePredefined(reader);
  if (ranges === null) return null;
  const [code] = ranges;
  return code !== undefined && ranges.length === 2 && code === ranges[1]
    ? { kind: 'character', code }
    : { kind: 'class', set: ranges, isNegated: false };
}

function parseItem(reader: RegexpReader): CodePointSet {
  if (reader.isJava && (reader.isOneOf('[') || reader.text.startsWith('&&', reader.at))) {
    throw reader.error(
      reader.at,
      'on the result of a function a class holds no other class: write a backslash before the character',
    );
  }
  const predefined = takePredefined(reader);
  if (predefined !== null) return predefined;
  const at = reader.at;
  const from = reader.takeCharacter();
  if (!reader.takeIf('-')) return [from, from];
  const to = reader.takeCharacter();
  if (from > to) throw reader.error(at, 'this range of characters ends before it begins');
  return [from, to];
}

function takePredefined(reader: RegexpReader): CodePointSet | null {
  const { at } = reader;
  if (!reader.takeIf('\\')) return null;
  if (!reader.isJava && reader.takeIf('\\')) return [92, 92];
  const letter = reader.text.charAt(reader.at);
  if (reader.isJava && letter === '\\') {
    reader.at = at;
    return null;
  }
  if (!(reader.isJava ? /^[A-Za-z0-9]$/ : /^[A-Za-z]$/).test(letter)) return null;
  const lower = letter.toLowerCase();
  const set =
    lower === 's' && reader.isJava ? JAVA_SPACE : Object.hasOwn(PREDEFINED, lower) ? PREDEFINED[lower] : undefined;
  if (set === undefined) {
    throw reader.error(
      at,
      `\\${letter} is no class: known are \\d \\D \\s \\S \\w \\W; other letters stand without a backslash`,
    );
  }
  reader.take();
  return letter === lower ? set : invert(set);
}

function notClosed(reader: RegexpReader, openedAt: number): Error {
  return reader.error(openedAt, 'this "[" is not closed: write \\[ for the character');
}
