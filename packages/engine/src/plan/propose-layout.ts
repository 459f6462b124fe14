// Keys of an archive -> the ready layouts that fit them. Only a proposal: what a key's time means is for people to say.

import { ownLayout, type KeyTime } from './layouts/layout.ts';
import { WRITERS, type Writer } from './layouts/writers.ts';
import type { LayoutTime } from '../question/output.ts';

const LEAST_RATE = 0.5;
const MOST_PROPOSED = 3;
const EARLIEST_MS = Date.UTC(1990, 0, 1);
const DAY_MS = 86_400_000;

export interface LayoutProposal {
  readonly layout: string;
  /** What the writer's time means unless it was configured otherwise. */
  readonly time: LayoutTime;
  /** `local`: the writer uses its machine's zone unless told otherwise. */
  readonly zone: 'UTC' | 'local';
  /** Of the keys that were tried, how many carry a time. */
  readonly match_rate: number;
  readonly keys_tried: number;
  /** The buckets' usual width. */
  readonly bucket_ms: number;
  readonly first: string;
  readonly last: string;
}

/** The best first: most keys, then the finest buckets, then the writer that says most of what the time means. `nowMs`: later times are none. */
export function proposeLayouts(keys: readonly string[], nowMs: number): readonly LayoutProposal[] {
  if (keys.length === 0) return [];
  const tried = WRITERS.map((writer, order) => ({ order, proposal: tryWriter(writer, keys, nowMs) }));
  return tried
    .flatMap(({ order, proposal }) => (proposal === null ? [] : [{ order, proposal }]))
    .toSorted(
      (a, b) =>
        b.proposal.match_rate - a.proposal.match_rate ||
        a.proposal.bucket_ms - b.proposal.bucket_ms ||
        Number(isGeneric(a.proposal.layout)) - Number(isGeneric(b.proposal.layout)) ||
        a.order - b.order,
    )
    .map(({ proposal }) => proposal)
    .slice(0, MOST_PROPOSED);
}

function tryWriter(writer: Writer, keys: readonly string[], nowMs: number): LayoutProposal | null {
  const layout = ownLayout(writer);
  if (layout === null) return null;
  const times = keys.map((key) => layout.keyTime(key)).filter((time): time is KeyTime => isPlausible(time, nowMs));
  const rate = times.length / keys.length;
  if (rate < LEAST_RATE) return null;
  const widths = times.map(({ from, to }) => to - from).toSorted((a, b) => a - b);
  const first = times.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  const last = times.reduce((most, { to }) => Math.max(most, to), Number.NEGATIVE_INFINITY);
  return {
    layout: writer.name,
    time: writer.time,
    zone: writer.zone,
    match_rate: Math.round(rate * 1_000) / 1_000,
    keys_tried: keys.length,
    bucket_ms: widths[Math.floor(widths.length / 2)] ?? DAY_MS,
    first: new Date(first).toISOString(),
    last: new Date(last).toISOString(),
  };
}

function isPlausible(time: KeyTime | null, nowMs: number): time is KeyTime {
  return time !== null && time.from >= EARLIEST_MS && time.from <= nowMs + DAY_MS;
}

function isGeneric(name: string): boolean {
  return name === 'hive' || name === 'folders';
}
