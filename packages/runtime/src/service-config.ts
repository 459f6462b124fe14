// What planner, worker and reducer take beside the process's configuration. Flag > environment > file > default.

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { byteSize } from './byte-size.ts';
import { duration } from './duration.ts';
import { from, loadConfig } from './load-config.ts';
import { shareForReduction, shareForScan, type ReductionShares, type ScanShares } from './memory-shares.ts';
import { readConfigFile } from './read-config-file.ts';

const count = (most: number): z.ZodType<number> => {
  const error = `expected a whole number from 1 to ${most}`;
  return z.coerce.number({ error }).int(error).min(1, error).max(most, error);
};

const THREAD_HEAP_MB = 512;

/** What the processes take that run for ever. */
export const serviceSchema = z.object({
  threads: count(256)
    .nullable()
    .default(null)
    .meta(from({ flag: 'workers', env: 'COLDHUNT_WORKERS', file: 'service.workers' })),
  drainTimeoutMs: duration
    .default(25_000)
    .meta(from({ flag: 'drainTimeout', env: 'COLDHUNT_DRAIN_TIMEOUT', file: 'service.drain_timeout' })),
  lockDurationMs: duration
    .default(30_000)
    .meta(from({ flag: 'lockDuration', env: 'COLDHUNT_LOCK_DURATION', file: 'service.lock_duration' })),
  memory: byteSize
    .nullable()
    .default(null)
    .meta(from({ flag: 'memory', env: 'COLDHUNT_MEMORY', file: 'service.memory' })),
  spillDir: z
    .string()
    .min(1, 'expected a folder')
    .nullable()
    .default(null)
    .meta(from({ flag: 'spillDir', env: 'COLDHUNT_SPILL_DIR', file: 'service.spill_dir' })),
  maxSpill: byteSize
    .nullable()
    .default(null)
    .meta(from({ flag: 'maxSpill', env: 'COLDHUNT_MAX_SPILL', file: 'service.max_spill' })),
  threadMemoryMb: count(65_536)
    .nullable()
    .default(null)
    .meta(from({ flag: 'threadMemory', env: 'COLDHUNT_THREAD_MEMORY_MB', file: 'service.thread_memory_mb' })),
});

/** How a service works; what is absent takes its default. */
export type ServiceConfig = z.infer<typeof serviceSchema>;

export interface ServiceFlags {
  readonly config?: string | undefined;
  readonly workers?: number | undefined;
  /** `25s`. */
  readonly drainTimeout?: string | undefined;
  readonly lockDuration?: string | undefined;
  /** Megabytes. */
  readonly threadMemory?: number | undefined;
  /** `2GB`. */
  readonly memory?: string | undefined;
  readonly spillDir?: string | undefined;
  readonly maxSpill?: string | undefined;
}

/** Throws InputError CONFIG_INVALID or OPTION_INVALID with every problem. */
export function loadServiceConfig(sources: {
  readonly flags: ServiceFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): ServiceConfig {
  const { flags, env, cwd } = sources;
  return loadConfig(serviceSchema, { flags: { ...flags }, env, file: () => readConfigFile(flags.config, cwd) });
}

/** The threads of a scan, and what each may take. Throws InputError OPTION_INVALID where `--memory` is too little. */
export function scanSharesOf({ memory, threads, threadMemoryMb }: ServiceConfig): ScanShares {
  const most = availableParallelism();
  if (memory === null) return { threads: threads ?? most, heapMb: threadMemoryMb ?? THREAD_HEAP_MB };
  const shares = shareForScan(memory, { wanted: threads, most });
  return { ...shares, heapMb: Math.min(shares.heapMb, threadMemoryMb ?? shares.heapMb) };
}

/** What a reduction may take; null: nothing is said of it. Throws as `scanSharesOf`. */
export function reductionSharesOf({ memory }: ServiceConfig): ReductionShares | null {
  return memory === null ? null : shareForReduction(memory);
}
