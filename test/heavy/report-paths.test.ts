// A person's paths through report.html in a real browser: search, brush, open an alert, copy evidence, print, and all of it by keyboard, at
// night, on a phone and with 100,000 alerts.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeAlert, openBrowser, openPage, writeReport, type Reader } from './report-pages.ts';

/** Bytes of a page without alerts. */
const LARGEST_EMPTY_PAGE = 1_000_000;
const MANY = 100_000;

/** A view is drawn after the address that names it: what it shows is looked at until it is there. */
const SOON = { timeout: 20_000 } as const;

let reader: Reader;
let small: string;

beforeAll(async () => {
  reader = await openBrowser();
  small = await writeReport(reader.folder, 400);
});
afterAll(() => reader.close());

describe('a report', () => {
  it('is small without alerts, and says that there are none', async () => {
    const path = await writeReport(reader.folder, 0);
    expect((await stat(path)).size).toBeLessThan(LARGEST_EMPTY_PAGE);
    const { page, complaints } = await openPage(reader.browser, path);
    await expect.poll(() => page.locator('#status').innerText(), SOON).toBe('0 alerts.');
    await expect.poll(() => page.locator('.verdict').innerText(), SOON).toContain('Nothing found');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('finds by word, by field, by what is not wanted, and by a value that is pressed', async () => {
    const { page } = await openPage(reader.browser, small);
    for (const [query, found] of [
      ['host.name:host-7', '2 of 400 alerts.'],
      ['-kibana.alert.severity:low', '300 of 400 alerts.'],
      ['source.ip:10.0.7.*', '2 of 400 alerts.'],
      ['10.0.7.', '2 of 400 alerts.'],
      ['SECOND user-0', '10 of 400 alerts.'],
      ['"bash -l" event-399', '1 of 400 alerts.'],
      ['no such thing', '0 of 400 alerts.'],
    ] as const) {
      await page.fill('#q', query);
      await page.waitForFunction((text) => document.querySelector('#status')?.textContent === text, found, {
        timeout: 10_000,
      });
    }
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.locator('#facets').getByRole('button', { name: 'critical', exact: true }).click();
    await expect.poll(() => page.locator('#status').innerText(), SOON).toBe('100 of 400 alerts.');
    await expect.poll(() => new URL(page.url()).hash, SOON).toContain('critical');
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset['ready'] === 'true');
    await expect
      .poll(() => page.locator('#status').innerText(), { ...SOON, message: 'the address remembers' })
      .toBe('100 of 400 alerts.');
    await page.getByRole('link', { name: 'Coverage' }).click();
    await expect.poll(() => page.locator('#coverage').isVisible(), SOON).toBe(true);
    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await expect
      .poll(() => page.locator('#status').innerText(), { ...SOON, message: 'going elsewhere and back keeps it' })
      .toBe('100 of 400 alerts.');
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.closest('#grid') !== null)).toBe(true);
    await expect.poll(() => page.locator('#status').innerText(), SOON).toBe('100 of 400 alerts.');
    await page.context().close();
  });

  it('shows a day that nobody read other than a quiet one, and narrows to what is brushed', async () => {
    const { page } = await openPage(reader.browser, small);
    const picture = page.locator('#timeline svg');
    expect(await picture.locator('.hole').count()).toBeGreaterThan(0);
    expect(await picture.locator('.examined').count()).toBeGreaterThan(20);
    expect(await picture.locator('.history').count()).toBe(1);
    const box = await picture.boundingBox();
    if (box === null) throw new Error('no timeline');
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.locator('#from').inputValue(), SOON).toMatch(/^2026-02-07 1\d:/);
    const shown = async (): Promise<number> => Number.parseInt(await page.locator('#status').innerText(), 10);
    await expect.poll(shown, SOON).toBeLessThan(80);
    expect(await shown()).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => page.locator('#status').innerText(), SOON).toBe('400 alerts.');
    await page.context().close();
  });

  it('groups a flood, sorts, takes columns, and keeps them in the address', async () => {
    const { page } = await openPage(reader.browser, small);
    const groups = page.locator('#grid .group button');
    await expect.poll(() => groups.count(), SOON).toBeGreaterThan(10);
    await groups.first().click();
    await expect.poll(() => groups.first().getAttribute('aria-expanded'), SOON).toBe('true');
    await expect.poll(() => page.locator('#grid .body a').count(), SOON).toBeGreaterThan(0);
    await page.selectOption('#group', '-');
    await page.locator('#grid .head').getByRole('button', { name: 'severity' }).click();
    await page.locator('#grid .head').getByRole('button', { name: 'severity' }).click();
    await expect.poll(() => page.locator('#grid .body .badge').first().innerText(), SOON).toBe('critical');
    await page.selectOption('#add', 'source.ip');
    await page.locator('#grid .head').getByRole('button', { name: 'source.ip' }).waitFor();
    await expect.poll(() => decodeURIComponent(page.url()), SOON).toContain('source.ip');
    await page.context().close();
  });

  it('opens an alert by keyboard, tells its story, and copies its evidence', async () => {
    const { page } = await openPage(reader.browser, small, {
      hash: '#group=-',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.locator('#grid .body a').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('#view-page .story').waitFor();
    const story = await page.locator('#view-page').innerText();
    expect(story).toContain('First rule');
    expect(story).toContain('Not seen in the 7 days before');
    expect(story).toMatch(/commands=echo \d+ ✓ process\.args:commands=\*/);
    expect(story).toContain('Last seen before: 2026-01-31T04:00:00.000Z.');
    expect(story).toContain('TA0002 Execution');
    const copied = async (name: string): Promise<string> => {
      await page.locator('#view-page').getByRole('button', { name }).click();
      await page.locator('#said', { hasText: 'Copied 1 alert' }).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('aws s3api get-object')).toBe(
      `aws s3api get-object --bucket archive --key 'a 2.ndjson.gz' object.bin && gzip -dc < object.bin | tail -c +3 | head -c 10 > evidence.json && echo '${'f'.repeat(64)}  evidence.json' | sha256sum -c\n`,
    );
    expect(JSON.parse(await copied('NDJSON'))).toEqual(madeAlert(2, 400));
    await page.getByRole('link', { name: 'host-2' }).first().click();
    await expect.poll(() => page.locator('#view-page h2').innerText(), SOON).toBe('Host host-2');
    const told = await page.locator('#view-page').innerText();
    expect(told).toMatch(/2026-01-31 23:00\S*\s+First rule\s+before the range/);
    expect(told).toMatch(/2026-02-01 02:00\S*\s+First rule\s+known: its terms were seen before/);
    expect(await page.locator('#view-page svg .series-quiet').count()).toBe(2);
    await page.getByRole('link', { name: '← all alerts' }).click();
    await expect.poll(() => page.locator('#view-alerts').isVisible(), SOON).toBe(true);
    await page.goBack();
    await expect.poll(() => page.locator('#view-page h2').innerText(), SOON).toBe('Host host-2');
    await page.context().close();
  });

  it('prints what is found', async () => {
    const { page } = await openPage(reader.browser, small, { hash: '#group=-&q=host.name%3Ahost-7' });
    await page.emulateMedia({ media: 'print' });
    const pdf = await page.pdf();
    expect(pdf.length).toBeGreaterThan(10_000);
    await expect
      .poll(() => page.locator('#coverage').isVisible(), { ...SOON, message: 'coverage is printed too' })
      .toBe(true);
    await page.context().close();
  });

  it.each(['d0', 'c3', 'index'])('says so when %s was altered, and shows no less than it can', async (id) => {
    const text = await readFile(small, 'utf8');
    const at = text.indexOf('>', text.indexOf(`id="${id}"`)) + 60;
    const path = join(reader.folder, `altered-${id}.html`);
    await writeFile(path, `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`);
    const context = await reader.browser.newContext();
    const page = await context.newPage();
    await page.goto(`file://${path}#${id === 'd0' ? 'view=alert&id=0' : 'q=event-3'}`);
    await page.getByText('the data of this page are damaged').waitFor();
    if (id === 'index') await expect.poll(() => page.locator('#alerts').isVisible(), SOON).toBe(true);
    await context.close();
  });
});

const VIEWS = [
  '',
  '#group=-',
  '#view=alert&id=3',
  '#view=host&id=host-7',
  '#view=rule&id=rule-a',
  '#view=rules',
  '#view=coverage',
  '#view=asked',
];

it.each([
  ['by day', VIEWS, { colorScheme: 'light' }],
  ['by night', VIEWS.slice(0, 5), { colorScheme: 'dark' }],
  ['on a phone', VIEWS, { viewport: { width: 390, height: 844 } }],
] as const)('keeps nobody out %s', async (_name, views, options) => {
  const { page, complaints } = await openPage(reader.browser, await writeReport(reader.folder, 24), options);
  await page.evaluate(axe.source);
  for (const hash of views) {
    await page.evaluate((text) => {
      location.hash = text;
    }, hash);
    await page.waitForFunction((text) => document.documentElement.dataset['shown'] === text, hash);
    expect(await violations(page), hash).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, hash).toBeLessThanOrEqual(0);
  }
  expect(complaints).toEqual([]);
  await page.context().close();
});

it('opens 100,000 alerts and filters them while they are typed', async () => {
  const path = await writeReport(reader.folder, MANY);
  const { page } = await openPage(reader.browser, path);
  const openedMs = await page.evaluate(() => Number(document.documentElement.dataset['readyMs']));
  await page.waitForFunction(() => document.documentElement.dataset['allRead'] === 'true', null, { timeout: 120_000 });
  const times: number[] = [];
  for (const query of ['host.name:host-17', 'user-1', '-host.name:host-1', '10.0.7.', 'zzz', 'event-99999']) {
    times.push(
      await page.evaluate((text) => {
        const input = document.querySelector('#q') as HTMLInputElement;
        const before = performance.now();
        input.value = text;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        return performance.now() - before;
      }, query),
    );
  }
  await expect.poll(() => page.locator('#status').innerText(), SOON).toBe('1 of 100,000 alerts.');
  await expect.poll(() => page.locator('#noisy summary').count(), SOON).toBe(2);
  await expect.poll(() => page.locator('#grid .row').count(), SOON).toBeLessThan(200);
  // The promises are 2 s and 100 ms; a machine that does something else at the same time is given four times as much.
  expect(openedMs).toBeLessThan(8_000);
  expect(Math.max(...times), times.join(' ')).toBeLessThan(400);
});

async function violations(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    interface Found {
      readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
    }
    const { axe: inPage } = globalThis as unknown as { axe: { run(): Promise<Found> } };
    const found = await inPage.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
}
