// `npm run fuzz -- --minutes m [--seed n] [--target name] [--number k]`: good inputs, altered, given to everything that reads what others wrote.
// Every target gets its share of the time. A finding is written to .cache/fuzz and ends with exit code 1; `--target` with `--number` does one
// execution again. A thread does the work: one that hangs or dies is a finding too.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ROOT } from '../run-command.ts';
import { inputOf, problemOf } from './execute.ts';
import type { FuzzNews, FuzzWork } from './fuzz-thread.ts';
import type { FuzzTarget } from './target.ts';
import { allTargets } from './targets/all-targets.ts';

interface Finding {
  readonly target: string;
  readonly number: number;
  readonly problem: string;
}

const HANGS_MS = 30_000;
const THREAD_MB = 1024;
const FINDINGS = join(ROOT, '.cache', 'fuzz');

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    number: { type: 'string' },
  },
});
const seed = Number(values.seed);
const minutes = Number(values.minutes);
if (!Number.isSafeInteger(seed) || !(minutes > 0)) throw new Error('expected --seed <integer> --minutes <number>');
process.exitCode = await main();

async function main(): Promise<number> {
  const targets = (await allTargets()).filter(({ name }) => values.target === undefined || name === values.target);
  if (targets.length === 0) throw new Error(`there is no target ${values.target}`);
  if (values.number !== undefined) return once(targets[0] as FuzzTarget, Number(values.number));
  const { findings, executions } = await fuzz(targets);
  for (const { target, number, problem } of findings) {
    const path = join(FINDINGS, `${target.replaceAll(/[^\w.-]/g, '_')}-${seed}-${number}`);
    await mkdir(FINDINGS, { recursive: true });
    await writeFile(path, inputOf(targets.find(({ name }) => name === target) as FuzzTarget, seed, number));
    say(`\n${target}, --seed ${seed} --number ${number}, input in ${path}:\n${problem.slice(0, 2000)}`);
  }
  const sum = executions.toLocaleString('en-US');
  say(`fuzz: ${sum} executions of ${targets.length} targets from seed ${seed}, ${findings.length} findings`);
  return findings.length === 0 ? 0 : 1;
}

async function once(target: FuzzTarget, number: number): Promise<number> {
  const input = inputOf(target, seed, number);
  process.stdout.write(input);
  const problem = await problemOf(target, input);
  say(`\n${problem ?? 'nothing is wrong'}`);
  return problem === null ? 0 : 1;
}

interface Fuzzed {
  readonly findings: readonly Finding[];
  readonly executions: number;
}

/** A thread that hangs or dies is ended, and another goes on behind the execution that it was at. */
async function fuzz(targets: readonly FuzzTarget[]): Promise<Fuzzed> {
  const shareMs = (minutes * 60_000) / targets.length;
  const findings: Finding[] = [];
  let executions = 0;
  const listen = (news: FuzzNews): void => {
    if (news.kind === 'found') findings.push(news);
    if (news.kind !== 'executed') return;
    executions += news.executions;
    say(`${news.target}: ${news.executions.toLocaleString('en-US')} executions`);
  };
  for (let from = { index: 0, number: 0 }; from.index < targets.length;) {
    const counter = new Int32Array(new SharedArrayBuffer(8));
    counter.fill(-1);
    const problem = await runThread({ seed, target: values.target ?? null, shareMs, from, counter }, listen);
    if (problem === null) break;
    const [index = -1, number = -1] = counter;
    const target = targets[index];
    if (target === undefined) throw new Error(`the thread did not begin: ${problem}`);
    findings.push({ target: target.name, number, problem });
    from = { index, number: number + 1 };
    if (findings.filter(({ target: name }) => name === target.name).length >= 3) from = { index: index + 1, number: 0 };
  }
  return { findings, executions };
}

/** null: it came to its end. */
async function runThread(work: FuzzWork, listen: (news: FuzzNews) => void): Promise<string | null> {
  const thread = new Worker(new URL('fuzz-thread.ts', import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MB },
  });
  const ended = new Promise<string | null>((resolve) => {
    thread.on('message', (news: FuzzNews) => (news.kind === 'done' ? resolve(null) : listen(news)));
    thread.once('error', (error) => resolve(`the thread died: ${String(error)}`));
    thread.once('exit', (code) => resolve(`the thread ended with code ${code}`));
  });
  let [seen, since] = ['', Date.now()];
  for (;;) {
    const end = await Promise.race([ended, sleep(200, 'under way' as const)]);
    const now = work.counter.join(' ');
    if (now !== seen) [seen, since] = [now, Date.now()];
    if (end === 'under way' && Date.now() - since < HANGS_MS) continue;
    await thread.terminate();
    return end === 'under way' ? `hangs: not done within ${HANGS_MS} ms` : end;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
