// What grows, one dimension at a time: what is hunted in, and by which rules, when there is so much of it.

import { closeSync, openSync, readSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Rule } from '@coldhunt/rules';
import { buildRule } from '@coldhunt/rules/test-rule';
import { longLine, numbered, repeated, type Made } from './made-object.ts';

interface Hunted {
  readonly objects: readonly Made[];
  readonly rules: readonly Rule[];
  readonly maxLineBytes?: number;
}

export interface Dimension {
  /** What the amounts are. */
  readonly unit: string;
  /** From ×1 to ×1000. */
  readonly amounts: readonly number[];
  /** `lines`: a file of usual events. */
  hunt(amount: number, lines: string): Hunted;
}

const MB = 1e6;
const BLOCK_BYTES = 4 * MB;
/** Each is one of the rule's; `#` are digits of its number. */
const EVENT =
  '{"@timestamp":"2026-02-01T00:00:00.000Z","host":{"id":"h####"},"user":{"name":"u##########"},"event":{"category":["process"],"type":["start"]},"process":{"name":"aws","pid":1}}';
const ONE_HOST = EVENT.replace('h####', 'h1');
const ONE_USER = EVENT.replace('u##########', 'u1');

/** Whole lines of a file, about so many bytes of them. */
function blockOf(lines: string): Buffer {
  const file = openSync(lines, 'r');
  const bytes = Buffer.alloc(BLOCK_BYTES);
  readSync(file, bytes);
  closeSync(file);
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

function rule(id: string, query: string, terms?: readonly string[]): Rule {
  const newTerms = terms === undefined ? {} : { new_terms_fields: [...terms], history_window_start: 'now-7d' };
  const type = terms === undefined ? 'query' : 'new_terms';
  return buildRule({ rule_id: id, name: id, index: [], type, query, ...newTerms });
}

const RARE = rule('rare', 'process.command_line: "*send-command-that-nobody-sends*"');
const EVERY = 'process.name: "aws"';

export const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  plain: {
    unit: 'MB of one plain object',
    amounts: [20, 200, 2_000, 20_000],
    hunt(amount, lines) {
      const block = blockOf(lines);
      const times = Math.ceil((amount * MB) / block.length);
      return { objects: [repeated('a.ndjson', block, times)], rules: [RARE] };
    },
  },
  gzip: {
    unit: 'MB of one gzip object, as stored',
    amounts: [5, 50, 500, 5_000],
    hunt(amount, lines) {
      const member = gzipSync(blockOf(lines));
      const times = Math.ceil((amount * MB) / member.length);
      return { objects: [repeated('a.ndjson.gz', member, times)], rules: [RARE] };
    },
  },
  line: {
    unit: 'kB of one line (--max-line-bytes 16 MiB)',
    amounts: [256, 2_560, 25_600, 256_000],
    hunt: (amount) => ({ objects: [lineOf(amount)], rules: [rule('one', EVERY)] }),
  },
  'line-whole': {
    unit: 'kB of one line that matches (--max-line-bytes 512 MiB)',
    amounts: [256, 2_560, 25_600, 256_000],
    hunt: (amount) => ({ objects: [lineOf(amount)], rules: [rule('one', EVERY)], maxLineBytes: 512 * 1024 * 1024 }),
  },
  matches: {
    unit: 'matches of a new-terms rule, at most 10,000 hosts',
    amounts: [5_000, 50_000, 500_000, 5_000_000],
    hunt: (amount) => ({
      objects: [numbered('a.ndjson', ONE_USER, amount)],
      rules: [rule('terms', EVERY, ['host.id'])],
    }),
  },
  terms: {
    unit: 'distinct terms, each an alert',
    amounts: [1_000, 10_000, 100_000, 1_000_000],
    hunt: (amount) => ({
      objects: [numbered('a.ndjson', ONE_HOST, amount)],
      rules: [rule('terms', EVERY, ['host.id', 'user.name'])],
    }),
  },
  alerts: {
    unit: 'alerts of a query rule',
    amounts: [1_000, 10_000, 100_000, 1_000_000],
    hunt: (amount) => ({ objects: [numbered('a.ndjson', EVENT, amount)], rules: [rule('every', EVERY)] }),
  },
  rules: {
    unit: 'rules over 20 MB of events',
    amounts: [2, 20, 200, 2_000],
    hunt: (amount, lines) => ({
      objects: [repeated('a.ndjson', blockOf(lines), 5)],
      rules: Array.from({ length: amount }, (_, number) =>
        rule(`rule-${number}`, `process.name: "name-${number}" and process.args: (*--flag-${number}* or "${number}")`),
      ),
    }),
  },
  values: {
    unit: 'values of one field in 20 events',
    amounts: [100, 1_000, 10_000, 100_000],
    hunt(amount) {
      const values = Array.from({ length: amount }, (_, number) => `"value-${number}"`).join(',');
      const line = `{"@timestamp":"2026-02-01T00:00:00Z","host":{"id":"h1"},"process":{"name":"aws","args":[${values}]}}\n`;
      return { objects: [repeated('a.ndjson', Buffer.from(line), 20)], rules: [rule('any', 'process.args: value-9*')] };
    },
  },
};

function lineOf(kilobytes: number): Made {
  const begin = '{"@timestamp":"2026-02-01T00:00:00Z","host":{"id":"h1"},"process":{"name":"aws","command_line":"';
  return longLine('a.ndjson', begin, kilobytes * 1000, '"}}\n');
}
