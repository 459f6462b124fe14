// What an object's name says of its format. Only for estimates: what it is, its first bytes say when it is read.

export type GuessedFormat = 'parquet' | 'gzip' | 'zstd' | 'text' | 'unknown';

const ENDINGS: readonly (readonly [RegExp, GuessedFormat])[] = [
  [/\.(?:parquet|parq|pq)(?:\.(?:gz|zst))?$/, 'parquet'],
  [/\.(?:gz|gzip)(?:-[a-z0-9]+)?$/, 'gzip'],
  [/\.(?:zst|zstd)(?:-[a-z0-9]+)?$/, 'zstd'],
  [/\.(?:json|ndjson|jsonl|log|txt|raw|csv)$/, 'text'],
];

export function guessFormat(key: string): GuessedFormat {
  const name = key.slice(key.lastIndexOf('/') + 1).toLowerCase();
  return ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? 'unknown';
}
