// `--inventory` of the real command: the answer is that of a listing, from CSV and from Parquet, and what came since is found where keys carry time.

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeParquet } from '../generator/parquet-writer.ts';
import { coldhunt } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';
import { Fleet } from '../end-to-end/fleet.ts';
import { readAnswer } from '../end-to-end/read-answer.ts';
import { startRedis } from '../redis-server.ts';

const RULE = `[rule]
name = "aws"
description = "d"
rule_id = "aws"
type = "query"
language = "kuery"
risk_score = 1
severity = "low"
query = 'process.name: "aws"'
`;
const CREATED = '2026-03-08T00:00:00Z';
const DAYS = ['01', '02', '03', '07', '08'];
const LAYOUT = ['--layout', 'logs/%Y/%m/%d/*'];

let folder: string;
let s3: S3Server;

const keyOf = (day: string): string => `logs/2026/03/${day}/a b.ndjson`;
const bodyOf = (day: string): string =>
  `{"@timestamp":"2026-03-${day}T00:00:00Z","host":{"id":"h${day}"},"process":{"name":"aws"}}\n`;

/** The objects that the inventory knows: all but those of its last two days. */
function rows(): readonly Record<string, unknown>[] {
  return DAYS.slice(0, 3).map((day) => ({
    bucket: 'archive',
    key: keyOf(day),
    size: Buffer.byteLength(bodyOf(day)),
    last_modified_date: `2026-03-${day}T01:00:00.000Z`,
    e_tag: createHash('md5').update(bodyOf(day)).digest('hex'),
    storage_class: 'STANDARD',
  }));
}

async function writeInventory(name: string, format: 'CSV' | 'Parquet' | 'ORC'): Promise<string> {
  const place = join(folder, 'reports', name);
  const file = join(place, format === 'CSV' ? '0.csv.gz' : '0.parquet');
  await mkdir(place, { recursive: true });
  if (format === 'CSV') {
    const texts = rows().map(({ key, ...rest }) =>
      [rest['bucket'], encodeURIComponent(String(key)).replaceAll('%2F', '/'), rest['size'], rest['e_tag']]
        .map((field) => `"${String(field)}"`)
        .join(','),
    );
    await writeFile(file, gzipSync(texts.join('\n')));
  } else {
    await writeParquet(
      file,
      rows()
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    );
  }
  const bytes = await readFile(file);
  const key = `${name}/${file.slice(place.length + 1)}`;
  const manifest = {
    sourceBucket: 'archive',
    destinationBucket: 'arn:aws:s3:::reports',
    creationTimestamp: String(Date.parse(CREATED)),
    fileFormat: format,
    fileSchema: format === 'CSV' ? 'Bucket, Key, Size, ETag' : 'message s3.inventory {}',
    files: [{ key, size: bytes.length, MD5checksum: createHash('md5').update(bytes).digest('hex') }],
  };
  await writeFile(join(place, 'manifest.json'), JSON.stringify(manifest));
  return `s3://reports/${name}/manifest.json`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-inventory-'));
  s3 = await startS3();
  await writeFile(join(folder, 'aws.toml'), RULE);
  for (const bucket of ['archive', 'reports']) s3.createBucket(bucket);
  for (const day of DAYS) {
    const file = join(folder, 'archive', keyOf(day));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bodyOf(day));
  }
  await s3.upload(join(folder, 'archive'), 's3://archive');
});

afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
});

async function hunt(
  name: string,
  flags: readonly string[],
): Promise<{ readonly code: number; readonly stderr: string; readonly out: string }> {
  const out = join(folder, name);
  const args = ['scan', '--archive', 's3://archive/', '--rule', join(folder, 'aws.toml'), ...flags, '--out', out];
  return { ...(await coldhunt(args, { env: s3.env })), out };
}

async function warningsOf(out: string): Promise<string> {
  return (JSON.parse(await readFile(join(out, 'coverage.json'), 'utf8')) as { warnings: string[] }).warnings.join('\n');
}

describe('a hunt over an archive that is listed from an inventory', () => {
  it.each(['CSV', 'Parquet'] as const)(
    'of %s gives the answer of a listing, and says where objects came from',
    async (format) => {
      const manifest = await writeInventory(`by-${format.toLowerCase()}`, format);
      await s3.upload(join(folder, 'reports'), 's3://reports');
      const listed = await hunt(`listed-${format}`, LAYOUT);
      expect(listed.code, listed.stderr).toBe(0);
      const { code, stderr, out } = await hunt(`inventory-${format}`, [...LAYOUT, '--inventory', manifest]);
      expect(code, stderr).toBe(0);
      const [found, expected] = [await readAnswer(out), await readAnswer(listed.out)];
      expect(found['alerts.ndjson']).toBe(expected['alerts.ndjson']);
      expect((expected['alerts.ndjson'] ?? '').trim().split('\n')).toHaveLength(DAYS.length);
      expect(await warningsOf(out)).toMatch(
        /3 objects were taken from the inventory of 2026-03-08T00:00:00.000Z, 2 behind the key/,
      );
    },
  );

  it('is listed from it by a planner, too', async () => {
    const manifest = await writeInventory('detached', 'CSV');
    await s3.upload(join(folder, 'reports'), 's3://reports');
    const redis = await startRedis();
    const fleet = new Fleet({ ...s3.env, COLDHUNT_REDIS_URL: redis.url });
    try {
      for (const role of ['planner', 'worker', 'reducer'] as const) await fleet.start(role);
      const { code, stderr, out } = await hunt('detached', [
        ...LAYOUT,
        '--inventory',
        manifest,
        '--detach',
        '--redis',
        redis.url,
      ]);
      expect(code, stderr).toBe(0);
      const status = await coldhunt(['status', out, '--wait', '--redis', redis.url], { env: s3.env });
      expect(status.code, status.stderr).toBe(0);
      expect(await warningsOf(out)).toMatch(
        /3 objects were taken from the inventory of 2026-03-08T00:00:00.000Z, 2 behind/,
      );
      const { 'alerts.ndjson': alerts = '' } = await readAnswer(out);
      expect(alerts.trim().split('\n')).toHaveLength(DAYS.length);
    } finally {
      await fleet.end();
      await redis.stop();
    }
  });

  it('without a layout sees only what the inventory has, and says so', async () => {
    const manifest = await writeInventory('alone', 'CSV');
    await s3.upload(join(folder, 'reports'), 's3://reports');
    const { code, stderr, out } = await hunt('alone', ['--inventory', manifest]);
    expect(code, stderr).toBe(0);
    expect(await warningsOf(out)).toMatch(/3 objects were taken .* objects that came later were not looked for/);
  });

  it.each<[string, () => Promise<readonly string[]>, RegExp]>([
    [
      'is of ORC',
      async () => {
        const manifest = await writeInventory('orc', 'ORC');
        await s3.upload(join(folder, 'reports'), 's3://reports');
        return ['--inventory', manifest];
      },
      /ORC, which is not read/,
    ],
    ['is a path', async () => ['--inventory', './manifest.json'], /expected s3:\/\/ URIs/],
    [
      'stands beside two archives',
      async () => ['--archive', 's3://other/', '--inventory', 's3://reports/x.json'],
      /one --archive/,
    ],
  ])('is refused where it %s, and leaves nothing behind', async (name, flags, message) => {
    const { code, stderr, out } = await hunt(`refused ${name}`, await flags());
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(message);
    await expect(readFile(join(out, 'run.json'))).rejects.toThrow('ENOENT');
  });
});
