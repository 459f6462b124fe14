// Planners, workers and reducers as real processes, for tests that start, kill and stop them.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startColdhunt } from '../run-command.ts';

const DEADLINE_MS = 60_000;
/** A process that is silent for so long counts as dead. */
const LOCK = '3s';

export type RoleName = 'worker' | 'planner' | 'reducer';

export interface Role {
  readonly process: ChildProcess;
  readonly output: () => string;
}

export class Fleet {
  readonly #env: Readonly<Record<string, string>>;
  readonly #roles: Role[] = [];

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  get size(): number {
    return this.#roles.length;
  }

  /** Starts a process and waits until it takes work. */
  async start(
    name: RoleName,
    { env = {}, flags = [] }: { readonly env?: Record<string, string>; readonly flags?: readonly string[] } = {},
  ): Promise<Role> {
    let output = '';
    const args = [name, '--lock-duration', LOCK, ...(name === 'worker' ? ['--workers', '1'] : []), ...flags];
    const child = startColdhunt(args, { env: { ...this.#env, ...env } }, (text) => (output += text));
    const role = { process: child, output: () => output };
    this.#roles.push(role);
    await until(
      () => output.includes('"msg":"taking '),
      () => `${name}: ${output}`,
    );
    return role;
  }

  async end(): Promise<void> {
    await Promise.all(this.#roles.splice(0).map((role) => endRole(role)));
  }
}

export async function endRole({ process: child }: Role, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  if (signal === 'SIGTERM') child.kill('SIGCONT');
  await ended;
}

export async function until(
  holds: () => boolean | Promise<boolean>,
  describeState: () => string,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${describeState()}`);
    await sleep(10);
  }
}
