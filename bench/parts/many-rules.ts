// Five hundred rules that find nothing, hunted together and one by one: one pass looks for the literals of all.

import { dirname } from 'node:path';
import { CORPUS, type Corpus } from '../corpus.ts';
import { countMatches, firstRule } from '../scan-archive.ts';
import { takeTurns, type Contestant } from '../turns.ts';
import type { Rule } from '@coldhunt/rules';
import { figures, ratio } from './speed.ts';

const RULES = 500;
const ASKED = 250_000;
const HUNDRED = 100;
const SINGLES = 10;

/** The shapes that rules of this kind have; none of their names stands in the corpus. */
const SHAPES: readonly ((number: number) => string)[] = [
  (n) => `event.category: "process" and event.type: "start" and process.name: "implant-${n}.exe"`,
  (n) => `event.category: "process" and process.args: ("--exfil-${n}" or "--beacon-${n}")`,
  (n) => `process.executable: *\\\\drop${n}zone\\\\*.exe and host.os.type: "windows"`,
  (n) => `process.name.caseless: ("Stager${n}" or "Loader${n}") and event.action: ("exec" or "start")`,
  (n) => `process.parent.name: "parent-${n}d" and not user.id: "S-1-5-18"`,
];

function emptyHanded(): readonly Rule[] {
  const base = firstRule();
  return Array.from({ length: RULES }, (_, number) => ({
    ...base,
    rule_id: `bench-rule-${String(number).padStart(3, '0')}`,
    name: `Empty-handed ${number}`,
    query: SHAPES[number % SHAPES.length]?.(1000 + number) ?? '',
  }));
}

export async function measureManyRules(corpus: Corpus, turns: number, say: (line: string) => void): Promise<void> {
  const folder = dirname(corpus.plain);
  const rules = emptyHanded();
  const [together, hundred, singles] = await takeTurns(
    [
      { name: 'together', run: () => countMatches(folder, rules) },
      { name: 'a hundred', run: () => countMatches(folder, rules.slice(0, HUNDRED)) },
      {
        name: 'one by one',
        run: async () => {
          let matches = 0;
          for (const rule of rules.slice(0, SINGLES)) matches += await countMatches(folder, [rule]);
          return matches;
        },
      },
    ] as const satisfies readonly Contestant[],
    { turns, matches: 0 },
  );
  say(
    `rules    ${RULES} empty-handed rules together ${figures(together)}, ${Math.round(CORPUS.events / together.seconds)} events/s (asked: ${ASKED}) | ` +
      `${HUNDRED} together ${figures(hundred)} | ${SINGLES} hunts of one rule each ${figures(singles)} | ` +
      `${SINGLES} single hunts' time to that of ${HUNDRED} together ${ratio(singles.seconds, hundred.seconds)} (asked: more than 1), of ${RULES} ${ratio(singles.seconds, together.seconds)}`,
  );
}
