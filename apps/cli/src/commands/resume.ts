// `coldhunt resume <run>`: goes on with an unfinished hunt, or with `--retry` reopens a finished one for what failed.

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { InputError } from '@coldhunt/core';
import { openArchive, openRunStore } from '@coldhunt/archive';
import { finishedRun, NO_RETRY, readRun, reopenRun, type Retry } from '@coldhunt/engine';
import { createShutdown, s3ConnectionOf } from '@coldhunt/runtime';
import type { ExitCode } from '../exit-code.ts';
import { executeHunt } from '../execute-hunt.ts';
import { wholeNumber } from '../flag-values.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { toTerminalText } from '../terminal-text.ts';

interface ResumeFlags {
  readonly retry?: string;
  readonly workers?: number;
  readonly redis?: string | true;
  readonly failOnAlerts: boolean;
  readonly quiet?: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(
    program
      .command('resume')
      .summary('go on with a hunt that was stopped, or retry what failed')
      .description(
        'Goes on with an unfinished hunt: shards with a record are not scanned again. --retry reopens a finished hunt for what failed or was archived.',
      )
      .argument('<run>', 'run folder: a folder or an s3:// URI'),
  )
    .option('--retry <what>', 'failed, archived, or both with a comma')
    .option('--workers <n>', 'worker threads of this process (default: one per processor)', wholeNumber)
    .option('--redis [url]', 'hand the shards to BullMQ workers')
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .option('--fail-on-alerts', 'exit 4 when there are alerts', false)
    .addHelpText('after', '\nExample:\n  coldhunt resume s3://my-hunts/january --retry failed,archived')
    .action(async (location: string, flags: ResumeFlags, self: Command) => {
      const startedAtMs = Date.now();
      const config = processConfig(self, context);
      const retry = parseRetry(flags.retry);
      const store = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
      const known = await readRun(store);
      if (retry === NO_RETRY && (await finishedRun(store, known)) !== null) {
        throw new InputError(
          'RUN_EXISTS',
          `the hunt in ${location} is finished: use --retry failed,archived to try again what could not be read`,
        );
      }
      const redis =
        flags.redis === undefined
          ? null
          : await (
              await import('../redis-hunt.ts')
            ).connectHunt(config, (reason) =>
              context.stderr.write(`coldhunt: trouble with Redis: ${toTerminalText(reason)}
`),
            );
      const run = retry === NO_RETRY ? known : await reopenRun(store);
      const sources = run.question.archives.map((archive) =>
        openArchive(archive.uri, { cwd: config.cwd, s3: s3ConnectionOf(config, archive.name) }),
      );
      const shutdown = createShutdown();
      try {
        end(
          await executeHunt({
            run,
            store,
            sources,
            location,
            config,
            context,
            shutdown,
            startedAtMs,
            threads: Math.max(1, flags.workers ?? availableParallelism()),
            redis,
            partitions: 1,
            failOnAlerts: flags.failOnAlerts,
            quiet: flags.quiet === true,
            retry,
          }),
        );
      } finally {
        shutdown.dispose();
        await Promise.all([redis?.close(), store.close?.(), ...sources.map((source) => source.close?.())]);
      }
    });
}

function parseRetry(text: string | undefined): Retry {
  if (text === undefined) return NO_RETRY;
  const parts = text.split(',').map((part) => part.trim());
  const strange = parts.find((part) => part !== 'failed' && part !== 'archived');
  if (strange !== undefined)
    throw new InputError('OPTION_INVALID', `--retry "${strange}": expected failed, archived or both with a comma`);
  return { failed: parts.includes('failed'), archived: parts.includes('archived') };
}
