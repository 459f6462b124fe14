// A service as a process of its own, set up by environment variables and coldhunt.yaml alone: what the main.ts of an app does.

import { InputError, toAppError } from '@coldhunt/core';
import { endProcess } from './end-process.ts';
import { loadProcessConfig, type ProcessConfig } from './process-config.ts';
import { redactUrls } from './redact-urls.ts';
import { loadServiceConfig, type ServiceConfig } from './service-config.ts';

/** What is touched of the process. */
export interface ProcessHandle {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stderr: { write(text: string): unknown };
  cwd(): string;
  exitCode?: number | string | null | undefined;
  /** Ends it with `exitCode`. */
  exit(): void;
}

/** Runs `start` to its end. An error becomes one line on stderr and the exit code: 2 for a wrong configuration, else 1. */
export async function runProcess(
  name: string,
  start: (config: ProcessConfig, service: ServiceConfig) => Promise<void>,
  handle: ProcessHandle,
): Promise<void> {
  const sources = { flags: {}, env: handle.env, cwd: handle.cwd() };
  try {
    await start(loadProcessConfig(sources), loadServiceConfig(sources));
  } catch (error) {
    const { code, message } = toAppError(error);
    handle.stderr.write(`coldhunt ${name}: ${redactUrls(message)} (${code})\n`);
    handle.exitCode = error instanceof InputError ? 2 : 1;
  } finally {
    endProcess(handle);
  }
}
