// What the actions of `coldhunt schedule` share: configuration, a Redis that is opened once and closed, and where they tell.

import type { Command } from 'commander';
import { toAppError } from '@coldhunt/core';
import { connectRedis, type ScheduleAccess } from '@coldhunt/queue';
import { redisUrlOf, type ProcessConfig } from '@coldhunt/runtime';
import { nextInstant } from '@coldhunt/watch';
import { createTell, type Tell } from './notices.ts';
import { processConfig } from './process-flags.ts';
import type { CliContext } from './program.ts';

export interface ScheduleContext {
  readonly config: ProcessConfig;
  readonly tell: Tell;
  readonly print: (text: string) => void;
  /** null: none is named, or it cannot be reached where it need not be. */
  readonly access: ScheduleAccess | null;
}

/** With Redis: throws OPTION_INVALID where none is named, and REDIS_UNAVAILABLE. */
export async function withRedis(
  self: Command,
  context: CliContext,
  act: (given: ScheduleContext & { readonly access: ScheduleAccess }) => Promise<void>,
): Promise<void> {
  const base = baseOf(self, context);
  const access = await connect(base.config, base.tell);
  try {
    await act({ ...base, access });
  } finally {
    await access.redis.close();
  }
}

/** With Redis where one is named and there; what stands in workspaces is told without. */
export async function withRedisIfThere(
  self: Command,
  context: CliContext,
  act: (given: ScheduleContext) => Promise<void>,
): Promise<void> {
  const base = baseOf(self, context);
  const access = base.config.redisUrl === null ? null : await connectIfThere(base.config, base.tell);
  try {
    await act({ ...base, access });
  } finally {
    await access?.redis.close();
  }
}

function baseOf(self: Command, context: CliContext): Omit<ScheduleContext, 'access'> {
  return {
    config: processConfig(self, context),
    tell: createTell(self, context),
    print: (text) => void context.stdout.write(text),
  };
}

async function connect(config: ProcessConfig, tell: Tell): Promise<ScheduleAccess> {
  const redis = await connectRedis(redisUrlOf(config), { onError: (reason) => tell(`trouble with Redis: ${reason}`) });
  return { redis, prefix: config.redisPrefix, nextInstant };
}

async function connectIfThere(config: ProcessConfig, tell: Tell): Promise<ScheduleAccess | null> {
  try {
    return await connect(config, tell);
  } catch (error) {
    const { code, message } = toAppError(error);
    if (code !== 'REDIS_UNAVAILABLE') throw error;
    tell(`${message} (${code}): this is what workspaces say`);
    return null;
  }
}
