// Matches that came after the night that they belong to: what lies in the time that is still taken up may correct alerts; what is older
// is told in too_late.ndjson and raises nothing.

import { stringifyDocument, type Document, type DocumentValue } from '@coldhunt/core';
import { nightMatches, type NightOptions } from './night-matches.ts';
import { compareInTotal, decodeSourced, encodeSourced, withoutRepeats, type SourcedMatch } from './sourced-match.ts';
import { SpillSorter } from './spill-sorter.ts';

export const TOO_LATE_PATH = 'too_late.ndjson';

const TEXT_CHARS = 256 * 1024;

export interface LateMatches {
  /** Matches before the range that is new tonight. */
  readonly late: number;
  /** Those of them that lie before the time that is still taken up, though the watch covers it. */
  readonly tooLate: number;
}

/**
 * Writes too_late.ndjson in the total order. `sinceMs`: where the watch begins; before it is history, which raised nothing anyway. On a
 * first night, and of rules that are new, nothing is late.
 */
export async function tellLateMatches(options: NightOptions & { readonly sinceMs: number }): Promise<LateMatches> {
  const { run, store, memoryChars, sinceMs } = options;
  const { watch, from } = run.question;
  const counts = { late: 0, tooLate: 0 };
  const isKnown = (ruleId: string): boolean => watch?.rules_anew.includes(ruleId) === false;
  if (watch === undefined || watch.carried === null || from === null) return counts;
  const [rescanMs, fromMs] = [Date.parse(watch.rescan_from), Date.parse(from)];
  const input = await nightMatches({ ...options, withCarried: false, relocate: null });
  const late = new SpillSorter<SourcedMatch>(store, {
    compare: compareInTotal,
    encode: encodeSourced,
    decode: decodeSourced,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
  try {
    for await (const batch of withoutRepeats(input.sorter.sorted())) {
      for (const entry of batch) {
        const { rule_id: ruleId, time_ms: timeMs } = entry.match;
        if (timeMs >= fromMs || !isKnown(ruleId)) continue;
        counts.late += 1;
        if (timeMs >= rescanMs || timeMs < sinceMs) continue;
        counts.tooLate += 1;
        await late.add(entry);
      }
    }
    await store.putStream(TOO_LATE_PATH, toNdjson(late.sorted()));
    return counts;
  } finally {
    await Promise.all([input.sorter.clear(), late.clear()]);
  }
}

async function* toNdjson(batches: AsyncIterable<readonly SourcedMatch[]>): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const batch of batches) {
    for (const { match } of batch) text += `${stringifyDocument(toLine(match))}\n`;
    if (text.length < TEXT_CHARS) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function toLine({ rule_id, time_ms, terms, evidence }: SourcedMatch['match']): Document {
  return {
    rule_id,
    time: new Date(time_ms).toISOString(),
    terms: terms as unknown as DocumentValue,
    evidence: evidence as unknown as DocumentValue,
  };
}
