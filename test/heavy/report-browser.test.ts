// The report of a small hunt over hostile events, opened in a real browser: nothing runs, nothing is asked for, nothing is wider than a phone.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Each would set `window.hunted`, fetch something, break out of its element or stretch the page. */
const HOSTILE = [
  '<script>window.hunted = 1</script>',
  '</style></title></textarea><script>window.hunted = 2</script>',
  '"><img src="http://127.0.0.1:9/x" onerror="window.hunted = 3">',
  "' onmouseover='window.hunted = 4' style='position:fixed;width:4000px",
  '<svg/onload=window.hunted=5><a href="javascript:window.hunted=6">x</a>',
  '<iframe srcdoc="<script>parent.hunted = 7</script>"></iframe><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
  '<link rel="stylesheet" href="http://127.0.0.1:9/y.css"><base href="http://127.0.0.1:9/">',
  '\u202egnp.exe\u2066\u0000\u0007\u001b[31m',
  'x'.repeat(900),
  '&lt;script&gt;&#60;script&#62;{{7*7}}${7*7}',
];
const VIEWPORTS = [
  ['a phone', { width: 390, height: 844 }],
  ['a desktop', { width: 1280, height: 800 }],
] as const;

let folder: string;
let report: string;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-report-'));
  const archive = join(folder, 'archive');
  await mkdir(archive);
  const lines = [...HOSTILE, ...HOSTILE.map((text) => text.toUpperCase())].map((text, number) =>
    hostileEvent(text, number),
  );
  await writeFile(join(archive, 'events.ndjson'), `${lines.join('\n')}\n`);
  await writeFile(join(archive, "<img src=x onerror='window.hunted=8'>.ndjson"), '{"torn": \n');
  const out = join(folder, 'run');
  const { code, stderr } = await coldhunt([
    'scan',
    '--mode',
    'both',
    '--archive',
    archive,
    '--rule',
    RULE,
    '--out',
    out,
  ]);
  expect(code, stderr).toBe(3);
  report = join(out, 'report.html');
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

function hostileEvent(text: string, number: number): string {
  return JSON.stringify({
    '@timestamp': `2026-02-${String(1 + number).padStart(2, '0')}T10:00:00.000Z`,
    event: { category: ['process'], type: ['start'], action: 'exec', id: text },
    host: { id: `${number} ${text}`, name: text, os: { type: 'linux' } },
    user: { name: text },
    process: {
      name: 'aws',
      executable: text,
      command_line: `aws ssm send-command ${text.repeat(4)}`,
      args: ['aws', 'ssm', 'send-command', '--document-name', 'AWS-RunShellScript', '--parameters', `commands=${text}`],
      parent: { name: text, command_line: text },
    },
  });
}

interface Opened {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens the page with every closed part open. `bypassCSP`: without the page's own policy, so that escaping stands alone. */
async function openReport(
  viewport: { readonly width: number; readonly height: number },
  { bypassCSP = false, javaScriptEnabled = true } = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport, bypassCSP, javaScriptEnabled });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  await page.goto(pathToFileURL(report).href, { waitUntil: 'load' });
  if (javaScriptEnabled) await page.waitForFunction(() => document.documentElement.dataset['ready'] === 'true');
  await page.evaluate(() => {
    for (const part of document.querySelectorAll('details')) part.open = true;
  });
  await page.mouse.move(viewport.width / 2, viewport.height / 2);
  return { page, requests, complaints, close: () => context.close() };
}

describe.each(VIEWPORTS)('the report on %s', (name, viewport) => {
  it.each([
    ['with its policy', false],
    ['without its policy', true],
  ])('runs nothing, asks for nothing and complains of nothing %s', async (_case, bypassCSP) => {
    const { page, requests, complaints, close } = await openReport(viewport, { bypassCSP });
    try {
      const found = await page.evaluate(() => ({
        hunted: 'hunted' in globalThis,
        scripts: [...document.scripts].filter(({ type }) => type === '').length,
        strangers: document.querySelectorAll(
          'iframe, img, link, base, object, embed, form[action], meta[http-equiv=refresh]',
        ).length,
        handlers: [...document.querySelectorAll('*')].filter((element) =>
          [...element.attributes].some(({ name: attribute }) => attribute.startsWith('on')),
        ).length,
        links: [...document.querySelectorAll('a')].filter(({ href }) => !/^(https:|file:.*#)/.test(href)).length,
      }));
      expect(found).toEqual({ hunted: false, scripts: 1, strangers: 0, handlers: 0, links: 0 });
      expect(requests).toEqual([pathToFileURL(report).href]);
      expect(complaints).toEqual([]);
    } finally {
      await close();
    }
  });

  it('runs nothing in any of its views, whatever its address and its events say', async () => {
    const { page, requests, complaints, close } = await openReport(viewport, { bypassCSP: true });
    try {
      const names = ['__proto__', 'constructor', 'toString', '<img src=x onerror="window.hunted = 9">'];
      const addresses = [
        '#group=host.name',
        '#view=live',
        '#view=alert&id=0',
        '#view=alert&id=1e9',
        `#view=host&id=${encodeURIComponent(HOSTILE[0] ?? '')}`,
        `#view=rule&id=${RULE}`,
        ...names.flatMap((word) => {
          const text = encodeURIComponent(word);
          return [
            `#view=${text}&sort=${text}&by=${text}`,
            `#cols=${text}&group=${text}&q=${text}:${text}`,
            `#view=rule&id=${text}`,
          ];
        }),
      ];
      for (const address of addresses) {
        await page.evaluate((text) => {
          location.hash = text;
        }, address);
        await page.waitForFunction(() => document.documentElement.dataset['shown'] === location.hash);
        const found = await page.evaluate(() => ({
          hunted: 'hunted' in globalThis,
          strangers: document.querySelectorAll('iframe, img, link, base, object, embed').length,
          handlers: [...document.querySelectorAll('*')].filter((element) =>
            [...element.attributes].some(({ name: attribute }) => attribute.startsWith('on')),
          ).length,
        }));
        expect(found, address).toEqual({ hunted: false, strangers: 0, handlers: 0 });
        if (address !== '#view=live') continue;
        const live = page.locator('#live');
        expect([await live.isVisible(), await live.locator('tbody tr').count()]).toEqual([true, 1]);
      }
      expect(requests).toHaveLength(1);
      expect(complaints).toEqual([]);
    } finally {
      await close();
    }
  });

  it.each([
    ['with a script', true],
    ['without a script', false],
  ])('is no wider than the screen %s', async (_case, javaScriptEnabled) => {
    const { page, close } = await openReport(viewport, { javaScriptEnabled });
    try {
      const picture = join(tmpdir(), `coldhunt-report-${viewport.width}.png`);
      await page.screenshot({ path: picture });
      expect((await stat(picture)).size, name).toBeGreaterThan(5_000);
      const wide = await page.evaluate(() => {
        const scrollsInside = (element: Element): boolean => {
          for (let at = element.parentElement; at !== null; at = at.parentElement) {
            if (getComputedStyle(at).overflowX !== 'visible') return true;
          }
          return false;
        };
        return [...document.body.querySelectorAll('*')]
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !scrollsInside(element))
          .map((element) => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 60)}`)
          .slice(0, 5);
      });
      expect(wide).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    } finally {
      await close();
    }
  });

  it('has every section without a script, and shows hostile text as text', async () => {
    const { page, close } = await openReport(viewport, { javaScriptEnabled: false });
    try {
      const headings = await page.locator('h1, h2').allInnerTexts();
      const sections = ['What was asked', 'Rules', 'Alerts over time', 'By host', 'Each alert', 'The work'];
      expect(headings).toEqual(expect.arrayContaining(['coldhunt report', ...sections]));
      for (const id of ['asked', 'rules', 'alerts', 'coverage']) expect(await page.locator(`#${id}`).count()).toBe(1);
      const text = await page.locator('body').innerText();
      expect(text).toContain('<script>window.hunted = 1</script>');
      expect(text).toContain(`&lt;script&gt;&#60;script&#62;`);
      expect(text).toContain(`${HOSTILE.length * 2} alerts`);
      expect(text).toMatch(/malformed/i);
    } finally {
      await close();
    }
  });
});
