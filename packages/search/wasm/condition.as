// Conditions: a line satisfies one when of each of its sets a literal stands in it.
//
// A literal's list: u32 count, then the conditions' addresses. A condition: u64 number of the line that failed it last, u32 count of sets,
// then for each set u32 count and the literals' addresses.

import { standsIn } from './literal';

const SETS: usize = 8;

/** Whether the line [from, to) satisfies a condition of the list. `line`: its number, so that no condition is tried twice. */
export function satisfiesAny(list: usize, line: u64, from: usize, to: usize): bool {
  const end = list + 4 + ((<usize>load<u32>(list)) << 2);
  for (let entry = list + 4; entry < end; entry += 4) {
    const condition: usize = load<u32>(entry);
    if (load<u64>(condition) === line) continue;
    if (satisfies(condition, from, to)) return true;
    store<u64>(condition, line);
  }
  return false;
}

function satisfies(condition: usize, from: usize, to: usize): bool {
  let set = condition + SETS + 4;
  for (let left = load<u32>(condition, SETS); left > 0; left -= 1) {
    const end = set + 4 + ((<usize>load<u32>(set)) << 2);
    let entry = set + 4;
    while (entry < end && !standsIn(load<u32>(entry), from, to)) entry += 4;
    if (entry >= end) return false;
    set = end;
  }
  return true;
}
