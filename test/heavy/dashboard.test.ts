// The dashboard in a real browser: a hunt is watched, cancelled and resumed there, with hostile names and a Redis that dies.

import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fleet, until } from '../end-to-end/fleet.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt } from '../run-command.ts';
import { startS3 } from '../s3-server.ts';
import { DashboardSetting, HOSTILE, RULE, type Dashboard } from './dashboard-setting.ts';

const SHOWN = HOSTILE.replace('\u202e', '\\u{202e}');

let setting: DashboardSetting;
let redis: RedisServer;
let fleet: Fleet;
let dashboard: Dashboard;

beforeAll(async () => {
  setting = await DashboardSetting.create();
  redis = await startRedis();
  fleet = new Fleet({ COLDHUNT_REDIS_URL: redis.url });
  await Promise.all(
    (['planner', 'reducer'] as const).map((role) => fleet.start(role, { flags: ['--drain-timeout', '1s'] })),
  );
  for (const name of [HOSTILE, 'second']) {
    const out = join(setting.workspace, name);
    const asked = ['scan', '--detach', '--archive', setting.archive, '--rule', RULE, '--out', out];
    const { code, stderr } = await coldhunt(asked, { env: { COLDHUNT_REDIS_URL: redis.url } });
    expect(code, stderr).toBe(0);
  }
  dashboard = await setting.start(['--allow-actions'], { COLDHUNT_REDIS_URL: redis.url });
});

afterAll(async () => {
  await fleet.end();
  await setting.end();
  await redis.stop();
});

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate('axe.run()');
  const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

/** Waits for words in the page as it stands open: nobody loads it again. */
async function expectSoon(page: Page, words: RegExp): Promise<void> {
  await until(
    async () => words.test((await page.locator('main').textContent()) ?? ''),
    () => `${words} in ${page.url()}: no such words; ${dashboard.output()}`,
  );
}

async function act(page: Page, name: 'cancel' | 'resume'): Promise<void> {
  await page.locator(`#ask-${name} summary`).click();
  await page.locator(`#do-${name}`).click();
}

describe('the dashboard in a browser', () => {
  it('shows hunts, cancels and resumes one, and shows its end while it is looked at', async () => {
    const { page, complaints } = await setting.open(dashboard.url);
    await expectSoon(page, /0 of 1 shard/);
    expect(await page.locator('tbody th a').allTextContents()).toEqual(expect.arrayContaining([SHOWN, 'second']));
    await page.getByRole('link', { name: SHOWN }).click();
    await expectSoon(page, /scanning .*in the queue it is active/s);
    expect(await page.getByRole('img').getAttribute('aria-label')).toContain('1 waiting');
    await expectAccessible(page);
    await act(page, 'cancel');
    await expectSoon(page, /cancelled from the dashboard/);
    await act(page, 'resume');
    await expectSoon(page, /Handed to the planners/);
    await expectSoon(page, /scanning/);
    // The other one stays without an answer.
    const second = (await setting.open(dashboard.url)).page;
    await second.getByRole('link', { name: 'second' }).click();
    await act(second, 'cancel');
    await expectSoon(second, /cancelled from the dashboard/);
    await second.context().close();
    await fleet.start('worker', { flags: ['--drain-timeout', '1s'] });
    await expectSoon(page, /13 first uses|13 alerts/);
    await page.getByRole('link', { name: 'open the report' }).click();
    await page.waitForSelector('html[data-ready="true"]');
    expect(await page.evaluate('window.hunted')).toBeUndefined();
    expect(await page.evaluate('self.origin')).toBe('null');
    expect(complaints).toEqual([]);
  });

  it.each([
    ['on a phone, at night', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const],
    ['on a desk', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } as const],
  ])('is readable %s', async (_where, look) => {
    for (const path of ['/', '/watches', '/queue']) {
      const { page, complaints } = await setting.open(dashboard.url + path, look);
      await expectAccessible(page);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await page.evaluate('window.hunted')).toBeUndefined();
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it('is used by keyboard', async () => {
    const { page } = await setting.open(dashboard.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('to the content');
    await page.getByRole('link', { name: 'second' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/hunts\//);
    await page.context().close();
  });

  it('can be read without a script', async () => {
    const { page } = await setting.open(dashboard.url, { javaScriptEnabled: false });
    expect(await page.locator('main').textContent()).toContain(SHOWN);
    await page.context().close();
  });

  it('goes on from the run folders when Redis dies', async () => {
    const { page } = await setting.open(dashboard.url);
    await fleet.end();
    await redis.kill();
    await expectSoon(page, /Redis does not answer/);
    await expectSoon(page, /second/);
    expect((await fetch(`${dashboard.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${dashboard.url}/healthz`)).status).toBe(200);
    await page.context().close();
  });

  it('goes on with a hunt by itself where no Redis is named', async () => {
    const alone = await setting.start(['--allow-actions']);
    const { page } = await setting.open(alone.url);
    await page.getByRole('link', { name: 'second' }).click();
    await act(page, 'resume');
    await expectSoon(page, /13 first uses/);
    await page.context().close();
  });
});

describe('the dashboard over a bucket', () => {
  it('shows its hunts and their reports', async () => {
    const s3 = await startS3();
    try {
      s3.createBucket('hunts');
      const out = ['--archive', setting.archive, '--rule', RULE, '--out', 's3://hunts/team/january'];
      const { code, stderr } = await coldhunt(['scan', '--quiet', ...out], { env: s3.env });
      expect(code, stderr).toBe(0);
      const { url } = await setting.start([], s3.env, 's3://hunts');
      const list = await (await fetch(url)).text();
      expect(list).toMatch(/team\/january.*class="badge good">done/s);
      const href = /\/hunts\/[0-9a-f]{16}/.exec(list)?.[0] ?? '';
      expect(await (await fetch(`${url}${href}/report.html`)).text()).toContain('coldhunt report');
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    } finally {
      await s3.stop();
    }
  });
});
