// Wall-clock times of a zone -> UTC. Around a change of the clock a wall time is ambiguous or does not exist: then the bucket is as
// wide as all that it could mean.

import { InputError } from '@coldhunt/core';
import type { KeyTime } from './layout.ts';

export interface TimeZone {
  /** The UTC instants that a bucket of wall-clock time (written as if it were UTC) may stand for. */
  toUtc(wall: KeyTime): KeyTime;
}

const HOUR_MS = 3_600_000;
// Zones lie between UTC-12 and UTC+14: an instant is at most this far from its wall time.
const FARTHEST_MS = 15 * HOUR_MS;
const REMEMBERED = 4096;
const OFFSET = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** Throws InputError LAYOUT_INVALID for a zone that is not known. */
export function createTimeZone(name: string): TimeZone {
  const format = createFormat(name);
  if (/^(?:UTC|GMT|Etc\/(?:UTC|GMT)|Z|\+00:00)$/i.test(name)) return { toUtc: (wall) => wall };
  const offsets = new Map<number, number>();
  // Offsets change at whole hours of UTC or at quarters of them: asked by the quarter, remembered by it.
  const offsetAt = (ms: number): number => {
    const quarter = Math.floor(ms / (HOUR_MS / 4));
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    if (offsets.size >= REMEMBERED) offsets.clear();
    const offset = readOffset(format, quarter * (HOUR_MS / 4));
    offsets.set(quarter, offset);
    return offset;
  };
  return {
    toUtc({ from, to }) {
      const possible = [from - FARTHEST_MS, from + FARTHEST_MS, to - FARTHEST_MS, to + FARTHEST_MS].map(offsetAt);
      return { from: from - Math.max(...possible), to: to - Math.min(...possible) };
    },
  };
}

function createFormat(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name === 'Z' ? 'UTC' : name, timeZoneName: 'longOffset' });
  } catch (error) {
    throw new InputError(
      'LAYOUT_INVALID',
      `unknown time zone "${name.slice(0, 60)}": an IANA name such as Europe/Berlin, UTC, or an offset such as +02:00 expected`,
      { cause: error, details: { zone: name.slice(0, 60) } },
    );
  }
}

function readOffset(format: Intl.DateTimeFormat, ms: number): number {
  const text = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = OFFSET.exec(text) ?? [];
  const size = Number(hours) * HOUR_MS + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return sign === '-' ? -size : size;
}
