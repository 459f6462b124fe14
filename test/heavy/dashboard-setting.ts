// The dashboard as a real process over a workspace with hostile names, and a browser to look at it.

import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { startColdhunt } from '../run-command.ts';
import { until } from '../end-to-end/fleet.ts';

export const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
/** Would set `window.hunted`, break out of its element, or turn what stands beside it. */
export const HOSTILE = `<img src=x onerror="window.hunted=1">'\u202egnp`;

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const OBJECTS = 12;

export interface Dashboard {
  readonly url: string;
  readonly output: () => string;
  stop(): Promise<void>;
}

export class DashboardSetting {
  readonly folder: string;
  readonly browser: Browser;
  readonly #dashboards: Dashboard[] = [];

  private constructor(folder: string, browser: Browser) {
    this.folder = folder;
    this.browser = browser;
  }

  static async create(): Promise<DashboardSetting> {
    const folder = await mkdtemp(join(tmpdir(), 'coldhunt-dashboard-'));
    await mkdir(join(folder, 'archive'));
    for (let number = 0; number < OBJECTS; number += 1) {
      await writeFile(join(folder, 'archive', `${number}.ndjson`), `${eventOf(number)}\n`);
    }
    await writeFile(join(folder, 'archive', `${HOSTILE}.ndjson`.replace('/', '')), `${eventOf(OBJECTS)}\n`);
    return new DashboardSetting(folder, await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS }));
  }

  get archive(): string {
    return join(this.folder, 'archive');
  }

  get workspace(): string {
    return join(this.folder, 'runs');
  }

  async start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    place = this.workspace,
  ): Promise<Dashboard> {
    let output = '';
    const child = startColdhunt(['dashboard', place, '--port', '0', ...args], { env }, (text) => (output += text));
    await until(
      () => /^http:\S+$/m.test(output),
      () => `the dashboard: ${output}`,
    );
    const url = /^http:\S+$/m.exec(output)?.[0] ?? '';
    const dashboard = { url, output: () => output, stop: () => end(child) };
    this.#dashboards.push(dashboard);
    return dashboard;
  }

  /** Complaints of the browser, and a page that ran what it should not have, are left for the caller to look at. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(url);
    return { page, complaints };
  }

  async end(): Promise<void> {
    await this.browser.close();
    await Promise.all(this.#dashboards.map((dashboard) => dashboard.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function eventOf(number: number): string {
  return JSON.stringify({
    '@timestamp': `2026-02-${String(1 + number).padStart(2, '0')}T10:00:00.000Z`,
    event: { category: ['process'], type: ['start'], action: 'exec', id: String(number) },
    host: { id: `host-${number}`, name: `host-${number}`, os: { type: 'linux' } },
    user: { name: 'somebody' },
    process: {
      name: 'aws',
      executable: '/usr/bin/aws',
      command_line: 'aws ssm send-command',
      args: ['aws', 'ssm', 'send-command', '--document-name', 'AWS-RunShellScript', '--parameters', 'commands=id'],
      parent: { name: 'bash', command_line: 'bash' },
    },
  });
}
