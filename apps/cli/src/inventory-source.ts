// `--inventory`: an archive that is listed from an S3 Inventory, and from the store behind the newest key that the inventory is believed for.

import { openInventory } from '@coldhunt/archive';
import { InputError, NO_REQUIREMENT, type ObjectReader, type ObjectSource } from '@coldhunt/core';
import { firstKeyAt, parseLayout, type Question } from '@coldhunt/engine';
import { openObject } from '@coldhunt/formats';
import { s3ConnectionOf, type ProcessConfig } from '@coldhunt/runtime';

/** S3 lists eventually: what was written in the last two days before an inventory may be missing from it. */
const DOUBTFUL_MS = 2 * 24 * 3_600_000;
/** Times in keys may be of any time zone. */
const ZONES_MS = 14 * 3_600_000;
const LINE_BYTES = 1024 * 1024;

/** The sources of a question, its one archive listed from an inventory. Throws InputError OPTION_INVALID where it has several. */
export function withInventory(
  sources: readonly ObjectSource[],
  question: Question,
  { manifestUri, config }: { readonly manifestUri: string; readonly config: ProcessConfig },
): readonly ObjectSource[] {
  const [source, ...others] = sources;
  const [archive] = question.archives;
  if (source === undefined || archive === undefined || others.length > 0)
    throw new InputError('OPTION_INVALID', '--inventory lists one archive: expected one --archive');
  const { layout, layout_tz: timeZone, layout_slack_ms: slackMs } = archive;
  const doubtfulFrom = (createdMs: number): number => createdMs - DOUBTFUL_MS - slackMs;
  const times = layout === null ? null : parseLayout(layout, { timeZone });
  return [
    openInventory(source, {
      manifestUri,
      s3: s3ConnectionOf(config, archive.name),
      readTable,
      lastKey: (createdMs) => (layout === null ? null : firstKeyAt(layout, doubtfulFrom(createdMs) - ZONES_MS)),
      isRecent: (key, createdMs) => (times?.keyTime(key)?.from ?? 0) >= doubtfulFrom(createdMs),
    }),
  ];
}

async function* readTable(
  object: ObjectReader,
  signal?: AbortSignal,
): AsyncGenerator<readonly Readonly<Record<string, unknown>>[]> {
  const reading = await openObject(object, {
    range: null,
    fields: null,
    requirement: NO_REQUIREMENT,
    lineFilter: null,
    maxLineBytes: LINE_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  if (reading.kind.kind !== 'parquet') throw new Error('it is no Parquet file');
  for await (const batch of reading.batches()) yield await Promise.all(batch.map((event) => event.document()));
}
