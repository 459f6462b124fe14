// plan/ -> its lines, part by part: a part is read whole (its size is bounded), and must hash to its name.

import { zstdDecompressSync } from 'node:zlib';
import {
  InputError,
  SEMANTICS_REVISION,
  damagedFile,
  openSeal,
  parseJson,
  sha256Hex,
  type DocumentValue,
  type RunStore,
} from '@coldhunt/core';
import { z } from 'zod';
import { checkFormat } from '../question/output.ts';
import type { Plan, PlanDone, PlanLine } from './output.ts';
import { planDoneSchema, planLineSchema } from './output-schema.ts';
import { MAX_PART_BYTES } from './write-parts.ts';

export const PLAN_DONE_PATH = 'plan/done.json';

/**
 * Reads the plan of a run. Throws InputError RUN_UNFINISHED when there is none yet, RUN_FORMAT_NEWER, RUN_REVISION, RUN_DAMAGED or RUN_INVALID; the
 * lines throw RUN_DAMAGED for a part that is missing, damaged or does not hash to its name.
 */
export async function readPlan(store: RunStore): Promise<Plan> {
  const plan = await findPlan(store);
  if (plan !== null) return plan;
  throw new InputError('RUN_UNFINISHED', `the run in ${store.uri} has no plan yet`, { details: { uri: store.uri } });
}

/** As `readPlan`, with null when there is none. */
export async function findPlan(store: RunStore): Promise<Plan | null> {
  const bytes = await store.get(PLAN_DONE_PATH);
  return bytes === null ? null : toPlan(store, parseDone(bytes, store.uri));
}

/** A plan of which done.json is known. */
export function toPlan(store: RunStore, done: PlanDone): Plan {
  return { done, lines: () => readLines(store, done) };
}

function parseDone(bytes: Uint8Array, uri: string): PlanDone {
  const what = `${PLAN_DONE_PATH} in ${uri}`;
  const value = parse(openSeal(bytes, PLAN_DONE_PATH), what);
  checkFormat(value, what);
  const parsed = planDoneSchema.safeParse(value);
  if (!parsed.success) throw new InputError('RUN_INVALID', `${what} is broken: ${z.prettifyError(parsed.error)}`);
  const { semantics_revision: revision } = parsed.data;
  if (revision !== SEMANTICS_REVISION) {
    throw new InputError(
      'RUN_REVISION',
      `${what} was made under semantics revision ${revision}, this is ${SEMANTICS_REVISION}: use the coldhunt that made it, or ask anew with --rescan`,
    );
  }
  return parsed.data;
}

async function* readLines(store: RunStore, done: PlanDone): AsyncGenerator<PlanLine> {
  let shards = 0;
  for (let index = 0; index < done.parts.length; index += 1) {
    for (const line of await readPlanPart(store, done, index)) {
      if (line.kind === 'shard') shards += 1;
      yield line;
    }
  }
  if (shards === done.shards) return;
  throw new InputError(
    'RUN_INVALID',
    `the parts of the plan hold ${shards} shards, ${PLAN_DONE_PATH} says ${done.shards}`,
  );
}

/** The lines of one part: what finds a single shard without reading the whole plan. Throws InputError RUN_INVALID. */
export async function readPlanPart(store: RunStore, done: PlanDone, index: number): Promise<readonly PlanLine[]> {
  const part = done.parts[index];
  if (part === undefined) throw new InputError('RUN_INVALID', `the plan has no part ${index}`, { details: { index } });
  return (await readPart(store, part)).map((text): PlanLine => {
    const line = planLineSchema.safeParse(parse(text, `plan/${part}`));
    if (line.success) return line.data;
    throw new InputError('RUN_INVALID', `plan/${part} holds no plan line: ${z.prettifyError(line.error)}`);
  });
}

async function readPart(store: RunStore, part: string): Promise<readonly string[]> {
  const path = `plan/${part}`;
  const packed = await store.get(path);
  if (packed === null) throw damagedFile(path, 'it is gone');
  let text: Buffer;
  try {
    text = zstdDecompressSync(packed, { maxOutputLength: MAX_PART_BYTES });
  } catch (error) {
    throw damagedFile(path, 'it does not decompress', error);
  }
  if (`${sha256Hex(text)}.ndjson.zst` !== part) {
    throw damagedFile(path, 'it does not hash to its name');
  }
  return text.toString('utf8').split('\n').slice(0, -1);
}

function parse(text: string, what: string): DocumentValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw new InputError('RUN_INVALID', `${what} is not JSON`, { cause: error });
  }
}
