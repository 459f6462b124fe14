// What the fuzzer found once, for ever; and a look at each target. The long run is `npm run fuzz`.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputOf, problemOf } from './execute.ts';
import { allTargets } from './targets/all-targets.ts';

/** One folder a target, one file an input. */
const FIXED = join(import.meta.dirname, 'fixed');
const EXECUTIONS = 15;

const targets = await allTargets();

function fixedOf(name: string): readonly string[] {
  const folder = join(FIXED, folderOf(name));
  return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
}

function folderOf(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_');
}

describe('any input gives a result or an error of ours', () => {
  it.each(targets)('$name', async (target) => {
    for (const input of target.corpus) expect(await problemOf(target, input)).toBeNull();
    for (const file of fixedOf(target.name)) expect(await problemOf(target, readFileSync(file)), file).toBeNull();
    for (let number = 0; number < EXECUTIONS; number += 1)
      expect(await problemOf(target, inputOf(target, 0, number)), `--seed 0 --number ${number}`).toBeNull();
  });

  it('holds no input of a target that is gone', () => {
    const known = new Set(targets.map(({ name }) => folderOf(name)));
    expect(existsSync(FIXED) ? readdirSync(FIXED).filter((name) => !known.has(name)) : []).toEqual([]);
  });
});
