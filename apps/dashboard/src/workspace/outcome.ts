// summary.json and coverage.json of a finished run -> what is told of its answer. No event and no alert is read.

import type { RunStore } from '@coldhunt/core';
import type { CoverageFile, SummaryFile } from '@coldhunt/engine';

export interface ErrorCount {
  readonly code: string;
  readonly objects: number;
  /** One of them. */
  readonly sample: string;
  readonly message: string;
}

export interface Outcome {
  readonly verdict: string;
  readonly complete: boolean;
  readonly alerts: number;
  readonly severities: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly events: number;
  readonly matches: number;
  readonly seconds: number;
  readonly bytesPerSecond: number;
  readonly workers: readonly string[];
  readonly failedObjects: number;
  readonly gaps: number;
  /** By code, the most frequent first. */
  readonly errors: readonly ErrorCount[];
}

/** More kinds than these are not told apart. */
const MOST_CODES = 50;

/** Of what is missing or cannot be understood it tells nothing: `verify` says what does not hold. */
export async function readOutcome(store: RunStore): Promise<Outcome> {
  const [summary, coverage] = await Promise.all([
    readJson<SummaryFile>(store, 'summary.json'),
    readJson<CoverageFile>(store, 'coverage.json'),
  ]);
  const errors = countErrors([...listOf(coverage?.failed), ...listOf(coverage?.skipped)]);
  return {
    verdict: textOf(summary?.verdict),
    complete: coverage?.complete === true,
    alerts: numberOf(summary?.alerts?.count),
    severities: countsOf(summary?.alerts?.by_severity),
    bytes: numberOf(coverage?.bytes?.scanned),
    events: numberOf(coverage?.events?.read),
    matches: numberOf(coverage?.matches?.total),
    seconds: numberOf(summary?.effort?.seconds),
    bytesPerSecond: numberOf(summary?.effort?.bytes_per_second),
    workers: listOf(summary?.effort?.workers).filter((name) => typeof name === 'string'),
    failedObjects: numberOf(coverage?.objects?.failed),
    gaps: listOf(coverage?.gaps).length,
    errors,
  };
}

interface Trouble {
  readonly uri?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}

/** Also of the objects of a shard's record. */
export function countErrors(objects: readonly Trouble[]): readonly ErrorCount[] {
  const counts = new Map<string, { code: string; objects: number; sample: string; message: string }>();
  for (const { uri, code, reason, message } of objects) {
    const name = textOf(code ?? reason) || 'unknown';
    const known = counts.get(name);
    if (known !== undefined) known.objects += 1;
    else if (counts.size < MOST_CODES)
      counts.set(name, { code: name, objects: 1, sample: textOf(uri), message: textOf(message) });
  }
  return [...counts.values()].toSorted((a, b) => b.objects - a.objects);
}

async function readJson<T>(store: RunStore, path: string): Promise<Partial<T> | null> {
  const bytes = await store.get(path);
  if (bytes === null) return null;
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null ? (value as Partial<T>) : null;
  } catch {
    return null;
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2000) : '';
}

function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}

function countsOf(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 10)
      .map(([name, count]) => [name, numberOf(count)]),
  );
}
