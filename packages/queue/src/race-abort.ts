// Work that is told to stop has only so long to do so.

import { TransientError } from '@coldhunt/core';

export const STOP_WITHIN_MS = 5000;

/**
 * Waits for the work; once it is told to stop, only so long. What it writes later is written once all the same. Throws TransientError
 * INTERRUPTED.
 */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(interrupted());
    work.then(resolve, reject);
    signal.addEventListener('abort', () => setTimeout(() => reject(interrupted()), STOP_WITHIN_MS).unref(), {
      once: true,
    });
  });
}

export function interrupted(): TransientError {
  return new TransientError('INTERRUPTED', 'the job was stopped and goes on elsewhere');
}
