import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { LiveStreams } from './live-stream.ts';

const AT = new URL('http://dashboard/');

const WAIT = { timeout: 20_000, interval: 5 };

function changesOf({ said }: Listener): readonly string[] {
  return said.filter((text) => text.includes('changed'));
}

class Listener extends EventEmitter {
  readonly said: string[] = [];
  isEnded = false;
  write(text: string): void {
    this.said.push(text);
  }
  end(): void {
    this.isEnded = true;
    this.emit('close');
  }
  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

it('tells who looks when the page changes, and only then', async () => {
  let page = 'one';
  const streams = new LiveStreams({ fingerprint: async () => page, everyMs: 5 });
  const listener = new Listener();
  streams.take(listener.response, AT);
  await delay(40);
  expect(listener.said).toEqual(['retry: 3000\n\n']);
  page = 'two';
  await vi.waitFor(() => expect(changesOf(listener)).toHaveLength(1), WAIT);
  await delay(40);
  expect(changesOf(listener)).toHaveLength(1);
  listener.emit('close');
  await vi.waitFor(() => expect(streams.size).toBe(0), WAIT);
});

it('takes so many and no more, and ends them all', async () => {
  const streams = new LiveStreams({ fingerprint: async () => 'x', everyMs: 5, most: 2 });
  const listeners = [new Listener(), new Listener(), new Listener()];
  expect(listeners.map((each) => streams.take(each.response, AT))).toEqual([true, true, false]);
  streams.close();
  expect(listeners.map(({ isEnded }) => isEnded)).toEqual([true, true, false]);
  expect(streams.take(new Listener().response, AT)).toBe(false);
});

it('goes on where a page cannot be made for a moment', async () => {
  let looks = 0;
  const streams = new LiveStreams({
    fingerprint: async () => {
      looks += 1;
      if (looks === 2) throw new Error('away');
      return looks > 4 ? 'new' : 'old';
    },
    everyMs: 2,
  });
  const listener = new Listener();
  streams.take(listener.response, AT);
  await vi.waitFor(() => expect(changesOf(listener)).toHaveLength(1), WAIT);
  streams.close();
});
