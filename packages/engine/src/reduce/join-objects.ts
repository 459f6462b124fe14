// The parts of large objects -> objects: one with a failed part is failed, once, with all its stored bytes.

import { assertInvariant } from '@coldhunt/core';
import type { Interval } from './hours.ts';

/** A shard's share of an object; ObjectRecord is one. */
export interface ObjectPart {
  readonly uri: string;
  readonly etag: string;
  readonly archive: number;
  readonly size: number;
  readonly bytes: number;
  readonly state: 'scanned' | 'skipped' | 'failed';
  readonly reason: string | null;
  readonly message: string | null;
  /** Milliseconds, both inclusive. */
  readonly covers: { readonly from: number; readonly to: number } | null;
  readonly key_time: Interval | null;
}

export interface JoinedObject {
  readonly uri: string;
  /** null: unknown. */
  readonly etag: string | null;
  /** Index in the question; null: it was passed over by the plan. */
  readonly archive: number | null;
  readonly size: number;
  state: ObjectPart['state'];
  reason: string | null;
  message: string | null;
  covers: { readonly from: number; readonly to: number } | null;
  readonly keyTime: Interval | null;
}

const RANK = { scanned: 0, skipped: 1, failed: 2 } as const;

/** Parts may come in any order; an object is told as soon as its parts are all there. */
export class ObjectJoiner {
  readonly #tell: (object: JoinedObject) => void;
  readonly #pending = new Map<string, { readonly object: JoinedObject; bytes: number }>();

  constructor(tell: (object: JoinedObject) => void) {
    this.#tell = tell;
  }

  add(part: ObjectPart): void {
    const { uri, etag, archive, size, state, reason, message, covers, key_time: keyTime, bytes } = part;
    const whole: JoinedObject = { uri, etag, archive, size, state, reason, message, covers, keyTime };
    if (bytes === size) {
      this.#tell(whole);
      return;
    }
    const key = `${part.archive} ${uri}`;
    const known = this.#pending.get(key);
    if (known === undefined) {
      this.#pending.set(key, { object: whole, bytes });
      return;
    }
    known.bytes += bytes;
    join(known.object, whole);
    if (known.bytes === size) {
      this.#pending.delete(key);
      this.#tell(known.object);
    }
  }

  /** Throws InvariantError when parts of an object are missing or overlap. */
  finish(): void {
    for (const { object, bytes } of this.#pending.values()) {
      assertInvariant(false, `the shards own ${bytes} of the ${object.size} bytes of ${object.uri}`);
    }
  }
}

function join(object: JoinedObject, part: JoinedObject): void {
  if (RANK[part.state] > RANK[object.state]) {
    object.state = part.state;
    object.reason = part.reason;
    object.message = part.message;
  }
  if (part.covers === null) return;
  object.covers =
    object.covers === null
      ? part.covers
      : { from: Math.min(object.covers.from, part.covers.from), to: Math.max(object.covers.to, part.covers.to) };
}
