// Writes the demo archive into a folder: 28 days of hourly keys, gzip, zstd and Parquet by the day, and the book of what was planted.

import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { stringifyDocument, type Document } from '@coldhunt/core';
import { dailyCommand } from './commands.ts';
import { otherEvent, processEvent } from './events.ts';
import { createHosts } from './hosts.ts';
import { writeParquet } from './parquet-writer.ts';
import { createRandom, type Random } from './random.ts';
import { plantStories, type Book, type PlantedEvent } from './stories.ts';

export interface ArchiveShape {
  readonly seed: number;
  readonly startMs: number;
  readonly days: number;
  readonly hosts: number;
  /** Background events; the planted ones come on top. */
  readonly events: number;
}

export interface WrittenArchive {
  readonly folder: string;
  readonly exceptionsFile: string;
  readonly book: Book;
  readonly events: number;
  readonly objects: number;
}

const HOUR = 3_600_000;
const gzip = promisify(zlib.gzip);
const zstd = promisify(zlib.zstdCompress);

/** Writes `<folder>/archive`, `<folder>/exceptions.ndjson` and `<folder>/book.json`; nothing is seen in `folder` before all of it stands. */
export async function writeArchive(folder: string, shape: ArchiveShape): Promise<WrittenArchive> {
  const building = `${folder}.building`;
  await rm(building, { recursive: true, force: true });
  const random = createRandom(shape.seed);
  const hosts = createHosts(shape.hosts, random);
  const { planted, book } = plantStories(hosts, shape.startMs, random);
  const perHour = Math.floor(shape.events / (shape.days * 24));

  let events = 0;
  let objects = 0;
  for (let hour = 0; hour < shape.days * 24; hour += 1) {
    const fromMs = shape.startMs + hour * HOUR;
    const stories = planted.filter((event) => event.timeMs >= fromMs && event.timeMs < fromMs + HOUR);
    const lines = hourEvents({ fromMs, count: perHour, stories, hosts, random });
    const written = await writeHour(join(building, 'archive'), fromMs, { lines, stories, torn: hour === 12 * 24 + 7 });
    events += lines.length;
    objects += written;
  }
  await writeFile(join(building, 'exceptions.ndjson'), exceptionExport(book.exceptedHost));
  await writeFile(join(building, 'book.json'), `${JSON.stringify({ book, events, objects }, null, 2)}\n`);
  await rename(building, folder);
  return { folder: join(folder, 'archive'), exceptionsFile: join(folder, 'exceptions.ndjson'), book, events, objects };
}

interface HourInput {
  readonly fromMs: number;
  readonly count: number;
  readonly stories: readonly PlantedEvent[];
  readonly hosts: ReturnType<typeof createHosts>;
  readonly random: Random;
}

function hourEvents({ fromMs, count, stories, hosts, random }: HourInput): Document[] {
  const timed = stories.map((story) => ({ timeMs: story.timeMs, document: story.document }));
  for (let number = 0; number < count; number += 1) {
    const timeMs = fromMs + random.integer(HOUR);
    const host = random.pick(hosts);
    const isProcess = host.writer !== 'endpoint' || random.integer(10) < 6;
    const document = isProcess
      ? processEvent(host, timeMs, dailyCommand(host.platform, random), random)
      : otherEvent(host, timeMs, random);
    timed.push({ timeMs, document });
  }
  return timed.toSorted((a, b) => a.timeMs - b.timeMs).map((entry) => entry.document);
}

interface HourOutput {
  readonly lines: readonly Document[];
  readonly stories: readonly PlantedEvent[];
  readonly torn: boolean;
}

async function writeHour(archive: string, fromMs: number, { lines, stories, torn }: HourOutput): Promise<number> {
  const [date = '', time = ''] = new Date(fromMs).toISOString().split('T');
  const folder = join(archive, 'events', ...date.split('-'), time.slice(0, 2));
  const text = `${lines.map((document) => stringifyDocument(document)).join('\n')}\n`;
  const weekday = Math.floor(fromMs / (24 * HOUR)) % 7;
  if (weekday === 5) await write(join(folder, 'part-0.ndjson.zst'), await zstd(Buffer.from(text)));
  else if (weekday === 6) await writeParquet(join(folder, 'part-0.parquet'), text);
  else await write(join(folder, 'part-0.ndjson.gz'), await gzip(torn ? tear(text) : text, { level: 5 }));
  if (!stories.some((story) => story.delivery === 'three-times')) return 1;
  await write(join(folder, 'part-0-redelivered.ndjson.gz'), await gzip(text, { level: 5 }));
  await writeParquet(join(folder, 'export.parquet'), text);
  return 3;
}

/** The writer died in the middle of a line, and the next one went on behind it. */
function tear(text: string): string {
  const lines = text.split('\n');
  const middle = Math.floor(lines.length / 2);
  lines[middle] = (lines[middle] ?? '').slice(0, 400);
  return lines.join('\n');
}

async function write(path: string, body: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, body);
}

function exceptionExport(hostName: string): string {
  const list = {
    _version: 'WzEsMV0=',
    id: '7e0c1f5e-1111-4a4a-8b8b-000000000001',
    list_id: 'ssm-automation',
    type: 'detection',
    namespace_type: 'single',
    name: 'SSM automation hosts',
    description: 'Hosts that run SendCommand by design',
    tags: [],
    version: 1,
  };
  const item = {
    id: '7e0c1f5e-1111-4a4a-8b8b-000000000002',
    item_id: 'patch-controller',
    list_id: 'ssm-automation',
    type: 'simple',
    namespace_type: 'single',
    name: 'Patch controller',
    description: 'Runs SendCommand every week',
    tags: [],
    comments: [],
    os_types: [],
    entries: [{ field: 'host.name', operator: 'included', type: 'match', value: hostName }],
  };
  const details = {
    exported_exception_list_count: 1,
    exported_exception_list_item_count: 1,
    missing_exception_list_item_count: 0,
    missing_exception_list_items: [],
    missing_exception_lists: [],
    missing_exception_lists_count: 0,
  };
  return `${[list, item, details].map((line) => JSON.stringify(line)).join('\n')}\n`;
}
