// Selected objects in the order of the listing -> shards. The sizes are constants: how many workers there are changes nothing.

import { SEMANTICS_REVISION, sha256Hex, type ListedObject } from '@coldhunt/core';
import type { Question } from '../question/output.ts';
import type { KeyTime } from './layouts/layout.ts';
import type { Shard, ShardObject } from './output.ts';

/** An object above this is cut into equal ranges of at most this many bytes. */
export const RANGE_BYTES = 64 * 1024 * 1024;
/** Objects up to RANGE_BYTES go together until a shard holds this many bytes or objects. */
const GROUP_BYTES = 64 * 1024 * 1024;
const GROUP_OBJECTS = 128;

export interface ObjectToCut {
  readonly object: ListedObject;
  readonly archive: number;
  readonly rules: readonly string[] | null;
  /** What the key says of time; null: nothing. */
  readonly keyTime: KeyTime | null;
  /** Whether the layout says that this is event time. */
  readonly isEventTime: boolean;
}

const NONE: readonly Shard[] = [];

interface Group {
  readonly rules: readonly string[] | null;
  objects: ShardObject[];
  bytes: number;
}

/** Cuts shards. Objects of one shard belong to one archive and the same rules. */
export class ShardCutter {
  readonly #hashes: ReadonlyMap<string, string>;
  readonly #allRules: string;
  readonly #groups = new Map<string, Group>();
  #archive = 0;
  #sequence = 0;

  constructor(question: Question) {
    this.#hashes = new Map(question.rules.map(({ hash, rule }) => [rule.rule_id, hash]));
    this.#allRules = [...this.#hashes.values()].join(' ');
  }

  get count(): number {
    return this.#sequence;
  }

  /** The shards that an object completes, in their order: none of most. */
  add({ object, archive, rules, keyTime, isEventTime }: ObjectToCut): readonly Shard[] {
    const before = archive === this.#archive ? NONE : this.finish();
    this.#archive = archive;
    const whole: ShardObject = {
      uri: object.uri,
      size: object.size,
      etag: object.etag,
      archive,
      range: null,
      key_time: isEventTime ? keyTime : null,
      ...(isEventTime || keyTime === null ? {} : { key_span: keyTime }),
    };
    if (object.size > RANGE_BYTES) {
      const cut = cutRanges(object.size).map((range) =>
        this.#shard([{ ...whole, range }], rules, range.to - range.from),
      );
      return [...before, ...cut];
    }
    let closed: readonly Shard[] = before;
    const key = rules === null ? '' : rules.join('\n');
    let group = this.#groups.get(key);
    if (group !== undefined && group.bytes + object.size > GROUP_BYTES) {
      closed = [...closed, this.#close(group)];
      group = undefined;
    }
    if (group === undefined) this.#groups.set(key, (group = { rules, objects: [], bytes: 0 }));
    group.objects.push(whole);
    group.bytes += object.size;
    if (group.objects.length < GROUP_OBJECTS) return closed;
    this.#groups.delete(key);
    return [...closed, this.#close(group)];
  }

  /** The groups that are still open. */
  finish(): readonly Shard[] {
    const shards = [...this.#groups.values()].map((group) => this.#close(group));
    this.#groups.clear();
    return shards;
  }

  #close({ objects, rules, bytes }: Group): Shard {
    return this.#shard(objects, rules, bytes);
  }

  #shard(objects: readonly ShardObject[], rules: readonly string[] | null, bytes: number): Shard {
    const ruleHashes = rules === null ? this.#allRules : rules.map((id) => this.#hashes.get(id)).join(' ');
    const pinned = objects.map(({ uri, size, etag, archive, range, key_time: time, key_span: span }) => [
      archive,
      uri,
      size,
      etag,
      range?.from ?? 0,
      range?.to ?? size,
      time?.from ?? null,
      time?.to ?? null,
      ...(span === undefined ? [] : [span.from, span.to]),
    ]);
    const id = sha256Hex(JSON.stringify([SEMANTICS_REVISION, ruleHashes, pinned])).slice(0, 32);
    const shard: Shard = { id, sequence: this.#sequence, objects, bytes, rules };
    this.#sequence += 1;
    return shard;
  }
}

/** Cuts an object of `size` bytes into the fewest equal ranges of at most RANGE_BYTES. */
function cutRanges(size: number): readonly { readonly from: number; readonly to: number }[] {
  const pieces = Math.ceil(size / RANGE_BYTES);
  const length = Math.ceil(size / pieces);
  return Array.from({ length: pieces }, (_, index) => ({
    from: index * length,
    to: Math.min((index + 1) * length, size),
  }));
}
