// `coldhunt match`, from outside: what cli.md promises.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const LINES = [
  '{"@timestamp":"2026-02-01T00:00:00Z","process":{"name":"aws","pid":1.0},"n":9007199254740993}',
  '{"@timestamp":"2026-02-01T00:00:01Z","process.name":"bash",  "n": 2}',
  '{"@timestamp":"2026-02-01T00:00:02Z","process":{"name":["aws","x"]}}',
];
let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-match-'));
  await writeFile(file('plain.ndjson'), `${LINES.join('\n')}\n`);
  await writeFile(file('events.ndjson.gz'), gzipSync(LINES.join('\r\n')));
  await writeFile(file('events.zst'), zstdCompressSync(LINES.join('\n')));
  await writeFile(file('envelope.ndjson'), `{"_index":"logs-x","_id":"1","_source":${LINES[0]}}\n`);
  await writeFile(file('torn.gz'), gzipSync(`${LINES.join('\n')}\n`).subarray(0, -20));
  await writeFile(file('types.json'), '{"n":"long"}');
  await writeFile(file('ignore-above.json'), '{"process.name":"keyword;ignore_above=3"}');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('coldhunt match', () => {
  it.each(['plain.ndjson', 'events.ndjson.gz', 'events.zst'])(
    'prints the matching lines of %s as they were read',
    async (name) => {
      const { code, stdout } = await coldhunt(['match', '--kql', 'process.name: "aws"', file(name)]);
      expect(stdout).toBe(`${LINES[0]}\n${LINES[2]}\n`);
      expect(code).toBe(0);
    },
  );

  it('reads standard input', async () => {
    const { code, stdout } = await coldhunt(['match', '--kql', 'process.name:bash'], { stdin: LINES.join('\n') });
    expect(stdout).toBe(`${LINES[1]}\n`);
    expect(code).toBe(0);
  });

  it('prints the event inside an envelope', async () => {
    const { stdout } = await coldhunt(['match', '--kql', 'process.name:aws', file('envelope.ndjson')]);
    expect(stdout).toBe(`${LINES[0]}\n`);
  });

  it('counts', async () => {
    const { code, stdout } = await coldhunt([
      'match',
      '--count',
      '--kql',
      'process.name:*',
      file('plain.ndjson'),
      file('events.zst'),
    ]);
    expect(stdout).toBe('6\n');
    expect(code).toBe(0);
  });

  it('exits with 1 when nothing matched', async () => {
    const { code, stdout } = await coldhunt(['match', '--kql', 'process.name:zsh', file('plain.ndjson')]);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  it('exits with 3 when some input could not be read, and still prints what it found', async () => {
    const { code, stdout, stderr } = await coldhunt([
      'match',
      '--kql',
      'process.name:bash',
      file('torn.gz'),
      file('plain.ndjson'),
    ]);
    expect(stdout).toContain(LINES[1]);
    expect(stderr).toContain('GZIP_CORRUPT');
    expect(code).toBe(3);
  });

  it('compares integers beyond 2^53 exactly', async () => {
    const types = ['--field-types', file('types.json')];
    const right = await coldhunt(['match', '--count', '--kql', 'n: 9007199254740993', ...types, file('plain.ndjson')]);
    const wrong = await coldhunt(['match', '--count', '--kql', 'n: 9007199254740992', ...types, file('plain.ndjson')]);
    expect([right.stdout, wrong.stdout]).toEqual(['1\n', '0\n']);
  });

  it('takes ignore_above from the field types', async () => {
    const { stdout } = await coldhunt([
      'match',
      '--count',
      '--kql',
      'process.name:*',
      '--field-types',
      file('ignore-above.json'),
      file('plain.ndjson'),
    ]);
    expect(stdout).toBe('2\n');
  });

  it('maps only the given fields when it is told so', async () => {
    const { stdout } = await coldhunt([
      'match',
      '--count',
      '--kql',
      'process.name:*',
      '--only-field-types',
      '--field-types',
      file('types.json'),
      file('plain.ndjson'),
    ]);
    expect(stdout).toBe('0\n');
  });

  it('explains each event, clause by clause', async () => {
    const { stdout } = await coldhunt([
      'match',
      '--explain',
      '--kql',
      'process.name:aws and process.pid:1',
      file('plain.ndjson'),
    ]);
    expect(stdout).toContain('process.name');
    expect(stdout).toContain('aws');
    expect(stdout).toMatch(/no value/);
  });

  it.each(['process.name: (a b', 'source.ip: notanip', 'a:"b'])(
    'points at the place of a mistake in %j',
    async (query) => {
      const { code, stderr } = await coldhunt(['match', '--kql', query, file('plain.ndjson')]);
      expect(stderr).toMatch(/\b1:\d+/);
      expect(stderr).toContain('^');
      expect(code).toBe(2);
    },
  );

  it.each([
    ['no query', ['match', 'x.ndjson']],
    ['a query and a rule', ['match', '--kql', 'a:b', '--rule', 'x', 'x.ndjson']],
    ['an unknown option', ['match', '--kql', 'a:b', '--no-such-option']],
    ['a file that is not there', ['match', '--kql', 'a:b', '/no/such/file.ndjson']],
    ['an unknown rule', ['match', '--rule', 'no-such-rule', 'x.ndjson']],
  ])('refuses %s', async (_name, args) => {
    const { code, stdout, stderr } = await coldhunt(args);
    expect(code).toBe(args.includes('/no/such/file.ndjson') ? 3 : 2);
    expect(stdout).toBe('');
    expect(stderr.length).toBeGreaterThan(10);
  });
});
