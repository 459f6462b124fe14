// What takes longer goes on without whoever asked.

import { setTimeout as delay } from 'node:timers/promises';

/** `late` when `asked` has not ended within so many milliseconds. Throws what `asked` throws within them. */
export async function within<T>(asked: Promise<T>, ms: number): Promise<T | 'late'> {
  const inTime = new AbortController();
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked, delay(ms, 'late' as const, { signal: inTime.signal })]);
  } finally {
    inTime.abort();
  }
}
