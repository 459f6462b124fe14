// Run folders on a disk that is full at any moment, read-only, or written to by two processes at once. The disk is a small file system in
// memory, mounted in a namespace of its own: nothing else sees it, and it is gone with the command.

import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArchive } from '../generator/archive-writer.ts';
import { readAnswer } from '../end-to-end/read-answer.ts';
import { coldhunt, ROOT } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const run = promisify(execFile);

let folder: string;
let question: readonly string[];
let expected: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-disk-'));
  await mkdir(join(folder, 'disk'));
  const shape = { seed: 7, startMs: Date.parse('2026-01-05T00:00:00Z'), days: 28, hosts: 60, events: 7_000 };
  const archive = await writeArchive(join(folder, 'written'), shape);
  const range = ['--from', '2026-01-12', '--to', '2026-02-02'];
  question = ['--archive', archive.folder, '--rule', RULE, ...range, '--exceptions', archive.exceptionsFile];
  const calm = await coldhunt(['scan', ...question, '--quiet', '--out', join(folder, 'calm')]);
  expect(calm.code, calm.stderr).toBe(3);
  expected = await readAnswer(join(folder, 'calm'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const scan = '"$NODE" "$COMMAND" scan "$@" --quiet --out "$DISK/run"';

/** Runs a shell script to whom `$DISK` is an empty file system of that size, and `$@` the question; gives what it printed. */
async function onDisk(size: string, script: string): Promise<string> {
  const disk = join(folder, 'disk');
  const env = {
    ...process.env,
    NO_COLOR: '1',
    DISK: disk,
    FOLDER: folder,
    NODE: join(ROOT, 'node_modules', '.bin', 'node'),
    COMMAND: join(ROOT, 'node_modules', '.bin', 'coldhunt'),
  };
  const mounted = `mount -t tmpfs -o size=${size} tmpfs "$DISK"\n${script}`;
  const { stdout } = await run('unshare', ['-rm', 'sh', '-c', mounted, 'sh', ...question], { env });
  return stdout;
}

describe('a run folder on a disk', () => {
  it('can be mounted here', () => {
    expect(spawnSync('unshare', ['-rm', 'true']).status, 'needs unshare, and leave to make namespaces').toBe(0);
  });

  // From the first file of the run to its last reports: all of it takes about 960 kB.
  it.each(['4k', '24k', '60k', '200k', '400k', '740k', '800k', '900k'])(
    'that is full at %s says so, and ends with the same bytes when there is room',
    async (size) => {
      const out = join(folder, `full-${size}`);
      const said = await onDisk(
        size,
        `${scan} 2>&1; echo "first $?"
         mount -o remount,size=64m "$DISK"
         ${scan} 2>&1; echo "second $?"
         cp -a "$DISK/run" "${out}"`,
      );
      expect(said).toContain('first 1\n');
      expect(said).toMatch(/no space left \(ENOSPC\); make room, then resume \(STORAGE_FULL\)/);
      expect(said).toContain('second 3\n');
      expect(said).not.toContain('INVARIANT');
      expect(await readAnswer(out)).toEqual(expected);
      expect(await readFile(join(out, 'alerts.csv'), 'utf8')).toBe(
        await readFile(join(folder, 'calm', 'alerts.csv'), 'utf8'),
      );
    },
  );

  it('that is read-only is refused before anything is read', async () => {
    const said = await onDisk('1m', `mount -o remount,ro "$DISK"\n${scan} 2>&1; echo "ended $?"`);
    expect(said).toContain('the file system is read-only (STORAGE_DENIED)');
    expect(said).toContain('ended 2\n');
  });

  it('that becomes read-only midway says so, and goes on when it can be written to', async () => {
    const out = join(folder, 'locked');
    const said = await onDisk(
      '64m',
      `( while [ -z "$(ls "$DISK/run/scan" 2>/dev/null)" ]; do sleep 0.01; done
         # Refused while a file of it is being written.
         until mount -o remount,ro "$DISK" 2>/dev/null; do :; done ) &
       ${scan} 2>&1; echo "first $?"
       wait
       mount -o remount,rw "$DISK"
       ${scan} 2>&1; echo "second $?"
       cp -a "$DISK/run" "${out}"`,
    );
    expect(said).toMatch(/read-only \(STORAGE_DENIED\)\nfirst [12]\n/);
    expect(said).toContain('second 3\n');
    expect(await readAnswer(out)).toEqual(expected);
  });
});

describe('a run folder that two processes write to', () => {
  it('holds the same bytes, and both say so', async () => {
    const out = join(folder, 'both');
    const both = await Promise.all([1, 2].map(() => coldhunt(['scan', ...question, '--quiet', '--out', out])));
    for (const { code, stderr } of both) expect(code, stderr).toBe(3);
    expect(await readAnswer(out)).toEqual(expected);
  });
});
