// 1, 10, 100 and 600 real rules over the corpus, one thread, each in a process of its own: events a second, matches, peak memory, and
// which rules take the most, and what each rule without a literal takes.

import { dirname, join } from 'node:path';
import type { Corpus } from '../corpus.ts';
import { runScript } from '../run-child.ts';
import { median } from '../turns.ts';
import { figures, ratio } from './speed.ts';
import { megabytes } from './whole-process.ts';

const SCRIPT = join(import.meta.dirname, '..', 'scan-rules.ts');
const COUNTS = [1, 10, 100, 600];
const PROMISED = 150_000;
const NAMED = 3;

interface RuleTaken {
  readonly name: string;
  readonly candidates: number;
  readonly seconds: number;
}

interface Scanned {
  readonly rules: number;
  readonly events: number;
  readonly searched: number;
  readonly matches: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly parseSeconds: number;
  readonly withoutLiterals: readonly RuleTaken[];
  readonly costliest: readonly RuleTaken[];
}

/** `pack`: the folder of the rules; without it the part is left out. */
export async function measureRealRules(
  corpus: Corpus,
  {
    pack,
    turns,
    say,
  }: { readonly pack: string | undefined; readonly turns: number; readonly say: (line: string) => void },
): Promise<void> {
  if (pack === undefined) {
    say('rules    real rules: not measured, since no checkout of them is named (--elastic-rules <folder>)');
    return;
  }
  for (const count of COUNTS) {
    const taken: (Scanned & { readonly peakBytes: number })[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      taken.push(await runScript<Scanned>(SCRIPT, [dirname(corpus.plain), pack, String(count)]));
    }
    const [first] = taken;
    if (first === undefined) return;
    const seconds = median(taken.map((each) => each.seconds));
    const cpuSeconds = median(taken.map((each) => each.cpuSeconds));
    const parseSeconds = median(taken.map((each) => each.parseSeconds));
    const promise = count === Math.max(...COUNTS) ? ` (promised: ${PROMISED})` : '';
    say(
      `rules    ${first.rules} real rules ${figures({ name: '', seconds, cpuSeconds })}, ${Math.round(first.events / seconds)} events/s${promise}, ${Math.round(first.events / cpuSeconds)} events per second of processor time, ${first.matches} matches, ` +
        `time to that of reading lines and JSON.parse alone ${ratio(seconds, parseSeconds)}, ${first.searched} of ${first.events} lines ruled out by literals, peak ${megabytes(Math.max(...taken.map(({ peakBytes }) => peakBytes)))} MB`,
    );
    if (count < Math.max(...COUNTS)) continue;
    say(`rules    without literals: ${first.withoutLiterals.length} of ${first.rules} rules`);
    for (const each of first.withoutLiterals) say(`rules    without literals: ${taking(each)}`);
    for (const each of first.costliest.slice(0, NAMED)) say(`rules    costliest: ${taking(each)}`);
  }
}

function taking({ name, candidates, seconds }: RuleTaken): string {
  return `${name}: ${seconds.toFixed(4)} s for ${candidates} events`;
}
