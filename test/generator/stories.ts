// What is planted in the demo archive, and what a hunt of the first rule over it must find. The book is written from the stories
// alone: nothing of the engine has a say in it.

import type { Document } from '@coldhunt/core';
import { lookAlikeCommand, sendCommand } from './commands.ts';
import { processEvent } from './events.ts';
import { createUuid, type Host } from './hosts.ts';
import type { Random } from './random.ts';

export type Delivery = 'once' | 'three-times';

export interface PlantedEvent {
  readonly story: string;
  readonly timeMs: number;
  readonly document: Document;
  /** `three-times`: the batch also comes under a second key, and once more as Parquet. */
  readonly delivery: Delivery;
}

export interface ExpectedAlert {
  readonly story: string;
  readonly time: string;
  readonly hostId: string;
  readonly copies: number;
}

export interface Book {
  readonly alerts: readonly ExpectedAlert[];
  /** Matching events in range without host.id. */
  readonly unkeyed: number;
  readonly excepted: number;
  readonly clonedHostId: string;
  readonly clonedNames: readonly string[];
  readonly tornLines: number;
  readonly lookAlikes: number;
  readonly exceptedHost: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Plants the stories. `startMs` is the archive's first hour; the hunt begins seven days later. */
export function plantStories(
  hosts: readonly Host[],
  startMs: number,
  random: Random,
): { planted: PlantedEvent[]; book: Book } {
  const linux = hosts.filter((host) => host.platform === 'linux' && host.writer === 'endpoint');
  const [first, clone, excepted, thrice, beforeRange, searcher] = linux as [Host, Host, Host, Host, Host, Host];
  const windows = hosts.find((host) => host.platform === 'windows') as Host;
  const macos = hosts.find((host) => host.platform === 'macos') as Host;
  const auditd = hosts.find((host) => host.writer === 'auditd_manager') as Host;
  const auditbeat = hosts.find((host) => host.writer === 'auditbeat') as Host;
  const nameless: Host = { ...first, name: 'imported-vm', id: null, agentId: createUuid(random) };
  const twin: Host = { ...clone, name: `${clone.name}-clone`, agentId: createUuid(random), ip: '10.20.9.9' };

  const planted: PlantedEvent[] = [];
  const alerts: ExpectedAlert[] = [];
  const run = (
    story: string,
    host: Host,
    day: number,
    expectation: 'alert' | 'silent',
    delivery: Delivery = 'once',
  ): void => {
    const timeMs = startMs + Math.round(day * DAY) + random.integer(HOUR / 2);
    const command = sendCommand(host.platform, `i-0${random.hex(16)}`, `echo ${story.replaceAll(' ', '-')}`);
    planted.push({ story, timeMs, document: processEvent(host, timeMs, command, random), delivery });
    if (expectation === 'alert') {
      alerts.push({
        story,
        time: new Date(timeMs).toISOString(),
        hostId: host.id ?? '',
        copies: delivery === 'three-times' ? 2 : 0,
      });
    }
  };

  run('first use', first, 10.1, 'alert');
  run('again within seven days', first, 12.4, 'silent');
  run('again after eight days', first, 20.5, 'alert');
  run('seen in the history before the range', beforeRange, 3.2, 'silent');
  run('known from the history', beforeRange, 9.6, 'silent');
  run('windows', windows, 15.3, 'alert');
  run('macos', macos, 17.8, 'alert');
  run('auditd', auditd, 18.2, 'alert');
  run('auditbeat', auditbeat, 19.9, 'alert');
  run('no host id', nameless, 14.7, 'silent');
  run('two clones of one host id', clone, 16.1, 'alert');
  run('the clone', twin, 16.6, 'silent');
  run('excepted host', excepted, 13.3, 'silent');
  run('delivered three times', thrice, 22.2, 'alert', 'three-times');

  for (let number = 0; number < 6; number += 1) {
    const timeMs = startMs + Math.round((8 + number * 3.1) * DAY);
    planted.push({
      story: 'look-alike',
      timeMs,
      document: processEvent(searcher, timeMs, lookAlikeCommand(random), random),
      delivery: 'once',
    });
  }

  alerts.sort((a, b) => (a.time < b.time ? -1 : 1));
  return {
    planted,
    book: {
      alerts,
      unkeyed: 1,
      excepted: 1,
      clonedHostId: clone.id ?? '',
      clonedNames: [clone.name, twin.name],
      tornLines: 1,
      lookAlikes: 6,
      exceptedHost: excepted.name,
    },
  };
}
