// The direction of dependencies is checked by the build: one forbidden import of each kind must be found.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'coldhunt-boundaries-'));
  for (const entry of await readdir(root)) {
    if (['node_modules', '.git', '.cache', '.turbo', 'runs'].includes(entry)) continue;
    await cp(join(root, entry), join(copy, entry), {
      recursive: true,
      filter: (source) => !source.includes('/node_modules'),
    });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await run('git', ['init', '-q']);
});

afterAll(async () => {
  await rm(copy, { recursive: true, force: true });
});

describe('imports that the design forbids', () => {
  it.each([
    ['a package that is not declared', 'packages/rules/src/forbidden.ts', '@coldhunt/formats', 'turbo'],
    ['storage inside the engine', 'packages/engine/src/scan/forbidden.ts', '@coldhunt/archive', 'turbo'],
    ['the queue inside the archive', 'packages/archive/src/forbidden.ts', '@coldhunt/queue', 'turbo'],
    ['an app inside another app', 'apps/worker/src/forbidden.ts', '@coldhunt/planner', 'turbo'],
    ['a later stage', 'packages/engine/src/plan/forbidden.ts', '../scan/output.ts', 'oxlint'],
    ['the inside of an earlier stage', 'packages/engine/src/reduce/forbidden.ts', '../scan/scan-shard.ts', 'oxlint'],
    ['what calls the stages', 'packages/engine/src/report/forbidden.ts', '../hunt/run-hunt.ts', 'oxlint'],
  ])('finds %s', async (_name, file, specifier, tool) => {
    await writeFile(join(copy, file), `import * as forbidden from '${specifier}';\n\nexport const used = forbidden;\n`);
    try {
      const { code, output } = tool === 'turbo' ? await run('turbo', ['boundaries']) : await run('oxlint', [file]);
      expect(code, output).not.toBe(0);
      expect(output).toContain('forbidden');
    } finally {
      await rm(join(copy, file));
    }
  });

  it('finds nothing in the tree as it is', async () => {
    const { code, output } = await run('turbo', ['boundaries']);
    expect(code, output).toBe(0);
  });
});

function run(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  const environment = { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' };
  return new Promise((resolve) => {
    execFile(command, args, { cwd: copy, env: environment }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
    });
  });
}
