// What the formats of a report are made from: the files of a finished run, redacted where that is asked for.

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { InputError, type AppError, type RunStore } from '@coldhunt/core';
import {
  createRedaction,
  readAlertLines,
  readRun,
  redactedStore,
  type CoverageFile,
  type Redaction,
  type RunFile,
  type SummaryFile,
} from '@coldhunt/engine';

export interface RedactionFlags {
  readonly redact?: readonly string[];
  readonly pseudonymise?: readonly string[];
  readonly pseudonymKey?: string;
}

export interface ReportSource {
  /** Where alerts.ndjson is read: redacted, if so asked. */
  readonly store: RunStore;
  lines(): AsyncIterable<string>;
  run(): Promise<RunFile>;
  summary(): Promise<SummaryFile>;
  coverage(): Promise<CoverageFile>;
  readonly isRedacted: boolean;
}

const LEAST_KEY_BYTES = 16;

/** Throws RUN_UNFINISHED, RUN_INVALID, OPTION_INVALID. */
export async function openReportSource(store: RunStore, flags: RedactionFlags, cwd: string): Promise<ReportSource> {
  const run = await readRun(store);
  if ((await store.get('summary.json')) === null) {
    throw new InputError(
      'RUN_UNFINISHED',
      `there are no results in ${store.uri}: the hunt has not ended, see "coldhunt status ${store.uri}"`,
    );
  }
  const redaction = await openRedaction(store, flags, cwd);
  const shown = <T>(value: T): T => redaction?.value(value) ?? value;
  return {
    store: redaction === null ? store : redactedStore(store, redaction),
    lines: () => redaction?.lines() ?? readAlertLines(store),
    run: async () => shown(run),
    summary: async () => shown(await readJson<SummaryFile>(store, 'summary.json')),
    coverage: async () => shown(await readJson<CoverageFile>(store, 'coverage.json')),
    isRedacted: redaction !== null,
  };
}

async function openRedaction(store: RunStore, flags: RedactionFlags, cwd: string): Promise<Redaction | null> {
  const { redact = [], pseudonymise = [], pseudonymKey } = flags;
  if (redact.length === 0 && pseudonymise.length === 0) return null;
  if (pseudonymise.length === 0)
    return createRedaction(store, { redact, pseudonymise, key: randomBytes(LEAST_KEY_BYTES) });
  if (pseudonymKey === undefined) {
    throw new InputError(
      'OPTION_INVALID',
      '--pseudonymise needs --pseudonym-key <file>: a file outside the run folder with a secret of at least 16 bytes; one that is not there is made',
    );
  }
  return createRedaction(store, { redact, pseudonymise, key: await readKey(resolve(cwd, pseudonymKey), store, cwd) });
}

/** The key from a file; one that is not there is made, readable by its owner alone. */
async function readKey(path: string, store: RunStore, cwd: string): Promise<Uint8Array> {
  const inRun = relative(store.uri.startsWith('s3://') ? '/' : resolve(cwd, store.uri.replace(/^file:\/\//, '')), path);
  if (!store.uri.startsWith('s3://') && !inRun.startsWith('..') && !isAbsolute(inRun)) {
    throw new InputError(
      'OPTION_INVALID',
      `--pseudonym-key: ${path} lies in the run folder, and would leave with it: name a file elsewhere`,
    );
  }
  try {
    await writeFile(path, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw cannotUse(path, error);
  }
  const key = await readFile(path).catch((error: unknown) => {
    throw cannotUse(path, error);
  });
  if (key.length < LEAST_KEY_BYTES) {
    throw new InputError(
      'OPTION_INVALID',
      `--pseudonym-key: ${path} has ${key.length} bytes: expected a secret of at least ${LEAST_KEY_BYTES}`,
    );
  }
  return key;
}

function cannotUse(path: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new InputError('OPTION_INVALID', `--pseudonym-key: cannot use ${path}: ${code}`, { cause: error });
}

async function readJson<T>(store: RunStore, path: string): Promise<T> {
  const bytes = await store.get(path);
  if (bytes === null) throw new InputError('RUN_UNFINISHED', `there is no ${path} in ${store.uri}`);
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as T;
  } catch (error) {
    throw new InputError('RUN_INVALID', `${store.uri}/${path} is not JSON`, { cause: error });
  }
}
