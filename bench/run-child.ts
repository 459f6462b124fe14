// A script or the command in a process of its own, for what can only be measured there: start-up and peak memory. The peak is asked of the
// kernel while the child runs: what a child says of itself begins with the size of its parent.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const POLL_MS = 10;

export interface Ended {
  readonly stdout: string;
  /** The most resident memory, as of the last look at it. 0 where the system does not tell. */
  readonly peakBytes: number;
}

/** Runs a script or a command with this Node. Throws when it fails. */
export async function runChild(script: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  let peakBytes = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const [, kibibytes = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
    peakBytes = Math.max(peakBytes, Number(kibibytes) * 1024);
  }, POLL_MS);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const stdout = Buffer.concat(output).toString();
    if (code !== 0)
      throw new Error(`${script} ${args.join(' ')} ends with ${String(code)}: ${Buffer.concat(complaints).toString()}`);
    return { stdout, peakBytes };
  } finally {
    clearInterval(timer);
  }
}

/** Runs a script that prints one line of JSON. */
export async function runScript<T>(
  script: string,
  args: readonly string[],
): Promise<T & { readonly peakBytes: number }> {
  const { stdout, peakBytes } = await runChild(script, args);
  return { ...(JSON.parse(stdout) as T), peakBytes };
}
