import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import {
  findGivenUp,
  readCustody,
  writeAsked,
  writeGivenUp,
  type AskedInput,
  type GivenUpInput,
} from './custody-file.ts';

const run = buildRun(buildQuestion([buildRule()]));
const ASKED: AskedInput = { atMs: 0, command: 'scan', ticket: null, purpose: null, callers: [], version: '1.0.0' };
const WHY: GivenUpInput = { by: 'planner', code: 'STORAGE_NOT_FOUND', message: 'no such bucket', atMs: 1000 };

describe('why a hunt was given up', () => {
  it('is known until it is asked for again, whatever the clocks say', async () => {
    const store = createMemoryStore();
    await writeAsked(store, run, ASKED);
    expect(await findGivenUp(store, run)).toBeNull();
    await writeGivenUp(store, run, WHY);
    const { atMs: _, ...told } = WHY;
    expect(await findGivenUp(store, run)).toEqual({ ...told, at: '1970-01-01T00:00:01.000Z', asked: 1 });
    await writeAsked(store, run, { ...ASKED, command: 'resume', atMs: -5000 });
    expect(await findGivenUp(store, run)).toBeNull();
    await writeGivenUp(store, run, { ...WHY, by: 'reducer', code: 'STORAGE_FULL' });
    expect(await findGivenUp(store, run)).toMatchObject({ by: 'reducer', code: 'STORAGE_FULL' });
    expect((await readCustody(store))?.gave_up).toHaveLength(2);
  });

  it('is not that of another run, and is unknown where custody.json is damaged, missing or older', async () => {
    const store = createMemoryStore();
    expect(await findGivenUp(store, run)).toBeNull();
    await writeAsked(store, run, ASKED);
    await writeGivenUp(store, run, WHY);
    expect(await findGivenUp(store, { ...run, run_id: 'ab'.repeat(32) })).toBeNull();
    store.files.set('custody.json', Buffer.from('{"format":1'));
    expect(await findGivenUp(store, run)).toBeNull();
  });
});
