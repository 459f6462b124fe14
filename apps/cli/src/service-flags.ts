// The options of the processes that run for ever.

import type { Command } from 'commander';
import { InputError } from '@coldhunt/core';
import { parseInterval } from '@coldhunt/rules';
import { byteCount, wholeNumber } from './flag-values.ts';
import { addStorageFlags } from './process-flags.ts';

export interface ServiceFlags {
  readonly workers?: number;
  readonly drainTimeout: string;
  readonly lockDuration?: string;
  readonly threadMemory?: number;
}

export interface ServiceOptions {
  readonly threads?: number;
  readonly drainTimeoutMs: number;
  readonly lockDurationMs?: number;
  readonly threadMemoryMb?: number;
}

export function addServiceFlags(command: Command): Command {
  return addStorageFlags(command)
    .option(
      '--redis <url>',
      'Redis (better in COLDHUNT_REDIS_URL or coldhunt.yaml: a command line can be seen by others)',
    )
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .option('--runs-prefix <uri>', 'take only runs below it')
    .option('--workers <n>', 'scan threads (default: one per processor)', wholeNumber)
    .option('--thread-memory <bytes>', 'heap limit of a scan thread', byteCount)
    .option('--drain-timeout <duration>', 'how long work under way may go on after SIGTERM', '25s')
    .option('--lock-duration <duration>', 'how long a job stays ours without a sign of life (default: 30s)');
}

/** Throws OPTION_INVALID for a duration that is none. */
export function serviceOptions(flags: ServiceFlags): ServiceOptions {
  return {
    drainTimeoutMs: duration(flags.drainTimeout, '--drain-timeout'),
    ...(flags.workers === undefined ? {} : { threads: flags.workers }),
    ...(flags.lockDuration === undefined ? {} : { lockDurationMs: duration(flags.lockDuration, '--lock-duration') }),
    ...(flags.threadMemory === undefined ? {} : { threadMemoryMb: Math.floor(flags.threadMemory / 1024 ** 2) }),
  };
}

function duration(text: string, option: string): number {
  try {
    return parseInterval(text);
  } catch (error) {
    throw new InputError('OPTION_INVALID', `${option} "${text}": expected a duration such as 25s`, { cause: error });
  }
}
