// `npm run screenshots`: pictures of the demo's report, by day, by night, of one alert and on a phone, and of the dashboard, into
// docs/images. After `npm run demo`.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { until } from '../end-to-end/fleet.ts';
import { ROOT, startColdhunt } from '../run-command.ts';
import { startS3 } from '../s3-server.ts';
import { writeDashboardWorkspace } from './dashboard-workspace.ts';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const DESKTOP = { width: 1280, height: 1000 };
const PICTURES = [
  { name: 'report', hash: '', viewport: DESKTOP, colorScheme: 'light' },
  { name: 'report-night', hash: '#view=coverage', viewport: DESKTOP, colorScheme: 'dark' },
  { name: 'report-alert', hash: '#view=alert&id=0', viewport: { width: 1280, height: 1400 }, colorScheme: 'light' },
  { name: 'report-phone', hash: '', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
] as const;

/** The text of the link that leads to what is shown; null: the list itself. */
const DASHBOARD = [
  { name: 'dashboard', path: '/', link: null, viewport: { width: 1280, height: 460 }, colorScheme: 'light' },
  { name: 'dashboard-hunt', path: '/', link: 'ssm-all-accounts', viewport: DESKTOP, colorScheme: 'light' },
  {
    name: 'dashboard-watch',
    path: '/watches',
    link: 'nightly',
    viewport: { width: 1280, height: 800 },
    colorScheme: 'dark',
  },
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
  await photographDashboard();
} finally {
  await browser.close();
}
process.stdout.write(`${PICTURES.length + DASHBOARD.length} pictures in ${folder}\n`);

async function photographDashboard(): Promise<void> {
  const workspace = join(ROOT, '.cache', 'demo', 'dashboard');
  await writeDashboardWorkspace(workspace);
  const s3 = await startS3();
  s3.createBucket('my-hunts');
  await s3.upload(workspace, 's3://my-hunts');
  let output = '';
  const args = ['dashboard', 's3://my-hunts', '--port', '0', '--allow-actions'];
  const server = startColdhunt(args, { env: s3.env }, (text) => (output += text));
  try {
    const url = (): string => /^http:\S+$/m.exec(output)?.[0] ?? '';
    await until(
      () => url() !== '',
      () => output,
    );
    for (const { name, path, link, ...look } of DASHBOARD) {
      const page = await (await browser.newContext(look)).newPage();
      await page.goto(url() + path);
      if (link !== null) await page.getByRole('link', { name: link }).click();
      await page.getByText('live', { exact: true }).waitFor();
      // Tries are read some at a look.
      if (link !== null) await page.waitForTimeout(16_000);
      await page.screenshot({ path: join(folder, `${name}.png`) });
      await page.context().close();
    }
  } finally {
    server.kill('SIGTERM');
    await s3.stop();
  }
}
