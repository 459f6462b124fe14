// Decisions of a rule that have no terms -> the same in order of time. Reduction keeps them by the hash of their copies.

import { parseDocument, stringifyDocument, type Document, type DocumentValue, type RunStore } from '@coldhunt/core';
import { toGroup, toMatch } from '../scan/output.ts';
import type { Decision } from './output.ts';
import { SpillSorter } from './spill-sorter.ts';

interface Placed {
  readonly decision: Decision;
  /** Among the decisions of its rule: what was decided at one instant keeps its order, a copy stands behind what it copies. */
  readonly number: number;
}

/** `decisions`: by rule, those with terms first. Memory is bounded: what does not fit is spilled into the run folder. */
export async function* termlessInTime(
  decisions: AsyncIterable<readonly Decision[]>,
  store: RunStore,
  memoryChars?: number,
): AsyncGenerator<readonly Decision[]> {
  let ruleId: string | null = null;
  let number = 0;
  const sorter = new SpillSorter<Placed>(store, {
    compare: (a, b) => a.decision.match.time_ms - b.decision.match.time_ms || a.number - b.number,
    encode,
    decode,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
  try {
    for await (const batch of decisions) {
      let ready: Decision[] = [];
      for (const decision of batch) {
        const { match } = decision;
        if (match.rule_id !== ruleId && number > 0) {
          yield ready;
          ready = [];
          yield* drain(sorter);
          number = 0;
        }
        ruleId = match.rule_id;
        if (match.terms === null) {
          await sorter.add({ decision, number });
          number += 1;
        } else ready.push(decision);
      }
      if (ready.length > 0) yield ready;
    }
    yield* drain(sorter);
  } finally {
    await sorter.clear();
  }
}

async function* drain(sorter: SpillSorter<Placed>): AsyncGenerator<readonly Decision[]> {
  for await (const batch of sorter.sorted()) yield batch.map(({ decision }) => decision);
  await sorter.clear();
}

function encode({ decision, number }: Placed): string {
  return stringifyDocument({ ...decision, number } as unknown as DocumentValue);
}

function decode(line: string): Placed {
  const { number, ...rest } = parseDocument(line) as Document & { number: number };
  const decision = rest as unknown as Decision;
  const { suppression } = decision;
  const values = suppression === null ? null : toGroup(suppression.values as unknown as readonly DocumentValue[]);
  return {
    number,
    decision: {
      ...decision,
      match: toMatch(rest['match'] as Document),
      suppression: suppression === null || values === null ? null : { ...suppression, values },
    },
  };
}
