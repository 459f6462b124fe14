// A fleet: hosts of three operating systems, each with the agent that watches it.

import type { Random } from './random.ts';

export type Platform = 'linux' | 'windows' | 'macos';
export type Writer = 'endpoint' | 'auditbeat' | 'auditd_manager';

export interface Host {
  readonly name: string;
  /** host.id; null where the agent gave none. */
  readonly id: string | null;
  readonly agentId: string;
  readonly platform: Platform;
  readonly writer: Writer;
  readonly ip: string;
  readonly mac: string;
  readonly users: readonly string[];
}

const USERS = ['root', 'svc-deploy', 'ubuntu', 'amara', 'jonas', 'mei', 'priya', 'tomasz', 'lucia', 'ngozi', 'SYSTEM'];

export function createHosts(count: number, random: Random): Host[] {
  return Array.from({ length: count }, (_, number) => createHost(number, random));
}

function createHost(number: number, random: Random): Host {
  const platform: Platform = number % 10 < 6 ? 'linux' : number % 10 < 9 ? 'windows' : 'macos';
  const writer: Writer =
    platform !== 'linux'
      ? 'endpoint'
      : number % 10 < 4
        ? 'endpoint'
        : number % 10 === 4
          ? 'auditbeat'
          : 'auditd_manager';
  const prefix = { linux: 'ip-10-20', windows: 'WS', macos: 'mbp' }[platform];
  return {
    name: `${prefix}-${String(number).padStart(3, '0')}`,
    id: createUuid(random),
    agentId: createUuid(random),
    platform,
    writer,
    ip: `10.20.${Math.floor(number / 250)}.${(number % 250) + 1}`,
    mac: Array.from({ length: 6 }, () => random.hex(2).toUpperCase()).join('-'),
    users: [random.pick(USERS), random.pick(USERS)],
  };
}

export function createUuid(random: Random): string {
  const hex = random.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
