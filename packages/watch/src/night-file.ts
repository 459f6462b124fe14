// nights/<number>.json: how a night ended, written once as its last act. The chain of them is the watermark: a night that has no such
// file has not been.

import { parseVersioned } from '@coldhunt/engine';
import {
  FORMAT_VERSION,
  InputError,
  SEMANTICS_REVISION,
  damagedFile,
  listEntries,
  openSeal,
  sealJson,
  type RunStore,
} from '@coldhunt/core';
import { z } from 'zod';
import { readFileSchema } from './read-objects.ts';

const natural = z.number().int().nonnegative();
const span = z.object({ from: z.number(), to: z.number() });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const nightSchema = z.object({
  number: natural,
  run_id: sha256,
  /** ISO instants, [from, to): `to` is the watermark. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** From when on its late events were taken up, and from when on the next night takes them up. */
  rescan_from: z.iso.datetime(),
  next_rescan_from: z.iso.datetime().optional(),
  /** What it leaves, in its run folder. */
  memory: z.object({ path: z.string(), sha256, matches: natural, events: natural }).nullable(),
  /** What is settled of rules whose alerts depend on the ones before, in its run folder. */
  state: z.object({ path: z.string(), sha256, count: natural }).nullish(),
  examined: z.object({
    hours: z.array(span),
    first_ms: z.number().nullable(),
    unread: z.array(z.object({ uri: z.string(), what: z.string(), when: span.nullable() })),
    was_pruned: z.boolean(),
  }),
  /** The nights whose objects must still be known. */
  read: z.array(readFileSchema),
  /** By rule id: what it means, and from when on this meaning has been watched. */
  rules: z.record(z.string(), z.object({ meaning: sha256, since: z.iso.datetime() })),
  alerts: natural,
  /** Those of them that only a changed rule raises. Absent: none. */
  new_by_rule_change: natural.optional(),
  /** Alerts as they stand after all corrections, in the time that is still taken up. */
  published: z.object({ path: z.string(), sha256, count: natural }),
  corrections: z.object({ added: natural, superseded: natural, withdrawn: natural }),
  late: natural,
  too_late: natural,
  /** Whether everything was examined; the watermark moves over a night that was not only when that was accepted. */
  complete: z.boolean(),
  ended_at: z.iso.datetime(),
});

export type Night = z.infer<typeof nightSchema>;

/** `nights/000012/` */
export function nightFolder(number: number): string {
  return `nights/${String(number).padStart(6, '0')}/`;
}

function nightPath(number: number): string {
  return `${nightFolder(number).slice(0, -1)}.json`;
}

/** The last night that ended; null: none has. Throws InputError RUN_DAMAGED, RUN_INVALID, RUN_FORMAT_NEWER or RUN_REVISION. */
export async function lastNight(workspace: RunStore): Promise<Night | null> {
  const last = (await nightNumbers(workspace)).at(-1);
  return last === undefined ? null : readNight(workspace, last);
}

/** Of the nights that ended, in order. Their run folders are not walked. */
export async function nightNumbers(workspace: RunStore): Promise<readonly number[]> {
  const numbers: number[] = [];
  for await (const name of listEntries(workspace, 'nights/')) {
    const found = /^(\d{1,9})\.json$/.exec(name)?.[1];
    if (found !== undefined) numbers.push(Number(found));
  }
  return numbers.toSorted((a, b) => a - b);
}

/** Throws InputError RUN_DAMAGED when there is no such night. */
export async function readNight(workspace: RunStore, number: number): Promise<Night> {
  const path = nightPath(number);
  const bytes = await workspace.get(path);
  if (bytes === null) throw damagedFile(path, 'it is gone');
  const value = parseVersioned(openSeal(bytes, path), path);
  const parsed = nightSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError('RUN_INVALID', `${path} is no night: ${z.prettifyError(parsed.error)}`);
}

/** So that the night is run again. */
export async function removeNight(workspace: RunStore, number: number): Promise<void> {
  await workspace.remove(nightPath(number));
}

/** `exists`: another process has ended the same night. */
export async function writeNight(workspace: RunStore, night: Night): Promise<'created' | 'exists'> {
  const body = { format: FORMAT_VERSION, semantics_revision: SEMANTICS_REVISION, ...night };
  return workspace.putOnce(nightPath(night.number), sealJson(JSON.stringify(body, null, 2)));
}
