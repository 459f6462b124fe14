// `coldhunt dashboard`: the web server, until a signal has come.

import { runService, type DashboardConfig, type LogLevel } from '@coldhunt/runtime';
import { createServer } from './create-server.ts';

export interface DashboardOptions {
  readonly dashboard: DashboardConfig;
  readonly logLevel: LogLevel;
}

export function startDashboard({ dashboard, logLevel }: DashboardOptions): Promise<void> {
  return runService({
    name: 'dashboard',
    logLevel,
    drainTimeoutMs: 1000,
    start: async (log) => {
      const server = createServer();
      const address = await server.listen({ host: dashboard.host, port: dashboard.port });
      log.info({ address, allowActions: dashboard.allowActions }, 'listening');
      return {
        drain: async () => {
          await server.close();
          return 0;
        },
      };
    },
  });
}
