// `npm run bench:report`: how long a report of so many alerts (default 100,000; `-- 20000`) takes to open in a real browser, and to filter while
// somebody types. What the page promises: 2 s and 100 ms.

import { stat } from 'node:fs/promises';
import { openBrowser, openPage, writeReport } from '../heavy/report-pages.ts';

const QUERIES = ['host.name:host-17', 'user-1', '-host.name:host-1', '10.0.7.', 'zzz', 'event-999'];
const TURNS = 3;

const count = Number(process.argv[2] ?? 100_000);
if (!Number.isSafeInteger(count) || count < 1) throw new Error(`expected a number of alerts, got ${process.argv[2]}`);
const reader = await openBrowser();
try {
  const path = await writeReport(reader.folder, count);
  const { size } = await stat(path);
  const opened: number[] = [];
  const filtered: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const { page } = await openPage(reader.browser, path);
    opened.push(await page.evaluate(() => Number(document.documentElement.dataset['readyMs'])));
    await page.waitForFunction(() => document.documentElement.dataset['allRead'] === 'true', null, {
      timeout: 120_000,
    });
    for (const query of QUERIES) {
      filtered.push(
        await page.evaluate((text) => {
          const input = document.querySelector('#q') as HTMLInputElement;
          const before = performance.now();
          input.value = text;
          input.dispatchEvent(new Event('input', { bubbles: true }));
          return performance.now() - before;
        }, query),
      );
    }
    await page.context().close();
  }
  const ms = (figure: number | undefined): string => `${Math.round(figure ?? 0)} ms`;
  const [fastest, ...slower] = opened.toSorted((a, b) => a - b);
  process.stdout.write(
    `report  ${count.toLocaleString('en-US')} alerts, ${(size / 1e6).toFixed(1)} MB: open ${ms(fastest)} to ${ms(slower.at(-1) ?? fastest)} (asked: 2,000 ms) | ` +
      `filter at most ${ms(Math.max(...filtered))} in ${filtered.length} tries (asked: 100 ms)\n`,
  );
} finally {
  await reader.close();
}
