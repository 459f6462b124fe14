// Nights of a watch, one situation at a time: what is too late, what a changed rule reads, what is incomplete, who may run.

import { gzipSync } from 'node:zlib';
import { sealJson, type Document } from '@coldhunt/core';
import { readAlerts, scanHere } from '@coldhunt/engine';
import { describe, expect, it } from 'vitest';
import { folderStore } from '../src/folder-store.ts';
import { takeLease } from '../src/lease.ts';
import { lastNight, nightFolder } from '../src/night-file.ts';
import { runFolderOf } from '../src/replaced-rules.ts';
import { runDueNights } from '../src/run-due-nights.ts';
import { runNight, type NightResult } from '../src/run-night.ts';
import { standingAlerts } from '../src/standing-alerts.ts';
import { readWatch, writeWatch, type Watch } from '../src/watch-file.ts';
import { GrowingArchive, MemoryStore, buildRule, buildWatch, questionFrom } from './build-watch.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 1, 1);
const HELD = {
  group_by: ['process.name'],
  duration: { value: 12, unit: 'h' as const },
  missing_fields_strategy: 'suppress' as const,
};
const LAYOUT = { layout: '%Y-%m-%d*', layout_time: 'event' as const };

function event(day: number, host: string, name = 'aws'): string {
  const time = new Date(START + day * DAY + 3_600_000).toISOString();
  return `${JSON.stringify({ '@timestamp': time, host: { id: host }, process: { name } })}\n`;
}

function keyOf(day: number, ending = ''): string {
  return `${new Date(START + day * DAY).toISOString().slice(0, 10)}${ending}.ndjson`;
}

class World {
  readonly archive = new GrowingArchive();
  readonly workspace = new MemoryStore();
  /** What was told of nights that were restored. */
  readonly restored: string[] = [];
  watch = watchOf();

  /** All nights that are due on a day. */
  async runUntil(day: number, acceptIncomplete = false): Promise<NightResult[]> {
    const source = this.archive.source();
    const results: NightResult[] = [];
    const nights = runDueNights({
      workspace: this.workspace,
      watch: this.watch,
      onRestored: (text) => this.restored.push(text),
      now: () => START + day * DAY,
      run: (night) =>
        runNight({
          ...night,
          sources: [source],
          acceptIncomplete,
          nowMs: START + day * DAY,
          runShards: scanHere([source], folderStore(this.workspace, runFolderOf(night))),
        }),
    });
    for await (const result of nights) results.push(result);
    return results;
  }

  async standing(): Promise<string[]> {
    const found: string[] = [];
    for await (const alert of standingAlerts(this.workspace)) {
      found.push(`${String(alert['@timestamp']).slice(0, 10)} ${String(alert['kibana.alert.new_terms'])}`);
    }
    return found.toSorted();
  }

  async file(night: number, path: string): Promise<Document[]> {
    const lines: Document[] = [];
    for await (const line of readAlerts(folderStore(this.workspace, nightFolder(night)), path)) lines.push(line);
    return lines;
  }
}

function watchOf(over: Parameters<typeof buildRule>[0] = {}): Watch {
  const rules = [buildRule({ rule_id: 'one', ...over }), buildRule({ rule_id: 'two', query: 'process.name: "sh"' })];
  return buildWatch(questionFrom(new Date(START).toISOString(), null, rules, LAYOUT), { rescan_ms: 2 * DAY });
}

describe('a watch', () => {
  it('catches up missed nights oldest first, each once, and then has nothing to do', async () => {
    const world = new World();
    for (let day = 0; day < 5; day += 1) world.archive.objects.set(keyOf(day), event(day, `h${day}`));
    const results = await world.runUntil(4);
    expect(results.map(({ night }) => night?.to.slice(0, 10))).toEqual([
      '2026-02-02',
      '2026-02-03',
      '2026-02-04',
      '2026-02-05',
    ]);
    expect(await world.runUntil(4)).toEqual([]);
    expect(await world.standing()).toEqual(['2026-02-01 h0', '2026-02-02 h1', '2026-02-03 h2', '2026-02-04 h3']);
    expect([...world.archive.opened.values()].every((count) => count === 1)).toBe(true);
  });

  it('tells what came later than the rescan window, and raises nothing from it', async () => {
    const world = new World();
    world.archive.objects.set(keyOf(4), event(4, 'a'));
    await world.runUntil(5);
    // A monthly file under a key of today brings an old event.
    world.archive.objects.set(keyOf(5, '-compacted'), event(0, 'old') + event(5, 'b'));
    const [result] = await world.runUntil(6);
    expect(result?.night).toMatchObject({ late: 1, too_late: 1, corrections: { added: 0 } });
    expect(await world.file(6, 'too_late.ndjson')).toMatchObject([
      { rule_id: 'one', time: '2026-02-01T01:00:00.000Z', terms: ['old'] },
    ]);
    expect(await world.standing()).toEqual(['2026-02-05 a', '2026-02-06 b']);
  });

  it('adds what a late event makes true and supersedes what it moves', async () => {
    const world = new World();
    world.archive.objects.set(keyOf(3), event(3, 'a') + event(3, 'b'));
    await world.runUntil(4);
    expect(await world.standing()).toEqual(['2026-02-04 a', '2026-02-04 b']);
    world.archive.objects.set(keyOf(2, '-late'), event(2, 'b') + event(2, 'c'));
    await world.runUntil(5);
    expect(await world.standing()).toEqual(['2026-02-03 b', '2026-02-03 c', '2026-02-04 a']);
    expect((await world.file(5, 'corrections.ndjson')).map(({ kind }) => kind).toSorted()).toEqual([
      'added',
      'superseded',
    ]);
  });

  it('withdraws an alert whose terms turn out to have been seen', async () => {
    const world = new World();
    for (const day of [0, 3]) world.archive.objects.set(keyOf(day), event(day, 'a'));
    await world.runUntil(4);
    expect(await world.standing()).toEqual(['2026-02-01 a', '2026-02-04 a']);
    world.archive.objects.set(keyOf(2, '-late'), event(2, 'a'));
    await world.runUntil(5);
    expect((await world.file(5, 'corrections.ndjson')).map(({ kind }) => kind)).toEqual(['withdrawn']);
    expect(await world.standing()).toEqual(['2026-02-01 a']);
  });

  it('reads history again for a rule whose meaning changed, and for that one alone', async () => {
    const world = new World();
    for (let day = 0; day < 4; day += 1) world.archive.objects.set(keyOf(day), event(day, 'a') + event(day, 'a', 'sh'));
    await world.runUntil(3);
    world.watch = watchOf({ name: 'Renamed', severity: 'high' });
    const [renamed] = await world.runUntil(4);
    expect(renamed?.run.question.watch?.rules_anew).toEqual([]);
    world.archive.objects.set(keyOf(4), event(4, 'a'));
    world.watch = watchOf({ query: 'process.name: ("aws" or "zsh")' });
    const [changed] = await world.runUntil(5);
    expect(changed?.run.question.watch?.rules_anew).toEqual(['one']);
    const rules: unknown[] = [];
    for await (const line of changed?.hunt.plan.lines() ?? []) if (line.kind === 'shard') rules.push(line.shard.rules);
    expect(rules).toContainEqual(['one']);
    // Its memory was made anew: what had been seen is known, and nothing is raised twice.
    expect(changed?.hunt.done.alerts.count).toBe(0);
  });

  it('marks what only a changed rule raises, in its first night', async () => {
    const world = new World();
    for (let day = 0; day < 3; day += 1)
      world.archive.objects.set(keyOf(day), event(day, 'a') + event(day, 'b', 'zsh') + event(day, 'a', 'zsh'));
    await world.runUntil(3);
    world.watch = watchOf({ query: 'process.name: ("aws" or "zsh")', history_window_start: 'now-1d' });
    world.archive.objects.set(keyOf(3), event(3, 'c') + event(3, 'd', 'zsh'));
    const [night] = await world.runUntil(4);
    const told = (await world.file(4, 'alerts.ndjson')).map(
      (alert) => `${String(alert['kibana.alert.new_terms'])} ${String(alert['coldhunt.new_by_rule_change'] ?? false)}`,
    );
    expect(told.toSorted()).toEqual(['c false', 'd true']);
    expect(night?.night?.new_by_rule_change).toBe(1);
    // Once.
    world.archive.objects.set(keyOf(4), event(4, 'e', 'zsh'));
    await world.runUntil(5);
    expect((await world.file(5, 'alerts.ndjson'))[0]).not.toHaveProperty('coldhunt.new_by_rule_change');
    expect([...world.workspace.files.keys()].some((path) => path.startsWith('replaced/000005/'))).toBe(false);
  });

  it('leaves the watermark before a night that could not be examined, and tries it again', async () => {
    const world = new World();
    world.archive.objects.set(`${keyOf(0)}.gz`, gzipSync(event(0, 'z').repeat(50)).subarray(0, 60));
    world.archive.objects.set(keyOf(1), event(1, 'a'));
    const [stopped] = await world.runUntil(2);
    expect(stopped?.night).toBeNull();
    expect(stopped?.hunt.coverage.failed).toHaveLength(1);
    expect(await lastNight(world.workspace)).toBeNull();
    const accepted = await world.runUntil(2, true);
    expect(accepted.map(({ night }) => night?.complete)).toEqual([false, false]);
    expect(accepted.at(-1)?.night?.examined.unread).toMatchObject([{ uri: `memory:///archive/${keyOf(0)}.gz` }]);
    // The window of what is new in the night after holds the hole.
    expect(await world.file(2, 'alerts.ndjson')).toMatchObject([{ 'coldhunt.baseline': 'partial' }]);
    // What was missed is tried every night; once it can be read its events are late ones, and the hole is closed.
    world.archive.objects.set(`${keyOf(0)}.gz`, event(0, 'z'));
    const [mended] = await world.runUntil(3);
    expect(mended?.night?.examined.unread).toEqual([]);
    expect(await world.standing()).toEqual(['2026-02-01 z', '2026-02-02 a']);
  });

  it.each([
    ['matches', 'nights/000003/memory.matches.zst'],
    ['what was reported', 'nights/000003/published.ndjson'],
    ['what was read', 'nights/000002/read.bin'],
    ['what is settled', 'nights/000003/memory.state.ndjson'],
    ['the night itself', 'nights/000003.json'],
  ])('leaves again what is damaged of a night, and says so: %s', async (_what, path) => {
    for (const isGone of [false, true]) {
      const [world, sound] = [new World(), new World()];
      for (const each of [world, sound]) {
        each.watch = watchOf({ alert_suppression: HELD });
        each.archive.objects.set(keyOf(0), event(0, 'a'));
        each.archive.objects.set(keyOf(1), event(1, 'b'));
        each.archive.objects.set(keyOf(2), event(2, 'a') + event(2, 'c'));
        await each.runUntil(3);
        each.archive.objects.set(keyOf(3), event(3, 'd') + event(3, 'b', 'sh'));
        each.archive.objects.set(keyOf(2, '-late'), event(2, 'b'));
      }
      const body = Buffer.from(world.workspace.files.get(path) as Uint8Array);
      if (isGone) world.workspace.files.delete(path);
      else world.workspace.files.set(path, Buffer.concat([body.subarray(0, body.length / 2), Buffer.from('x')]));
      const results = await world.runUntil(4);
      await sound.runUntil(4);
      expect(results.at(-1)?.night?.number).toBe(4);
      if (!path.endsWith('000003.json') || !isGone) expect(world.restored.join()).toContain('damaged');
      expect(await world.standing()).toEqual(await sound.standing());
      for (const left of ['nights/000003/memory.matches.zst', 'nights/000004/memory.matches.zst'])
        expect(world.workspace.files.get(left)).toEqual(sound.workspace.files.get(left));
    }
  });

  // Kibana's case S-3 raises a second alert, since the first has no suppression fields; here a rule that changed reads its history anew.
  it('groups, where suppression is enabled between two nights, with an alert of before as if it always had', async () => {
    const world = new World();
    world.archive.objects.set(keyOf(0), event(0, 'a'));
    await world.runUntil(1);
    world.watch = watchOf({ alert_suppression: { ...HELD, duration: { value: 60, unit: 'h' } } });
    world.archive.objects.set(keyOf(1), event(1, 'b') + event(1, 'c'));
    world.archive.objects.set(keyOf(2), event(2, 'd') + event(2, 'e', 'sh'));
    await world.runUntil(3);
    const [first] = await world.file(1, 'alerts.ndjson');
    expect(first).toMatchObject({ 'kibana.alert.new_terms': ['a'] });
    expect(first).not.toHaveProperty(['kibana.alert.suppression.terms']);
    expect(await world.file(2, 'alerts.ndjson')).toEqual([]);
    // The group of another program had no alert yet.
    expect(await world.standing()).toEqual(['2026-02-01 a', '2026-02-03 e']);
  });

  it('refuses what a newer version has left', async () => {
    const world = new World();
    await world.runUntil(1);
    const path = 'nights/000001.json';
    const body = JSON.parse(Buffer.from(world.workspace.files.get(path) as Uint8Array).toString()) as object;
    world.workspace.files.set(path, sealJson(JSON.stringify({ ...body, format: 99, seal: undefined })));
    await expect(world.runUntil(2)).rejects.toMatchObject({ code: 'RUN_FORMAT_NEWER' });
    expect(world.workspace.files.has(path)).toBe(true);
  });

  it('is run by one process at a time; what a dead one held runs out', async () => {
    const { workspace } = new World();
    let nowMs = START;
    const now = (): number => nowMs;
    const first = await takeLease(workspace, { leaseMs: 1_000, now });
    await expect(takeLease(workspace, { leaseMs: 1_000, now })).rejects.toMatchObject({ code: 'WATCH_BUSY' });
    nowMs += 1_001;
    const second = await takeLease(workspace, { leaseMs: 1_000, now });
    await second.release();
    await first.release();
    await expect(takeLease(workspace, { leaseMs: 1_000, now })).resolves.toBeDefined();
  });

  it('says that the clock went back', async () => {
    const world = new World();
    await world.runUntil(2);
    await expect(world.runUntil(1)).rejects.toThrow('the clock went back');
  });

  it.each([
    ['a schedule that never fires', { cron: '0 2 30 2 *' }, '--cron "0 2 30 2 *"'],
    ['a schedule with seconds', { cron: '0 0 2 * * *' }, 'five fields'],
    ['a time zone that does not exist', { tz: 'Mars/Base' }, 'no such time zone'],
    ['no beginning', { question: questionFrom(null, null, [buildRule()]) as Watch['question'] }, '--from'],
  ])('refuses %s', async (_what, over, message) => {
    const workspace = new MemoryStore();
    await expect(writeWatch(workspace, { ...watchOf(), ...over })).rejects.toThrow(message);
    expect(workspace.files.size).toBe(0);
  });

  it('begins in a place of its own', async () => {
    const workspace = new MemoryStore();
    await workspace.put('run.json', Buffer.from('{}'));
    await expect(writeWatch(workspace, watchOf())).rejects.toMatchObject({ code: 'RUN_FOLDER_TAKEN' });
    expect([...workspace.files.keys()]).toEqual(['run.json']);
  });

  it('is read back as it was written, and refused when it was altered', async () => {
    const workspace = new MemoryStore();
    await writeWatch(workspace, watchOf());
    expect(await readWatch(workspace)).toMatchObject(watchOf());
    const body = Buffer.from(workspace.files.get('watch.json') as Uint8Array).toString();
    workspace.files.set('watch.json', Buffer.from(body.replace('0 0 * * *', '1 0 * * *')));
    await expect(readWatch(workspace)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  });
});
