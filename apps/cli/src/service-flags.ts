// The options of the processes that run for ever.

import type { Command } from 'commander';
import { endProcess, loadServiceConfig, type ServiceConfig, type ServiceFlags } from '@coldhunt/runtime';
import { addStorageFlags } from './process-flags.ts';
import type { CliContext } from './program.ts';

export function addServiceFlags(command: Command): Command {
  return addStorageFlags(command)
    .option(
      '--redis <url>',
      'Redis (better in COLDHUNT_REDIS_URL or coldhunt.yaml: a command line can be seen by others)',
    )
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .option('--runs-prefix <uri>', 'take only runs below it')
    .option('--drain-timeout <duration>', 'how long work under way may go on after SIGTERM (default: 25s)')
    .option('--lock-duration <duration>', 'how long a job stays ours without a sign of life (default: 30s)');
}

/** What a process may take of its machine. */
export function addMemoryFlags(command: Command): Command {
  return addMemoryFlag(command)
    .option('--spill-dir <folder>', 'where sorts put what does not fit into memory (default: the run folder)')
    .option('--max-spill <bytes>', 'how much may lie there at a time (default: as much as there is room for)');
}

/** As `addMemoryFlags`, of a process that sorts nothing. */
export function addMemoryFlag(command: Command): Command {
  return command.option(
    '--memory <bytes>',
    'what the process may take in all, 2GB: threads, heaps and buffers follow from it (default: not limited)',
  );
}

/** Of the processes that open archives. */
export function addArchivesFlag(command: Command): Command {
  return command.option(
    '--archives <places>',
    'open only archives at or below them, comma-separated: s3://logs/prod,/data/events,@name (default: any that is named)',
  );
}

/** Reads flags (the program's too), environment and coldhunt.yaml. Throws CONFIG_INVALID or OPTION_INVALID with every problem. */
export function serviceConfig(command: Command, context: CliContext): ServiceConfig {
  const { threadMemory, ...flags } = command.optsWithGlobals<ServiceFlags>();
  const megabytes = threadMemory === undefined ? undefined : Math.floor(threadMemory / 1024 ** 2);
  return loadServiceConfig({ flags: { ...flags, threadMemory: megabytes }, env: context.env, cwd: context.cwd });
}

/** Runs a service. Once it has stopped nothing keeps the process: a service that was told to end must end. */
export async function runUntilEnd(start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } finally {
    endProcess(process);
  }
}
