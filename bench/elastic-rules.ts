// Rules of a checkout of Elastic's public pack, for the benchmark of many rules. It is asked for by name and never copied.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createFieldTypes, loadRules, type Rule } from '@coldhunt/rules';

/** Folders in this order: those for endpoints, whose events the corpus holds, come first. */
const FOLDERS = ['windows', 'linux', 'macos', 'cross-platform', 'network', 'promotions'];
/** Matches every event: it shows users of a new deployment what an alert is. */
const GREETING = 'My First Rule';

/** The first so many rules that can run, in the same order every time. `folder`: the one that holds `windows`, `linux` and so on. */
export function loadElasticRules(folder: string, count: number): readonly Rule[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.toml'))
    .map((entry) => join(entry.parentPath, entry.name));
  const named = files
    .map((file) => ({ file, place: FOLDERS.indexOf(relative(folder, file).split(/[\\/]/)[0] ?? '') }))
    .filter(({ place }) => place !== -1)
    .toSorted((a, b) => a.place - b.place || (a.file < b.file ? -1 : 1));
  const loaded = loadRules(
    named.map(({ file }) => ({ name: relative(folder, file), text: readFileSync(file, 'utf8') })),
    createFieldTypes(),
  );
  return loaded.flatMap(({ rule }) => (rule === null || rule.name === GREETING ? [] : [rule])).slice(0, count);
}
