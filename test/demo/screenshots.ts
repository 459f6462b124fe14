// `npm run screenshots`: pictures of the demo's report, by day, by night, of one alert and on a phone, into docs/images. After `npm run demo`.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { ROOT } from '../run-command.ts';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const DESKTOP = { width: 1280, height: 1000 };
const PICTURES = [
  { name: 'report', hash: '', viewport: DESKTOP, colorScheme: 'light' },
  { name: 'report-night', hash: '#view=coverage', viewport: DESKTOP, colorScheme: 'dark' },
  { name: 'report-alert', hash: '#view=alert&id=0', viewport: { width: 1280, height: 1400 }, colorScheme: 'light' },
  { name: 'report-phone', hash: '', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
] as const;

const report = join(ROOT, 'runs', 'demo', 'report.html');
if (!existsSync(report)) throw new Error(`there is no ${report}: npm run demo makes it`);
const folder = join(ROOT, 'docs', 'images');
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
try {
  for (const { name, hash, ...look } of PICTURES) {
    const page = await (await browser.newContext(look)).newPage();
    await page.goto(pathToFileURL(report).href + hash);
    await page.waitForFunction('document.documentElement.dataset.ready === "true"');
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.context().close();
  }
} finally {
  await browser.close();
}
process.stdout.write(`${PICTURES.length} pictures in ${folder}\n`);
