// A slow, obvious LineFilter for the tests of the readers: whole lines as Latin-1 text.

import type { LineFilter, LineScan } from '@coldhunt/core';

/** Lists lines that hold one of the texts, or that are not braced. */
export function createPlainFilter(...texts: readonly string[]): LineFilter {
  const holds = (line: string): boolean => texts.some((text) => line.includes(text));
  return {
    scan(block, from, to, found) {
      const lines = Buffer.from(block.subarray(from, to)).toString('latin1').split('\n');
      if (lines.at(-1) === '') lines.pop();
      Object.assign(found, { searched: 0, blank: 0, count: 0 });
      let start = from;
      for (const line of lines) {
        if (holds(line)) list(found, start, start + line.length);
        else if (/^[ \t\r]*$/.test(line)) found.blank += 1;
        else if (/^[ \t\r\0]*\{.*\}[ \t\r\0]*$/s.test(line)) found.searched += 1;
        else list(found, start, start + line.length);
        start += line.length + 1;
      }
    },
    mayHold: (block, from, to) => holds(Buffer.from(block.subarray(from, to)).toString('latin1')),
  };
}

function list(found: LineScan, start: number, end: number): void {
  found.starts = Int32Array.from([...found.starts.subarray(0, found.count), start]);
  found.ends = Int32Array.from([...found.ends.subarray(0, found.count), end]);
  found.count += 1;
}
