// Exception lists, items and value lists, from the lines of a Kibana export. Plain JSON: run.json carries it to every process.

import { z } from 'zod';

const common = { field: z.string().min(1), operator: z.enum(['included', 'excluded']).default('included') };

const plainEntrySchema = z.discriminatedUnion('type', [
  z.object({ ...common, type: z.literal('match'), value: z.string() }),
  z.object({ ...common, type: z.literal('match_any'), value: z.array(z.string()).min(1) }),
  z.object({ ...common, type: z.literal('wildcard'), value: z.string() }),
  z.object({ ...common, type: z.literal('exists') }),
  z.object({ ...common, type: z.literal('list'), list: z.object({ id: z.string(), type: z.string() }) }),
]);

const entrySchema = z.discriminatedUnion('type', [
  plainEntrySchema,
  z.object({ field: z.string().min(1), type: z.literal('nested'), entries: z.array(plainEntrySchema).min(1) }),
]);

export const exceptionItemSchema = z.object({
  item_id: z.string().min(1),
  list_id: z.string().min(1),
  name: z.string().default(''),
  entries: z.array(entrySchema).min(1),
  os_types: z.array(z.enum(['linux', 'macos', 'windows'])).default([]),
  expire_time: z.string().nullish(),
  /** Ours: the item holds for every rule of the hunt (`--exceptions`), not just for rules that name its list. */
  for_every_rule: z.boolean().default(false),
});

export type PlainExceptionEntry = z.infer<typeof plainEntrySchema>;
export type ExceptionItem = z.infer<typeof exceptionItemSchema>;

export interface ValueList {
  /** `keyword`, `ip`, `ip_range` and what else Kibana names; compared by the field's type. */
  readonly type: string;
  readonly values: readonly string[];
}

export interface ExceptionSet {
  readonly lists: readonly unknown[];
  readonly items: readonly unknown[];
  readonly value_lists: Readonly<Record<string, ValueList>>;
}

export const NO_EXCEPTIONS: ExceptionSet = { lists: [], items: [], value_lists: {} };

/** What a line of an export is, as far as exceptions go. */
export function exceptionLineKind(value: unknown): 'list' | 'item' | null {
  if (value === null || typeof value !== 'object') return null;
  if ('item_id' in value) return 'item';
  if ('list_id' in value && !('rule_id' in value)) return 'list';
  return null;
}

/** A value list from a text file: one value a line, blank lines and lines that begin with # left out. */
export function parseValueList(text: string, type = 'keyword'): ValueList {
  const values = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return { type, values: [...new Set(values)] };
}

/** Several sets as one. */
export function joinExceptions(sets: readonly ExceptionSet[]): ExceptionSet {
  return {
    lists: sets.flatMap((set) => set.lists),
    items: sets.flatMap((set) => set.items),
    // fromEntries defines own keys: a list named __proto__ is a list.
    value_lists: Object.fromEntries(sets.flatMap((set) => Object.entries(set.value_lists))),
  };
}
