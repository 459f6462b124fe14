// Who asks for a hunt, written beside its run: the callers as the stores tell them, and what was said about it.

import type { Command } from 'commander';
import { askIdentity } from '@coldhunt/archive';
import type { RunStore } from '@coldhunt/core';
import { writeAsked, type RunFile } from '@coldhunt/engine';
import { s3ConnectionOf, type ProcessConfig } from '@coldhunt/runtime';
import { VERSION } from './version.ts';

export interface CustodyFlags {
  readonly ticket?: string;
  readonly purpose?: string;
}

export function addCustodyFlags(command: Command): Command {
  return command
    .option('--ticket <text>', 'the ticket that this hunt is for, for custody.json')
    .option('--purpose <text>', 'what this hunt is for, for custody.json');
}

export interface Asking {
  readonly store: RunStore;
  readonly config: ProcessConfig;
  readonly command: 'scan' | 'resume' | 'diff' | 'rules backtest';
  readonly flags: CustodyFlags;
  readonly startedAtMs: number;
  readonly signal?: AbortSignal;
}

/** Asks each store once. A store that does not tell leaves its caller unknown; one that cannot be written throws. */
export async function writeCustody(run: RunFile, asking: Asking): Promise<void> {
  const { store, config, command, flags, startedAtMs, signal } = asking;
  const places = [
    ...run.question.archives.map(({ uri, name }) => ({ uri, s3: s3ConnectionOf(config, name) })),
    { uri: store.uri, s3: config.outS3 },
  ];
  const callers = await Promise.all(
    places.map(async ({ uri, s3 }) => ({
      uri,
      identity: await askIdentity(uri, { cwd: config.cwd, s3, ...(signal === undefined ? {} : { signal }) }),
    })),
  );
  await writeAsked(store, run, {
    atMs: startedAtMs,
    command,
    ticket: flags.ticket ?? null,
    purpose: flags.purpose ?? null,
    callers,
    version: VERSION,
  });
}
