// The archives of a question, opened to be listed. With `--inventory` one is listed from an S3 Inventory, and from the store behind the newest
// key that the inventory is believed for.

import { openArchive, openInventory } from '@coldhunt/archive';
import { InputError, type ObjectSource } from '@coldhunt/core';
import { firstKeyAt, parseLayout, readTable, type Question, type RunFile } from '@coldhunt/engine';
import { s3ConnectionOf, type ProcessConfig } from '@coldhunt/runtime';

/** S3 lists eventually: what was written in the last two days before an inventory may be missing from it. */
const DOUBTFUL_MS = 2 * 24 * 3_600_000;
/** Times in keys may be of any time zone. */
const ZONES_MS = 14 * 3_600_000;

/** One source for each archive of a run, as this process's own configuration says. Whoever opened them closes them. Throws as `withInventory`. */
export function openListing(
  { question, inventory }: Pick<RunFile, 'question' | 'inventory'>,
  config: ProcessConfig,
): readonly ObjectSource[] {
  const sources = question.archives.map(({ uri, name }) =>
    openArchive(uri, { cwd: config.cwd, s3: s3ConnectionOf(config, name) }),
  );
  return inventory === undefined ? sources : withInventory(sources, question, { manifestUri: inventory, config });
}

/** The sources of a question, its one archive listed from an inventory. Throws InputError OPTION_INVALID where it has several. */
function withInventory(
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
