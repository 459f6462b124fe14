// The ranges that can be asked of an object, and the most that is asked at once.

import { InputError, type ByteRange, type PinnedObject } from '@coldhunt/core';

/** Throws OBJECT_UNREADABLE for a range that the pinned object does not have. */
export function checkRange(pinned: PinnedObject, range: ByteRange): void {
  if (range.from >= 0 && range.from <= range.to && range.to <= pinned.size) return;
  throw new InputError(
    'OBJECT_UNREADABLE',
    `bytes ${range.from} to ${range.to} were asked of an object of ${pinned.size} bytes`,
    { details: { uri: pinned.uri, from: range.from, to: range.to } },
  );
}
