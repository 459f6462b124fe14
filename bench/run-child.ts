// A script or the command in a process of its own, for what can only be measured there: start-up and peak memory.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a script with this Node and parses the one line of JSON that it prints. */
export async function runScript<T>(
  script: string,
  args: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<T> {
  const { stdout } = await run(process.execPath, [...nodeFlags, script, ...args], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as T;
}

export async function runCommand(file: string, args: readonly string[]): Promise<void> {
  await run(file, args, { maxBuffer: 1 << 26 });
}
