// Contestants in turn, round after round in one process -> medians that may be compared: what else the machine does hits all alike.

export interface Contestant {
  readonly name: string;
  /** One turn; gives how many matches it found, null when it does not look for any. */
  readonly run: () => Promise<number | null>;
}

export interface Standing {
  readonly name: string;
  /** Medians over the turns after the warm-up. `cpuSeconds`: of all threads of this process. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

interface Turn {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Runs every contestant once to warm up, then `turns` times. Throws when one of them does not find as many matches as expected. */
export async function takeTurns<const Names extends readonly Contestant[]>(
  contestants: Names,
  { turns, matches }: { readonly turns: number; readonly matches: number },
): Promise<{ readonly [Index in keyof Names]: Standing }> {
  const taken = contestants.map((): Turn[] => []);
  for (let round = 0; round <= turns; round += 1) {
    for (const [index, { name, run }] of contestants.entries()) {
      const begun = performance.now();
      const cpu = process.cpuUsage();
      const found = await run();
      const { user, system } = process.cpuUsage(cpu);
      if (round > 0) {
        taken[index]?.push({ seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 });
      }
      if (found !== null && found !== matches) throw new Error(`${name} finds ${found} matches, there are ${matches}`);
    }
  }
  return contestants.map(({ name }, index) => ({
    name,
    seconds: median((taken[index] ?? []).map(({ seconds }) => seconds)),
    cpuSeconds: median((taken[index] ?? []).map(({ cpuSeconds }) => cpuSeconds)),
  })) as { readonly [Index in keyof Names]: Standing };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
