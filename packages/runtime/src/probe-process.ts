// The lines of `coldhunt doctor` about this process: Node's version and how many files it may open.

import { readFile } from 'node:fs/promises';

export interface ProcessProbe {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly expected: string;
  /** The line that mends it; null when there is nothing to mend. */
  readonly mend: string | null;
}

/** Node 22 and 24 stop after the first frame of a zstd file, some of them in silence. */
const OLDEST_NODE = 26;
/** Connections to storage (64 a thread), objects, spills: a thousand are used up by eight threads. */
const FEWEST_FILES = 4096;

export interface ProbeProcessOptions {
  readonly nodeVersion?: string;
  /** Where the kernel tells the limits of this process; absent on systems other than Linux. */
  readonly limitsFile?: string;
}

/** Never throws. */
export async function probeProcess(options: ProbeProcessOptions = {}): Promise<readonly ProcessProbe[]> {
  const { nodeVersion = process.versions.node, limitsFile = '/proc/self/limits' } = options;
  return [probeNode(nodeVersion), await probeFiles(limitsFile)];
}

function probeNode(version: string): ProcessProbe {
  const ok = Number.parseInt(version, 10) >= OLDEST_NODE;
  return {
    check: 'node',
    ok,
    found: version,
    expected: `${OLDEST_NODE} or newer`,
    mend: ok ? null : 'npm ci, then node_modules/.bin/coldhunt: it brings its own Node',
  };
}

async function probeFiles(limitsFile: string): Promise<ProcessProbe> {
  const expected = `${FEWEST_FILES} or more`;
  const soft = await readSoftLimit(limitsFile);
  const ok = soft === null || soft >= FEWEST_FILES;
  return {
    check: 'open files',
    ok,
    found: soft === null ? 'not told by this system' : soft === Infinity ? 'unlimited' : String(soft),
    expected,
    mend: ok
      ? null
      : `ulimit -n ${FEWEST_FILES} (systemd: LimitNOFILE=${FEWEST_FILES}; containers: --ulimit nofile=${FEWEST_FILES})`,
  };
}

async function readSoftLimit(limitsFile: string): Promise<number | null> {
  try {
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(await readFile(limitsFile, 'utf8'))?.[1];
    if (soft === undefined) return null;
    return soft === 'unlimited' ? Infinity : Number(soft);
  } catch {
    return null;
  }
}
