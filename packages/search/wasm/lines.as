// What becomes of a line: listed, searched (it begins and ends with a brace) or blank.

import { LISTED, LISTED_LIMIT, RESULTS } from './layout';

const OPEN_BRACE: u8 = 0x7b;
const CLOSE_BRACE: u8 = 0x7d;

@inline
function isSpace(byte: u8): bool {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

@inline
function isPadding(byte: u8): bool {
  return byte === 0 || isSpace(byte);
}

/** Counts or lists the line [start, end) of the block that begins at `block`; false when the list is full now. */
export function closeLine(block: usize, start: usize, end: usize, isCandidate: bool): bool {
  if (!isCandidate) {
    if (isBraced(start, end)) {
      store<i32>(RESULTS, load<i32>(RESULTS) + 1);
      return true;
    }
    if (isBlank(start, end)) {
      store<i32>(RESULTS, load<i32>(RESULTS, 4) + 1, 4);
      return true;
    }
  }
  const count = load<i32>(RESULTS, 8);
  store<i32>(LISTED + (<usize>count << 3), <i32>(start - block));
  store<i32>(LISTED + (<usize>count << 3), <i32>(end - block), 4);
  store<i32>(RESULTS, count + 1, 8);
  return count + 1 < LISTED_LIMIT;
}

/** The first and the last byte are braces, white space and NULs aside. */
function isBraced(start: usize, end: usize): bool {
  let first = start;
  let last = end;
  while (first < last && isPadding(load<u8>(first))) first += 1;
  while (last > first && isPadding(load<u8>(last - 1))) last -= 1;
  return last - first >= 2 && load<u8>(first) === OPEN_BRACE && load<u8>(last - 1) === CLOSE_BRACE;
}

function isBlank(start: usize, end: usize): bool {
  let at = start;
  while (at < end && isSpace(load<u8>(at))) at += 1;
  return at >= end;
}
