// What a schema says of a wrong value, in our words: what was found, what was expected. Takes zod's issues by their shape alone.

import { nearestWord } from './nearest-word.ts';

/** An issue of zod as its error map gets it; every field depends on the code. */
export interface SchemaIssue {
  readonly code?: unknown;
  readonly expected?: unknown;
  readonly origin?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly values?: unknown;
  readonly options?: unknown;
  readonly errors?: unknown;
  readonly issues?: unknown;
  readonly keys?: unknown;
  readonly inst?: unknown;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'nothing',
  undefined: 'nothing',
};

/**
 * For `schema.safeParse(value, { error: expectedWords })`: the words of every issue for which its schema has none of its own. Several
 * unknown keys of one object take a line each.
 */
export function expectedWords(issue: SchemaIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${KINDS[String(issue.expected)] ?? String(issue.expected)}`;
    case 'invalid_value':
      return `expected ${alternatives(listOf(issue.values))}`;
    case 'too_small':
      return `expected ${sizeWords(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `expected ${sizeWords(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_union':
      return unionWords(issue);
    case 'unrecognized_keys':
      return listOf(issue.keys)
        .map((key) => unknownKeyWords(String(key), knownKeys(issue.inst)))
        .join('\n');
    case 'invalid_key':
    case 'invalid_element':
      return messagesOf(issue.issues)[0] ?? 'expected another name';
    default:
      return 'expected another form';
  }
}

/** `unknown key "archive": did you mean archives?`. */
export function unknownKeyWords(key: string, known: readonly string[]): string {
  const near = nearestWord(key, known);
  const hint = near !== null ? `did you mean ${near}?` : known.length > 0 ? `expected ${alternatives(known)}` : '';
  return `unknown key ${JSON.stringify(key)}${hint === '' ? '' : `: ${hint}`}`;
}

/** What stands at a path of a value: `missing`, or `found` and the value in a few characters. */
export function foundWords(root: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>(
    (value, part) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    root,
  );
  return found === undefined ? 'missing' : `found ${shortText(found)}`;
}

/** What is wrong with a value: an entry for every problem, with the path of what it is about. */
export interface SchemaProblem {
  readonly path: readonly PropertyKey[];
  /** `found 5: expected text`. */
  readonly words: string;
}

/**
 * The problems of a parse with `error: expectedWords`. `isSecret`: what stands at a path is not shown.
 */
export function schemaProblems(
  issues: readonly { readonly code: string; readonly path: readonly PropertyKey[]; readonly message: string }[],
  root: unknown,
  isSecret: (path: readonly PropertyKey[]) => boolean = () => false,
): SchemaProblem[] {
  return issues.flatMap((issue): SchemaProblem[] => {
    const { code, path, message } = issue;
    if (code === 'unrecognized_keys') {
      const words = message.split('\n');
      return listOf((issue as SchemaIssue).keys).map((key, index) => ({
        path: [...path, String(key)],
        words: words[index] ?? message,
      }));
    }
    if (code === 'invalid_key' || isSecret(path)) return [{ path, words: message }];
    return [{ path, words: `${foundWords(root, path)}: ${message}` }];
  });
}

function sizeWords(origin: unknown, bound: 'at least' | 'at most', size: unknown): string {
  const number = String(size);
  if (origin === 'string') return size === 1 && bound === 'at least' ? 'some text' : `${bound} ${number} characters`;
  if (origin === 'array' || origin === 'set') return `${bound} ${number} ${size === 1 ? 'entry' : 'entries'}`;
  return `${bound} ${number}`;
}

function unionWords(issue: SchemaIssue): string {
  const options = listOf(issue.options);
  if (options.length > 0) return `expected ${alternatives(options)}`;
  const branches = listOf(issue.errors).flatMap((errors) => messagesOf(errors).slice(0, 1));
  const expected = [...new Set(branches.map((message) => message.replace(/^expected /, '')))];
  return `expected ${expected.join(' or ') || 'another form'}`;
}

/** `low, medium or high`. */
function alternatives(values: readonly unknown[]): string {
  const words = values.map((value) => String(value));
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function messagesOf(issues: unknown): string[] {
  return listOf(issues).flatMap((issue) => {
    const message = (issue as { readonly message?: unknown } | null)?.message;
    return typeof message === 'string' ? [message] : [];
  });
}

/** The keys of the object schema that an issue comes from. */
function knownKeys(schema: unknown): readonly string[] {
  const shape = (schema as { readonly shape?: unknown } | null | undefined)?.shape;
  return shape !== null && typeof shape === 'object' ? Object.keys(shape) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function shortText(value: unknown): string {
  const text =
    typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : value instanceof Date
        ? value.toISOString()
        : (JSON.stringify(value) ?? typeof value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
