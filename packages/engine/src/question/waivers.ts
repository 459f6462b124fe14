// --waivers: what is known to be bad and accepted, each with who says so, why, and until when. Part of the question: it decides whether
// coverage counts as complete.

import { InputError, expectedWords, schemaProblems } from '@coldhunt/core';
import { z } from 'zod';

const who = {
  reason: z.string().trim().min(1).describe('why this is accepted'),
  name: z.string().trim().min(1).describe('who accepts it'),
  /** From this instant on it counts no more. */
  expires: z.iso.datetime().describe('an instant such as 2026-12-31T00:00:00Z'),
};

export const waiverSchema = z.union([
  z.strictObject({ uri: z.string().min(1), etag: z.string().min(1), ...who }),
  z.strictObject({ line: z.string().regex(/^[0-9a-f]{64}$/), ...who }),
]);

/** An object by URI and ETag, or a malformed line by the SHA-256 of its bytes. */
export type Waiver = z.infer<typeof waiverSchema>;
type ObjectWaiver = Extract<Waiver, { uri: string }>;
type LineWaiver = Extract<Waiver, { line: string }>;

/** The waivers that count for a listing. */
export interface ActiveWaivers {
  object(uri: string, etag: string | null): ObjectWaiver | null;
  line(sha256: string): LineWaiver | null;
  readonly expired: readonly Waiver[];
}

/**
 * Reads a waiver file: a JSON list of `{uri, etag, reason, name, expires}` and `{line, reason, name, expires}`; `expires` may be a date.
 * Gives them in one order. Throws InputError OPTION_INVALID with every problem.
 */
export function parseWaivers(text: string, file: string): readonly Waiver[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError('OPTION_INVALID', `--waivers ${file} is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!Array.isArray(value)) {
    throw new InputError('OPTION_INVALID', `--waivers ${file}: expected a list of waivers`);
  }
  const problems: string[] = [];
  const found = value.flatMap((entry: unknown, index): Waiver[] => {
    const given = withInstant(entry);
    const isLine = given !== null && typeof given === 'object' && 'line' in given;
    const parsed = waiverSchema.options[isLine ? 1 : 0].safeParse(given, { error: expectedWords });
    if (parsed.success) return [parsed.data];
    for (const { path, words } of schemaProblems(parsed.error.issues, given)) {
      problems.push(`entry ${index + 1}${path.length === 0 ? '' : `, ${path.join('.')}`}: ${words}`);
    }
    return [];
  });
  const keys = found.map(keyOf);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) problems.push(`${twice} is waived twice`);
  if (problems.length > 0) {
    throw new InputError('OPTION_INVALID', [`--waivers ${file} cannot be used:`, ...problems].join('\n  '));
  }
  return found.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Those that have not expired at the listing: no answer depends on when it is looked at. */
export function waiversOf(waivers: readonly Waiver[], listedAtMs: number): ActiveWaivers {
  const active = new Map<string, Waiver>();
  const expired: Waiver[] = [];
  for (const waiver of waivers) {
    if (Date.parse(waiver.expires) <= listedAtMs) expired.push(waiver);
    else active.set(keyOf(waiver), waiver);
  }
  return {
    object: (uri, etag) => (active.get(`${uri} ${etag}`) as ObjectWaiver | undefined) ?? null,
    line: (sha256) => (active.get(sha256) as LineWaiver | undefined) ?? null,
    expired,
  };
}

function keyOf(waiver: Waiver): string {
  return 'line' in waiver ? waiver.line : `${waiver.uri} ${waiver.etag}`;
}

/** A date is its 00:00Z. */
function withInstant(entry: unknown): unknown {
  if (entry === null || typeof entry !== 'object' || !('expires' in entry)) return entry;
  const { expires } = entry;
  return typeof expires === 'string' && /^\d{4}-\d\d-\d\d$/.test(expires)
    ? { ...entry, expires: `${expires}T00:00:00Z` }
    : entry;
}
