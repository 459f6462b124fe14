import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { probeProcess } from './probe-process.ts';

async function probe(limit: string, nodeVersion = '26.10.0'): ReturnType<typeof probeProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'coldhunt-limits-'));
  try {
    const limitsFile = join(folder, 'limits');
    writeFileSync(limitsFile, `Limit                     Soft Limit           Hard Limit           Units\n${limit}\n`);
    return await probeProcess({ nodeVersion, limitsFile });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('probeProcess', () => {
  it.each([
    ['Max open files            1024                 524288               files', false, '1024'],
    ['Max open files            65536                524288               files', true, '65536'],
    ['Max open files            unlimited            unlimited            files', true, 'unlimited'],
    ['Max processes             1                    1                    processes', true, 'not told by this system'],
  ])('reads %s', async (line, ok, found) => {
    const [, files] = await probe(line);
    expect(files).toMatchObject({ check: 'open files', ok, found });
    expect(files?.mend === null).toBe(ok);
  });

  it('finds a Node that stops after the first frame of a zstd file too old', async () => {
    expect((await probe('', '24.21.0'))[0]).toMatchObject({ check: 'node', ok: false, found: '24.21.0' });
    expect((await probe('', '26.0.0'))[0]).toMatchObject({ ok: true, mend: null });
  });

  it('finds this process fine, or says what mends it', async () => {
    for (const { ok, mend } of await probeProcess()) expect(ok).toBe(mend === null);
  });
});
