// The answer of a difference of rules, in the folder of its hunt: diff.ndjson (every alert) and, last, diff.json (what it adds up to).

import { FORMAT_VERSION, InputError, stringifyDocument, type Document, type RunStore } from '@coldhunt/core';
import { z } from 'zod';
import type { RunFile } from '../question/output.ts';
import { writeManifest } from '../report/manifest.ts';
import { diffVersions, type DiffOptions, type VersionAlert } from './diff-versions.ts';
import type { JoinedVersions } from './rule-versions.ts';
import { VersionDiff, type VersionTotals } from './version-diff.ts';

const DIFF_PATH = 'diff.json';
export const DIFF_ALERTS_PATH = 'diff.ndjson';

const natural = z.number().int().nonnegative();
const counts = { gained: natural, lost: natural, kept: natural };
const decided = z.array(z.object({ what: z.string(), alerts: natural }));

const diffSchema = z.object({
  format: natural,
  run_id: z.string(),
  /** What was named as the old and the new rules. */
  old: z.string(),
  new: z.string(),
  range: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
  mode: z.string(),
  /** Whether the coverage of the hunt is complete. */
  complete: z.boolean(),
  total: z.object(counts),
  rules: z.array(
    z.object({
      rule_id: z.string(),
      name: z.string(),
      kind: z.enum(['changed', 'added', 'removed']),
      fields: z.array(z.string()),
      ...counts,
      why_gained: decided,
      why_lost: decided,
    }),
  ),
  /** Rules in which nothing differs that decides: they raise what they raised, and were not run. */
  unchanged: z.array(z.string()),
  by_host: z.record(z.string(), z.object(counts)),
  by_day: z.record(z.string(), z.object(counts)),
});

/** diff.json. */
export type DiffFile = VersionTotals & z.infer<typeof diffSchema>;

export interface WriteDiffOptions extends DiffOptions {
  readonly versions: Pick<JoinedVersions, 'changes' | 'unchanged'>;
  readonly names: { readonly old: string; readonly new: string };
  readonly complete: boolean;
}

/** Writes both files of a hunt that is finished. Throws what `diffVersions` throws. */
export async function writeDiff(options: WriteDiffOptions): Promise<DiffFile> {
  const { run, store, versions, names, complete } = options;
  const diff = new VersionDiff(versions.changes);
  await store.putStream(DIFF_ALERTS_PATH, toNdjson(diffVersions(options), diff));
  const file = toFile(run, { ...diff.totals, unchanged: versions.unchanged, names, complete });
  await store.put(DIFF_PATH, Buffer.from(`${JSON.stringify(file, null, 2)}\n`));
  // The hunt's own manifest was written before: what stands now is told by a new one.
  const summary = await store.get('summary.json');
  if (summary !== null) await writeManifest(store, { run, summary, objects: none() });
  return file;
}

/** When no rule differs nothing is hunted: the same answer, empty. */
export function emptyDiff(
  question: Pick<RunFile['question'], 'from' | 'to' | 'mode'>,
  { unchanged, names }: { readonly unchanged: readonly string[]; readonly names: WriteDiffOptions['names'] },
): DiffFile {
  const run = { run_id: '', question };
  return toFile(run, { ...new VersionDiff([]).totals, unchanged, names, complete: true });
}

/** null: the folder holds none. Throws InputError RUN_INVALID. */
export async function readDiff(store: RunStore): Promise<DiffFile | null> {
  const bytes = await store.get(DIFF_PATH);
  if (bytes === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new InputError('RUN_INVALID', `${DIFF_PATH} is not JSON`, { cause: error });
  }
  const parsed = diffSchema.safeParse(value);
  if (!parsed.success) throw new InputError('RUN_INVALID', `${DIFF_PATH}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function toFile(
  run: { readonly run_id: string; readonly question: Pick<RunFile['question'], 'from' | 'to' | 'mode'> },
  given: VersionTotals & Pick<WriteDiffOptions, 'names' | 'complete'> & { readonly unchanged: readonly string[] },
): DiffFile {
  const { total, rules, by_host, by_day, unchanged, names, complete } = given;
  const { from, to, mode } = run.question;
  return {
    format: FORMAT_VERSION,
    run_id: run.run_id,
    old: names.old,
    new: names.new,
    range: { from, to },
    mode,
    complete,
    total,
    rules: rules.map((rule) => ({
      ...rule,
      fields: [...rule.fields],
      why_gained: [...rule.why_gained],
      why_lost: [...rule.why_lost],
    })),
    unchanged: [...unchanged],
    by_host,
    by_day,
  };
}

async function* none(): AsyncGenerator<never> {}

async function* toNdjson(
  alerts: AsyncIterable<readonly VersionAlert[]>,
  diff: VersionDiff,
): AsyncGenerator<Uint8Array> {
  for await (const batch of alerts) {
    for (const each of batch) diff.add(each);
    yield Buffer.from(batch.map((each) => `${stringifyDocument(toLine(each))}\n`).join(''));
  }
}

function toLine({ change, rule_id, time_ms: timeMs, ...rest }: VersionAlert): Document {
  return { change, rule_id, time: new Date(timeMs).toISOString(), ...rest } as unknown as Document;
}
