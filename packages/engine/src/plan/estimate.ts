// What a listing added up to, and prices -> what the hunt will take: requests, dollars from-to, minutes.

import type { KindTally, Tally } from './tally.ts';
import { checkRoute, type Prices } from './prices.ts';

const GB = 1_000_000_000;
const MB = 1_000_000;
const LIST_PAGE = 1_000;
const PART_OBJECTS = 20_000;

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Sums {
  readonly objects: number;
  readonly bytes: number;
}

/** How much one kind of object expands and how fast it is read: from a sample. */
export interface MeasuredKind {
  readonly format: string;
  readonly storage_class: string;
  readonly objects: number;
  readonly stored_bytes: number;
  readonly decompressed_bytes: number;
  readonly events: number;
  readonly seconds: number;
}

/** plan/estimate.json and `coldhunt plan --json`. Dollars and minutes are from–to; nothing in a hunt rests on them. */
export interface Estimate {
  readonly listed: Sums;
  readonly selected: Sums;
  readonly skipped: Readonly<Record<string, Sums>>;
  readonly kinds: readonly Readonly<KindTally>[];
  readonly shards: number;
  readonly history: {
    /** Bytes by day of history, with the rules that cause them to be read. */
    readonly days: readonly (Sums & { readonly day: string; readonly rules: readonly string[] })[];
    readonly total: Sums;
    /** Selected objects whose keys tell no time: read for every rule. */
    readonly undated: Sums;
  };
  readonly requests: { readonly list: number; readonly get: Span; readonly put: Span };
  readonly cost: {
    readonly requests: Span;
    readonly retrieval: number;
    readonly kms: Span;
    readonly compute: Span;
    readonly transfer: readonly { readonly route: string; readonly dollars: number; readonly note: string }[];
    /** The route that was given. */
    readonly route: string | null;
    /** Everything, with transfer by the route that was given, else from the cheapest to the dearest. */
    readonly total: Span;
  };
  readonly archived: { readonly kinds: readonly Readonly<KindTally>[]; readonly total: Sums; readonly restore: Span };
  readonly time: { readonly workers: number; readonly core_minutes: Span; readonly minutes: Span };
  /** Null without a sample. */
  readonly sample: readonly MeasuredKind[] | null;
  readonly prices: { readonly date: string; readonly region: string; readonly notes: readonly string[] };
}

export interface EstimateOptions {
  readonly prices: Prices;
  readonly shards: number;
  /** Cores that scan at a time. Default 1. */
  readonly workers?: number;
  readonly sample?: readonly MeasuredKind[];
  /** How bytes get from the store to the scan: a route of the price file. Default: not known. */
  readonly route?: string;
}

/** Makes the estimate. Files cost no requests and no transfer. Throws InputError OPTION_INVALID for a route without a price. */
export function estimatePlan(tally: Tally, options: EstimateOptions): Estimate {
  const { prices, shards, workers = 1, sample } = options;
  if (options.route !== undefined) checkRoute(prices, options.route);
  const kinds = [...tally.kinds.values()].toSorted((a, b) => b.bytes - a.bytes);
  const stored = kinds.filter(({ storage_class: name }) => isPriced(name));
  const storedBytes = sumOf(stored).bytes;
  const isStore = stored.length > 0 || [...tally.archived.values()].some(({ storage_class: name }) => isPriced(name));
  const list = isStore ? Math.ceil(tally.listed.objects / LIST_PAGE) : 0;
  const gets = stored.map((kind) => ({ kind, count: getsOf(kind) }));
  const get = addAll(gets.map(({ count }) => count));
  const put = isStore
    ? { from: shards + 5, to: shards * 3 + Math.ceil(tally.listed.objects / PART_OBJECTS) + 20 }
    : NONE;
  const retrieval = gets.reduce(
    (sum, { kind }) => sum + perGb(kind.bytes, prices.retrieval_per_gb[kind.storage_class]),
    0,
  );
  const transfer = prices.transfer_per_gb.map(({ route, per_gb: price, note }) => ({
    route,
    dollars: round(perGb(storedBytes, price)),
    note,
  }));
  const requests = addAll([
    ...gets.map(({ kind, count }) => scale(count, getPrice(prices, kind.storage_class) / 1_000)),
    scale(put, prices.per_1000_requests.put / 1_000),
    same((list * prices.per_1000_requests.list) / 1_000),
  ]);
  const kms = { from: 0, to: ((get.to + put.to) * prices.kms_per_10000_requests) / 10_000 };
  const seconds = addAll(kinds.map((kind) => secondsOf(kind, prices, sample)));
  const compute = {
    from: (seconds.from / 3600) * prices.compute.core_hour.from,
    to: (seconds.to / 3600) * prices.compute.core_hour.to,
  };
  const routes = routesOf(transfer, options.route);
  const total = addAll([
    requests,
    same(retrieval),
    kms,
    compute,
    { from: Math.min(...routes), to: Math.max(...routes) },
  ]);
  const archived = [...tally.archived.values()];
  const history = [...tally.history.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    listed: tally.listed,
    selected: tally.selected,
    skipped: tally.skipped,
    kinds,
    shards,
    history: {
      days: history.map(([day, { objects, bytes, rules }]) => ({ day, objects, bytes, rules: [...rules].toSorted() })),
      total: sumOf(history.map(([, sums]) => sums)),
      undated: tally.undated,
    },
    requests: { list, get, put },
    cost: {
      requests: roundSpan(requests),
      retrieval: round(retrieval),
      kms: roundSpan(kms),
      compute: roundSpan(compute),
      transfer,
      route: options.route ?? null,
      total: roundSpan(total),
    },
    archived: { kinds: archived, total: sumOf(archived), restore: roundSpan(restoreOf(archived, prices)) },
    time: {
      workers,
      core_minutes: roundSpan(scale(seconds, 1 / 60)),
      minutes: roundSpan(scale(seconds, 1 / 60 / Math.min(workers, Math.max(shards, 1)))),
    },
    sample: sample ?? null,
    prices: { date: prices.date, region: prices.region, notes: prices.notes },
  };
}

const NONE: Span = { from: 0, to: 0 };

// Folders and stores in memory: nobody bills their reads.
function isPriced(storageClass: string): boolean {
  return storageClass !== 'FILE' && storageClass !== 'MEMORY';
}

// Small objects: one request each. Larger ones: one for the first bytes and one for each range; Parquet a footer, and from one to eight
// columns of each range.
function getsOf(kind: KindTally): Span {
  const small = kind.small_objects;
  const large = kind.objects - small;
  if (kind.format === 'parquet')
    return { from: small + large + kind.ranges, to: small * 2 + large * 2 + kind.ranges * 10 };
  return { from: small + large + kind.ranges, to: small + kind.ranges * 3 };
}

function getPrice(prices: Prices, storageClass: string): number {
  return prices.per_1000_requests.get_by_storage_class[storageClass] ?? prices.per_1000_requests.get;
}

// A sample's rate is that of parsing every event: literal search is only faster.
function secondsOf(kind: KindTally, prices: Prices, sample: readonly MeasuredKind[] | undefined): Span {
  const rates = prices.compute.stored_mb_per_core_second[kind.format];
  const megabytes = kind.bytes / MB;
  const measured = sample?.find(
    ({ format, storage_class: name }) => format === kind.format && name === kind.storage_class,
  );
  const slowest =
    measured === undefined || measured.seconds === 0 || measured.stored_bytes === 0
      ? rates.from
      : measured.stored_bytes / MB / measured.seconds;
  return { from: megabytes / Math.max(rates.to, slowest), to: megabytes / slowest };
}

function restoreOf(kinds: readonly KindTally[], prices: Prices): Span {
  return addAll(
    kinds.map(({ storage_class: name, objects, bytes }) => {
      const restore = prices.restore[name];
      if (restore === undefined) return NONE;
      const { per_gb: gb, per_1000_objects: thousand } = restore;
      return {
        from: perGb(bytes, gb.from) + (objects / 1_000) * thousand.from,
        to: perGb(bytes, gb.to) + (objects / 1_000) * thousand.to,
      };
    }),
  );
}

function routesOf(transfer: Estimate['cost']['transfer'], wanted: string | undefined): readonly number[] {
  return transfer.filter(({ route }) => wanted === undefined || route === wanted).map(({ dollars }) => dollars);
}

function perGb(bytes: number, price = 0): number {
  return (bytes / GB) * price;
}

function addAll(spans: readonly Span[]): Span {
  return spans.reduce((sum, { from, to }) => ({ from: sum.from + from, to: sum.to + to }), NONE);
}

function same(value: number): Span {
  return { from: value, to: value };
}

function scale({ from, to }: Span, by: number): Span {
  return { from: from * by, to: to * by };
}

function sumOf(all: readonly Sums[]): Sums {
  return all.reduce((sum, { objects, bytes }) => ({ objects: sum.objects + objects, bytes: sum.bytes + bytes }), {
    objects: 0,
    bytes: 0,
  });
}

function roundSpan({ from, to }: Span): Span {
  return { from: round(from), to: round(to) };
}

// To a hundredth of a cent: more would only look exact.
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
