// What planner, worker and reducer take beside the process's configuration. Flag > environment > file > default.

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { duration } from './duration.ts';
import { from, loadConfig } from './load-config.ts';
import { readConfigFile } from './read-config-file.ts';

const count = (most: number): z.ZodType<number> => {
  const error = `expected a whole number from 1 to ${most}`;
  return z.coerce.number({ error }).int(error).min(1, error).max(most, error);
};

const serviceSchema = z.object({
  threads: count(256)
    .default(() => availableParallelism())
    .meta(from({ flag: 'workers', env: 'COLDHUNT_WORKERS', file: 'service.workers' })),
  drainTimeoutMs: duration
    .default(25_000)
    .meta(from({ flag: 'drainTimeout', env: 'COLDHUNT_DRAIN_TIMEOUT', file: 'service.drain_timeout' })),
  lockDurationMs: duration
    .default(30_000)
    .meta(from({ flag: 'lockDuration', env: 'COLDHUNT_LOCK_DURATION', file: 'service.lock_duration' })),
  threadMemoryMb: count(65_536)
    .default(512)
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
