import { describe, expect, it } from 'vitest';
import { runService, type Service } from './run-service.ts';

interface Started {
  readonly ended: Promise<void>;
  readonly drains: number[];
  finish(): void;
}

async function start(options: { readonly failed?: Promise<never> } = {}): Promise<Started> {
  const drains: number[] = [];
  let finish: () => void = () => undefined;
  const finished = new Promise<number>((resolve) => (finish = () => resolve(0)));
  let tell: () => void = () => undefined;
  const isUp = new Promise<void>((resolve) => (tell = resolve));
  const service: Service = {
    ...options,
    drain: (timeoutMs) => {
      drains.push(timeoutMs);
      return timeoutMs === 0 ? Promise.resolve(1) : finished;
    },
  };
  const ended = runService({
    name: 'worker',
    logLevel: 'silent',
    drainTimeoutMs: 25_000,
    start: () => {
      tell();
      return Promise.resolve(service);
    },
  });
  await isUp;
  await new Promise((resolve) => setImmediate(resolve));
  return { ended, drains, finish: () => finish() };
}

describe('runService', () => {
  it('drains at the first signal and ends when everything is done', async () => {
    const service = await start();
    process.emit('SIGTERM');
    await new Promise((resolve) => setImmediate(resolve));
    expect(service.drains).toEqual([25_000]);
    service.finish();
    await service.ended;
  });

  it('gives back at the second signal', async () => {
    const service = await start();
    process.emit('SIGTERM');
    process.emit('SIGINT');
    await service.ended;
    expect(service.drains).toEqual([25_000, 0]);
  });

  it('drains and throws when the service cannot go on', async () => {
    const failure = Promise.withResolvers<never>();
    const service = await start({ failed: failure.promise });
    failure.reject(new Error('gone'));
    await expect(service.ended).rejects.toThrow('gone');
    expect(service.drains).toEqual([0]);
  });

  it('ends at a signal while it starts, and drains what starts all the same', async () => {
    const drains: number[] = [];
    const starting = Promise.withResolvers<Service>();
    const ended = runService({
      name: 'worker',
      logLevel: 'silent',
      drainTimeoutMs: 25_000,
      start: () => starting.promise,
    });
    process.emit('SIGTERM');
    await ended;
    starting.resolve({
      drain: (timeoutMs) => {
        drains.push(timeoutMs);
        return Promise.resolve(0);
      },
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(drains).toEqual([0]);
  });

  it('ends at a signal while it starts, whatever becomes of the start', async () => {
    const starting = Promise.withResolvers<Service>();
    const ended = runService({
      name: 'worker',
      logLevel: 'silent',
      drainTimeoutMs: 25_000,
      start: () => starting.promise,
    });
    process.emit('SIGINT');
    await ended;
    starting.reject(new Error('no Redis'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('leaves no secret in the title of the process, and no handler behind', async () => {
    const before = process.listenerCount('SIGTERM');
    const service = await start();
    process.emit('SIGTERM');
    service.finish();
    await service.ended;
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
