// Where the dashboard listens, and who may look. Anywhere but on this machine's own address it asks for a token.

import { InputError } from '@coldhunt/core';
import { z } from 'zod';
import { from, loadConfig } from './load-config.ts';

/** Shorter ones could be tried out. */
const SHORTEST_TOKEN = 20;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const port = 'expected a port from 0 to 65535 (0: any that is free)';

const dashboardSchema = z.object({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta(from({ flag: 'host' })),
  port: z.coerce
    .number({ error: port })
    .int(port)
    .min(0, port)
    .max(65_535, port)
    .default(4127)
    .meta(from({ flag: 'port' })),
  token: z
    .string()
    .min(SHORTEST_TOKEN, `expected ${SHORTEST_TOKEN} characters at least (such as: openssl rand -hex 24)`)
    .nullable()
    .default(null)
    .meta(from({ env: 'COLDHUNT_DASHBOARD_TOKEN', isSecret: true })),
  allowActions: z
    .boolean()
    .default(false)
    .meta(from({ flag: 'allowActions' })),
});

export type DashboardConfig = Readonly<z.infer<typeof dashboardSchema>>;

export interface DashboardFlags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly allowActions?: boolean | undefined;
}

/** Throws InputError OPTION_INVALID or CONFIG_INVALID, also for an address that others reach when no token is set. */
export function loadDashboardConfig(
  flags: DashboardFlags,
  env: Readonly<Record<string, string | undefined>>,
): DashboardConfig {
  const config = loadConfig(dashboardSchema, { flags: { ...flags }, env });
  if (config.token === null && !isLoopback(config.host)) {
    throw new InputError(
      'OPTION_INVALID',
      `--host ${JSON.stringify(config.host)}: others reach this address, and no token is set; set COLDHUNT_DASHBOARD_TOKEN (such as: openssl rand -hex 24), or leave --host away`,
      { details: { host: config.host } },
    );
  }
  return config;
}

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.toLowerCase());
}
