// custody.json: who asked for a hunt, when, why, and with what; which listing it rests on; why it was given up. Outside the run id and
// all comparisons of bytes. The manifest holds its hash.

import {
  FORMAT_VERSION,
  SEMANTICS_REVISION,
  openSeal,
  parseJson,
  sealJson,
  sha256Hex,
  type RunStore,
} from '@coldhunt/core';
import { z } from 'zod';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';

export const CUSTODY_PATH = 'custody.json';

const identity = z.object({
  told_by: z.string(),
  arn: z.string().nullable(),
  account: z.string().nullable(),
  access_key_id: z.string().nullable(),
  user: z.string().nullable(),
});

const asked = z.object({
  at: z.string(),
  command: z.string(),
  generation: z.number(),
  ticket: z.string().nullable(),
  purpose: z.string().nullable(),
  /** Who reads each archive, and who writes the run folder, as each store tells. */
  callers: z.array(z.object({ uri: z.string(), identity })),
  versions: z.object({ coldhunt: z.string(), node: z.string(), format: z.number(), semantics_revision: z.number() }),
});

const givenUp = z.object({
  at: z.string(),
  /** `person`: somebody cancelled it. */
  by: z.enum(['planner', 'reducer', 'person']),
  code: z.string(),
  message: z.string(),
  /** How often the hunt had been asked for by then: whoever asks again supersedes it. */
  asked: z.number(),
});

const custody = z.object({
  format: z.number(),
  run_id: z.string(),
  asked: z.array(asked),
  /** null: the hunt has not ended yet. */
  listing: z
    .object({ listed_at: z.string(), objects: z.number(), bytes: z.number(), plan_sha256: z.string() })
    .nullable(),
  finished_at: z.string().nullable(),
  gave_up: z.array(givenUp).default([]),
});

export type CustodyFile = z.infer<typeof custody>;
export type GivenUp = z.infer<typeof givenUp>;
type Asked = z.infer<typeof asked>;

export interface AskedInput extends Pick<Asked, 'command' | 'ticket' | 'purpose' | 'callers'> {
  readonly atMs: number;
  /** Of the command. */
  readonly version: string;
}

/** Adds who asked. What stood there and is of another run, or damaged, is begun anew: it would tell of another hunt. */
export async function writeAsked(store: RunStore, run: RunFile, input: AskedInput): Promise<void> {
  const known = await knownCustody(store, run);
  const { atMs, version, command, ticket, purpose, callers } = input;
  const entry: Asked = {
    at: new Date(atMs).toISOString(),
    command,
    generation: run.generation,
    ticket,
    purpose,
    callers,
    versions: {
      coldhunt: version,
      node: process.versions.node,
      format: FORMAT_VERSION,
      semantics_revision: SEMANTICS_REVISION,
    },
  };
  await write(store, { ...known, asked: [...known.asked, entry], finished_at: null });
}

export interface GivenUpInput extends Pick<GivenUp, 'by' | 'code' | 'message'> {
  readonly atMs: number;
}

/** Adds why a detached hunt was given up, so that it is known also where no Redis tells. */
export async function writeGivenUp(store: RunStore, run: RunFile, { atMs, ...why }: GivenUpInput): Promise<void> {
  const known = await knownCustody(store, run);
  const entry: GivenUp = { at: new Date(atMs).toISOString(), ...why, asked: known.asked.length };
  await write(store, { ...known, gave_up: [...known.gave_up, entry] });
}

/** Why the hunt was given up; null when it was not, or was asked for again since. */
export async function findGivenUp(store: RunStore, run: RunFile): Promise<GivenUp | null> {
  const known = await knownCustody(store, run);
  const last = known.gave_up.at(-1);
  return last !== undefined && last.asked === known.asked.length ? last : null;
}

/** Adds what the answer rests on, when it stands. */
export async function completeCustody(store: RunStore, run: RunFile, plan: Plan): Promise<void> {
  const known = await knownCustody(store, run);
  const bytes = await store.get('plan/done.json');
  const { listed_at, listed } = plan.done;
  await write(store, {
    ...known,
    listing: {
      listed_at,
      objects: listed.objects,
      bytes: listed.bytes,
      plan_sha256: bytes === null ? '' : sha256Hex(bytes),
    },
    finished_at: new Date().toISOString(),
  });
}

/** null: there is none. Throws InputError RUN_DAMAGED. */
export async function readCustody(store: RunStore): Promise<CustodyFile | null> {
  const bytes = await store.get(CUSTODY_PATH);
  return bytes === null ? null : custody.parse(parseJson(openSeal(bytes, CUSTODY_PATH)));
}

async function knownCustody(store: RunStore, run: RunFile): Promise<CustodyFile> {
  const fresh: CustodyFile = {
    format: FORMAT_VERSION,
    run_id: run.run_id,
    asked: [],
    listing: null,
    finished_at: null,
    gave_up: [],
  };
  try {
    const known = await readCustody(store);
    return known?.run_id === run.run_id ? known : fresh;
  } catch {
    return fresh;
  }
}

function write(store: RunStore, file: CustodyFile): Promise<void> {
  return store.put(CUSTODY_PATH, sealJson(JSON.stringify(file, null, 2)));
}
