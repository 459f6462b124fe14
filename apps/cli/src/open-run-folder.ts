// A run folder as people name it -> the store behind it.

import type { Command } from 'commander';
import type { RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { processConfig } from './process-flags.ts';
import type { CliContext } from './program.ts';

/** Whoever opened it closes it. Throws URI_INVALID, CONFIG_INVALID. */
export async function openRunFolder(
  run: string,
  command: Command,
  context: CliContext,
): Promise<{ readonly store: RunStore; close(): Promise<void> }> {
  const config = processConfig(command, context);
  const store = openRunStore(run, { cwd: config.cwd, s3: config.outS3 });
  return { store, close: async () => store.close?.() };
}
