// `coldhunt scan`: the hunt.

import type { Command } from 'commander';
import { AppError, InputError, countOf, type RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { MOST_NEAR_MISSES, checkPlan, findPlan, openRun } from '@coldhunt/engine';
import { createShutdown } from '@coldhunt/runtime';
import type { ExitCode } from '../exit-code.ts';
import { byteCount, wholeNumber } from '../flag-values.ts';
import { addHuntFlags, type HuntFlags } from '../hunt-flags.ts';
import { resolveHuntRequest } from '../hunt-request.ts';
import { requireKnownFields } from '../require-known-fields.ts';
import { describeAllLeftOut } from '../rules-left-out.ts';
import { huntShares } from '../hunt-shares.ts';
import { addMemoryFlags } from '../service-flags.ts';
import { executeHunt, stagesOf } from '../execute-hunt.ts';
import { createTell, describeSignal, isQuiet } from '../notices.ts';
import { handOver } from '../hand-over.ts';
import { readPricing } from '../read-pricing.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { refuseInsideArchive } from '../refuse-inside-archive.ts';
import { tellPlan } from '../tell-plan.ts';
import { locateRun } from '../run-location.ts';
import { addCustodyFlags, writeCustody, type CustodyFlags } from '../write-custody.ts';

interface ScanFlags extends HuntFlags, CustodyFlags {
  readonly out?: string;
  readonly redis?: string | true;
  readonly detach: boolean;
  readonly workers?: number;
  readonly partitions: number;
  readonly weight: number;
  readonly clobber: boolean;
  readonly rescan: boolean;
  readonly failOnAlerts: boolean;
  readonly threadMemory?: number;
  readonly hashObjects: boolean;
  readonly canary: boolean;
  readonly profileRules: boolean;
  readonly json: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const command = program
    .command('scan')
    .summary('hunt: run rules over an archive and a time range')
    .description(
      'Runs rules over an archive and writes alerts, coverage and a report. Exit 0: coverage complete, 3: incomplete, 4: alerts and --fail-on-alerts.',
    );
  addMemoryFlags(addCustodyFlags(addHuntFlags(command)))
    .option('--out <folder|uri>', 'run folder, a folder or an s3:// URI (default: a new one under runs/)')
    .option('--workers <n>', 'worker threads of this process (default: one per processor)', wholeNumber)
    .option('--redis [url]', 'hand the shards to BullMQ workers; without a URL: COLDHUNT_REDIS_URL or coldhunt.yaml')
    .option('--detach', 'hand the whole hunt to planner and reducer processes, and print its run id', false)
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .option('--weight <n>', 'share of the workers against other hunts', wholeNumber, 1)
    .option('--partitions <n>', 'parts of the reduction', wholeNumber, 1)
    .option('--thread-memory <bytes>', 'heap limit of a worker thread', byteCount)
    .option('--no-wasm', 'search raw bytes in JavaScript instead of WebAssembly: slower, with the same answer')
    .option('--canary', 'prove with made-up matches, in memory, that each rule could have fired: canary.json', false)
    .option('--hash-objects', 'SHA-256 of the stored bytes of every object, for the manifest', false)
    .option('--fail-on-alerts', 'exit 4 when there are alerts', false)
    .option('--profile-rules', 'tell what each rule took: time, events that it was looked at for, matches', false)
    .option('--json', 'print summary.json in one line at the end, for machines', false)
    .option('--clobber', 'ask anew: remove what the run folder holds', false)
    .option('--rescan', 'begin anew a run of another semantics revision', false)
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt scan --archive s3://my-logs/endpoint --rule rules/ --from 2026-01-01 --to 2026-02-01 --out s3://my-hunts/january',
    )
    .action(async (flags: ScanFlags, self: Command) => {
      const startedAtMs = Date.now();
      const config = processConfig(self, context);
      const pricing = await readPricing(flags);
      const request = await resolveHuntRequest(flags, config, startedAtMs);
      const tell = createTell(self, context);
      for (const warning of request.warnings) tell(warning);
      for (const line of describeAllLeftOut(request.rulesLeftOut)) tell(line);
      if (flags.unknownFields === 'error') await requireKnownFields(request);
      const shares = huntShares(self, context);
      requireFewNearMisses(flags.nearMisses, request.question.rules.length);
      // Reached before anything is written: a hunt that cannot be handed over leaves no run folder.
      const isOverRedis = flags.redis !== undefined || flags.detach;
      const redis = isOverRedis ? await (await import('../redis-hunt.ts')).connectHunt(config, tell) : null;
      for (const warning of redis?.warnings ?? []) tell(warning);
      const shutdown = createShutdown((name, isFirst) => tell(describeSignal(name, isFirst)));
      const location = await locateRun(flags.out, request.question, config, startedAtMs);
      const store = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
      refuseInsideArchive(
        'run folder',
        store.uri,
        request.question.archives.map((archive) => archive.uri),
      );
      let isNew = false;
      const limits = { maxBytes: flags.maxBytes, maxCost: flags.maxCost };
      try {
        const { run, state } = await openRun(store, request.question, {
          clobber: flags.clobber,
          beforeClearing: () =>
            checkPlan({ ...request, ...pricing, limits, workers: shares.threads, signal: shutdown.draining }),
          rescan: flags.rescan,
          rulesLeftOut: request.rulesLeftOut,
          extras: {
            ...(flags.hashObjects && { hash_objects: true }),
            ...(flags.canary && { canary: true }),
            ...(flags.inventory !== undefined && { inventory: flags.inventory }),
            ...(flags.nearMisses !== undefined && { near_misses: flags.nearMisses }),
          },
        });
        isNew = state === 'new';
        const range = `${run.question.from ?? 'the beginning'} to ${run.question.to ?? 'the end'}`;
        tell(
          `${state === 'resumed' ? 'going on with' : 'hunt'} ${run.run_id.slice(0, 8)}: ${countOf(run.question.rules.length, 'rule')}, ${range}, into ${location}`,
        );
        await writeCustody(run, { store, config, command: 'scan', flags, startedAtMs, signal: shutdown.draining });
        if (flags.detach && redis !== null) {
          end(
            await handOver(run, {
              redis,
              context,
              tell,
              location,
              store,
              startedAtMs,
              partitions: Math.max(1, flags.partitions),
              weight: Math.max(1, flags.weight),
              limits,
              ...pricing,
            }),
          );
          return;
        }
        end(
          await executeHunt({
            stages: tellPlan(stagesOf(run, store, request.sources, { ...shares, config }), tell),
            store,
            location,
            config,
            context,
            shutdown,
            startedAtMs,
            threads: shares.threads,
            shares,
            redis,
            partitions: Math.max(1, flags.partitions),
            weight: Math.max(1, flags.weight),
            failOnAlerts: flags.failOnAlerts,
            profilesRules: flags.profileRules,
            json: flags.json,
            quiet: isQuiet(self),
            isLocationTold: flags.out !== undefined,
            limits,
            ...pricing,
          }),
        );
      } catch (error) {
        if (isNew && !shutdown.isDraining) await forgetUnplanned(store);
        await store.removeEmptyFolders?.();
        throw error instanceof AppError || !shutdown.isDraining ? error : shutdown.draining.reason;
      } finally {
        shutdown.dispose();
        await Promise.all([redis?.close(), store.close?.(), ...request.sources.map((source) => source.close?.())]);
      }
    });
}

function requireFewNearMisses(each: number | undefined, rules: number): void {
  if (each === undefined || (each > 0 && each * rules <= MOST_NEAR_MISSES)) return;
  const most = Math.floor(MOST_NEAR_MISSES / rules);
  throw new InputError(
    'OPTION_INVALID',
    most === 0
      ? `--near-misses ${each} for ${countOf(rules, 'rule')}: expected at most ${MOST_NEAR_MISSES} rules`
      : `--near-misses ${each} for ${countOf(rules, 'rule')}: expected 1 to ${most}, as all rules together keep at most ${MOST_NEAR_MISSES}`,
  );
}

/** A new run that never got a plan (refused, no such archive) leaves nothing behind. */
async function forgetUnplanned(store: RunStore): Promise<void> {
  try {
    if ((await findPlan(store)) !== null) return;
    for await (const paths of store.list('plan/')) for (const path of paths) await store.remove(path);
    await store.remove('custody.json');
    await store.remove('run.json');
  } catch {
    // The error that ended the hunt is the one to tell.
  }
}
