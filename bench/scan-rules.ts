// Hunts over a folder with the first rules of a pack, in a process of its own: `scan-rules.ts <archive> <pack> <count>`. Prints what came of it.

import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Requirement } from '@coldhunt/core';
import { compileRule, createFieldTypes } from '@coldhunt/rules';
import { loadElasticRules } from './elastic-rules.ts';
import { scanArchive } from './scan-archive.ts';

const [archive = '.', pack = '.', count = '1'] = process.argv.slice(2);
const fieldTypes = createFieldTypes();
const rules = loadElasticRules(pack, Number(count));
const withoutLiterals = rules.filter((rule) => !namesText(compileRule(rule, { fieldTypes }).requirement));
const { lines, searched, matches, scanSeconds, scanCpuSeconds, effort } = await scanArchive(archive, rules);
const nameOf = new Map(rules.map((rule) => [rule.rule_id, rule.name]));
const costOf = new Map(effort.map((each) => [each.rule_id, each]));
console.log(
  JSON.stringify({
    rules: rules.length,
    events: lines,
    searched,
    matches,
    seconds: scanSeconds,
    cpuSeconds: scanCpuSeconds,
    parseSeconds: await parseAll(archive),
    withoutLiterals: withoutLiterals.map(({ rule_id: id, name }) => ({
      name,
      candidates: costOf.get(id)?.candidates ?? 0,
      seconds: costOf.get(id)?.seconds ?? 0,
    })),
    costliest: effort.map((each) => ({ ...each, name: nameOf.get(each.rule_id) ?? each.rule_id })),
  }),
);

/** What JSON.parse alone takes for the lines: what a scan that parses every event cannot go below. */
async function parseAll(folder: string): Promise<number> {
  const [name = ''] = await readdir(folder);
  const begun = performance.now();
  for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) JSON.parse(line);
  return (performance.now() - begun) / 1000;
}

/** Whether every match must hold some text that lines can be searched for. */
function namesText(requirement: Requirement): boolean {
  if (requirement.kind === 'leaf') return requirement.literals.length > 0;
  const parts = requirement.of.map((part) => namesText(part));
  return requirement.kind === 'all' ? parts.includes(true) : parts.length > 0 && !parts.includes(false);
}
