// `coldhunt dashboard`: the web server, until a signal has come.

import type { RunStore } from '@coldhunt/core';
import { runService, type DashboardConfig, type LogLevel } from '@coldhunt/runtime';
import { createServer } from './create-server.ts';
import type { HuntActions } from './hunt-actions.ts';
import { createQueueView } from './queue-view.ts';
import { Workspace } from './workspace/workspace.ts';

export interface DashboardOptions {
  readonly dashboard: DashboardConfig;
  readonly logLevel: LogLevel;
  /** Opens the place whose runs and watches are shown. */
  readonly openWorkspace: () => RunStore;
  /** null: none is named. */
  readonly redis: { readonly url: string; readonly prefix: string } | null;
  /** What its pages may do to hunts; taken where `dashboard` allows actions. */
  readonly actions: () => HuntActions;
  /** Told the address once it listens. */
  readonly onListening: (address: string) => void;
}

/** Works until a signal has come. Throws what listening throws. */
export function startDashboard(options: DashboardOptions): Promise<void> {
  const { dashboard, logLevel } = options;
  return runService({
    name: 'dashboard',
    logLevel,
    drainTimeoutMs: 1000,
    start: async (log) => {
      const store = options.openWorkspace();
      const queue = options.redis === null ? null : createQueueView(options.redis);
      const actions = dashboard.allowActions ? options.actions() : null;
      const workspace = new Workspace({ store });
      const server = createServer({ workspace, queue, actions, token: dashboard.token, log });
      const address = await server.listen({ host: dashboard.host, port: dashboard.port });
      log.info({ address, allowActions: dashboard.allowActions, isGuarded: dashboard.token !== null }, 'listening');
      options.onListening(address);
      return {
        drain: async () => {
          await server.close();
          await Promise.all([queue?.close(), actions?.close(), store.close?.()]);
          return 0;
        },
      };
    },
  });
}
