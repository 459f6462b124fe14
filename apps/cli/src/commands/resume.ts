// `coldhunt resume <run>`: goes on with an unfinished hunt, or with `--retry` reopens a finished one for what failed.

import type { Command } from 'commander';
import { InputError } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { openListing } from '@coldhunt/planner/open-listing';
import { finishedRun, NO_RETRY, readRun, reopenRun, type Retry, type RunFile } from '@coldhunt/engine';
import { createShutdown } from '@coldhunt/runtime';
import type { ExitCode } from '../exit-code.ts';
import { describeFailure } from '../describe-status.ts';
import { huntShares } from '../hunt-shares.ts';
import { addMemoryFlags } from '../service-flags.ts';
import { executeHunt, stagesOf, type HuntExecution } from '../execute-hunt.ts';
import { byteCount, decimalNumber, wholeNumber } from '../flag-values.ts';
import { handOver } from '../hand-over.ts';
import { findFailure } from '../hunt-status.ts';
import { createTell, describeSignal, isQuiet } from '../notices.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { addCustodyFlags, writeCustody, type CustodyFlags } from '../write-custody.ts';
import { readPricing, type PricingFlags } from '../read-pricing.ts';

interface ResumeFlags extends PricingFlags, CustodyFlags {
  readonly retry?: string;
  readonly workers?: number;
  readonly redis?: string | true;
  readonly detach: boolean;
  readonly partitions: number;
  readonly weight: number;
  readonly maxBytes?: number;
  readonly maxCost?: number;
  readonly failOnAlerts: boolean;
  readonly json: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addMemoryFlags(
    addCustodyFlags(
      addStorageFlags(
        program
          .command('resume')
          .summary('go on with a hunt that was stopped, or retry what failed')
          .description(
            'Goes on with an unfinished hunt: shards with a record are not scanned again. --retry reopens a finished hunt for what failed or was archived.',
          )
          .argument('<run>', 'run folder: a folder or an s3:// URI'),
      ),
    ),
  )
    .option('--retry <what>', 'failed, archived, or both with a comma')
    .option('--workers <n>', 'worker threads of this process (default: one per processor)', wholeNumber)
    .option('--redis [url]', 'hand the shards to BullMQ workers; without a URL: COLDHUNT_REDIS_URL or coldhunt.yaml')
    .option('--detach', 'hand the whole hunt to planner and reducer processes, and print its run id', false)
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .option('--weight <n>', 'share of the workers against other hunts', wholeNumber, 1)
    .option('--partitions <n>', 'parts of the reduction', wholeNumber, 1)
    .option('--max-bytes <n>', 'where no plan stands yet: refuse one that reads more', byteCount)
    .option('--max-cost <dollars>', 'where no plan stands yet: refuse one that may cost more', decimalNumber)
    .option('--prices <file>', 'where no plan stands yet: a price file in place of the built-in one')
    .option('--route <name>', 'where no plan stands yet: how bytes get to the scan, a route of the price file')
    .option('--json', 'print summary.json in one line at the end, for machines', false)
    .option('--fail-on-alerts', 'exit 4 when there are alerts', false)
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt resume s3://my-hunts/january --retry failed,archived\n  coldhunt resume s3://my-hunts/january --detach',
    )
    .action(async (location: string, flags: ResumeFlags, self: Command) => {
      const startedAtMs = Date.now();
      const config = processConfig(self, context);
      const tell = createTell(self, context);
      const shares = huntShares(self, context);
      const retry = parseRetry(flags.retry);
      const pricing = await readPricing(flags);
      const store = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
      const known = await readRun(store);
      await refuseFinished(known, { store, location, retry });
      const gaveUp = await findFailure(store, known, null);
      if (gaveUp !== null) tell(`${describeFailure(gaveUp)}; it is tried again now`);
      // Reached before the run is reopened: one that cannot be handed over stays as it is.
      const isOverRedis = flags.redis !== undefined || flags.detach;
      const redis = isOverRedis ? await (await import('../redis-hunt.ts')).connectHunt(config, tell) : null;
      for (const warning of redis?.warnings ?? []) tell(warning);
      const run = retry === NO_RETRY ? known : await reopenRun(store);
      await writeCustody(run, { store, config, command: 'resume', flags, startedAtMs });
      const hunt = {
        store,
        startedAtMs,
        partitions: Math.max(1, flags.partitions),
        weight: Math.max(1, flags.weight),
        limits: { maxBytes: flags.maxBytes, maxCost: flags.maxCost },
        retry,
        ...pricing,
      };
      if (flags.detach && redis !== null) {
        try {
          end(await handOver(run, { ...hunt, redis, context, tell, location }));
        } finally {
          await Promise.all([redis.close(), store.close?.()]);
        }
        return;
      }
      const sources = openListing(run, config);
      const shutdown = createShutdown((name, isFirst) => tell(describeSignal(name, isFirst)));
      try {
        end(
          await executeHunt({
            ...hunt,
            stages: stagesOf(run, store, sources, { ...shares, config }),
            location,
            config,
            context,
            shutdown,
            threads: shares.threads,
            shares,
            redis,
            failOnAlerts: flags.failOnAlerts,
            json: flags.json,
            quiet: isQuiet(self),
          }),
        );
      } finally {
        shutdown.dispose();
        await Promise.all([redis?.close(), store.close?.(), ...sources.map((source) => source.close?.())]);
      }
    });
}

async function refuseFinished(
  run: RunFile,
  { store, location, retry }: Pick<HuntExecution, 'store' | 'location'> & { readonly retry: Retry },
): Promise<void> {
  if (retry !== NO_RETRY || (await finishedRun(store, run)) === null) return;
  throw new InputError(
    'RUN_EXISTS',
    `the hunt in ${location} is finished: use --retry failed,archived to try again what could not be read`,
  );
}

function parseRetry(text: string | undefined): Retry {
  if (text === undefined) return NO_RETRY;
  const parts = text.split(',').map((part) => part.trim());
  const strange = parts.find((part) => part !== 'failed' && part !== 'archived');
  if (strange !== undefined)
    throw new InputError('OPTION_INVALID', `--retry "${strange}": expected failed, archived or both with a comma`);
  return { failed: parts.includes('failed'), archived: parts.includes('archived') };
}
