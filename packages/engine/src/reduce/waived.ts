// What waivers of the run cover: objects that could not be read, and malformed lines. Each is told with who accepted it.

import { compareText } from '@coldhunt/core';
import type { ActiveWaivers } from '../question/output.ts';
import type { ObjectRecord } from '../scan/output.ts';
import type { JoinedObject } from './join-objects.ts';
import type { Coverage } from './output.ts';

/** Collects. */
export class Waived {
  readonly #waivers: ActiveWaivers;
  readonly #objects = new Map<string, NonNullable<Coverage['waived']>[number]>();
  readonly #lines = new Map<string, number>();
  #malformed = 0;

  constructor(waivers: ActiveWaivers) {
    this.#waivers = waivers;
  }

  /** Malformed lines that are covered: by themselves, or with their object. */
  get malformed(): number {
    return this.#malformed;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0 && this.#lines.size === 0;
  }

  addRecord(object: ObjectRecord): void {
    const waiver = this.#waivers.object(object.uri, object.etag);
    if (waiver !== null && object.lines.malformed > 0) {
      this.#malformed += object.lines.malformed;
      const known = this.#objects.get(`${object.uri} lines`);
      const lines = (known?.lines ?? 0) + object.lines.malformed;
      this.#objects.set(`${object.uri} lines`, { ...waiver, what: 'malformed lines', lines });
      return;
    }
    for (const [sha256, count] of Object.entries(object.waived_lines ?? {})) {
      if (this.#waivers.line(sha256) === null) continue;
      this.#malformed += count;
      this.#lines.set(sha256, (this.#lines.get(sha256) ?? 0) + count);
    }
  }

  /** Whether an object that failed, or was skipped though it may hold events, is covered. */
  covers({ uri, etag, state, reason }: Pick<JoinedObject, 'uri' | 'etag' | 'state' | 'reason'>): boolean {
    const waiver = this.#waivers.object(uri, etag);
    if (waiver === null) return false;
    this.#objects.set(`${uri} object`, { ...waiver, what: `${state} (${reason ?? 'unknown'})` });
    return true;
  }

  /** What does not count any more. */
  warnings(): readonly string[] {
    return this.#waivers.expired.map(
      (waiver) =>
        `the waiver of ${'line' in waiver ? `line ${waiver.line}` : waiver.uri} by ${waiver.name} expired at ${waiver.expires} and counts no more`,
    );
  }

  list(): NonNullable<Coverage['waived']> {
    const lines = [...this.#lines].flatMap(([sha256, count]) => {
      const waiver = this.#waivers.line(sha256);
      return waiver === null ? [] : [{ ...waiver, what: 'malformed lines', lines: count }];
    });
    return [
      ...[...this.#objects].toSorted(([a], [b]) => compareText(a, b)).map(([, object]) => object),
      ...lines.toSorted((a, b) => compareText(a.line, b.line)),
    ];
  }
}
