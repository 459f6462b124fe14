import { describe, expect, it } from 'vitest';
import { checkScheduleName, readSchedule, removeSchedule, writeSchedule } from './schedule-file.ts';
import { MemoryStore } from '../test/build-watch.ts';

const SCHEDULE = {
  name: 'nightly',
  paused: false,
  weight: 4,
  accept_incomplete: false,
  added_at: '2026-02-01T00:00:00.000Z',
};

describe("a workspace's schedule", () => {
  it('is read as it was written, in place of the one before, until it is removed', async () => {
    const workspace = new MemoryStore();
    expect(await readSchedule(workspace)).toBeNull();
    await writeSchedule(workspace, SCHEDULE);
    await writeSchedule(workspace, { ...SCHEDULE, paused: true });
    expect(await readSchedule(workspace)).toEqual({ ...SCHEDULE, paused: true });
    await removeSchedule(workspace);
    expect(await readSchedule(workspace)).toBeNull();
  });

  it('is refused where it was altered', async () => {
    const workspace = new MemoryStore();
    await workspace.put('schedule.json', Buffer.from(JSON.stringify(SCHEDULE)));
    await expect(readSchedule(workspace)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  });

  it.each(['', 'a:b', '../up', '.hidden', 'two words', 'x'.repeat(101)])('is not called %j', (name) => {
    expect(() => checkScheduleName(name)).toThrow(expect.objectContaining({ code: 'SCHEDULE_INVALID' }));
  });

  it.each(['nightly', '7', 'team-a.nightly_2'])('may be called %j', (name) => {
    expect(checkScheduleName(name)).toBe(name);
  });
});
