// The listings of all archives -> plan lines, as they stream by. The one place where objects are decided on: whoever writes a plan and
// whoever only shows one see the same.

import { InputError, assertInvariant, type ListedObject, type ObjectSource } from '@coldhunt/core';
import { liesWithin, type Question } from '../question/output.ts';
import { ShardCutter } from './cut-shards.ts';
import { KeyFit } from './key-fit.ts';
import type { PlanLine, SkipReason } from './output.ts';
import { createSelector, type Selector } from './select-object.ts';
import { Tally } from './tally.ts';

/** Left out though events lie there or may: a waiver names the version that it is about, and so does an alert of a carried match. */
const MAY_HOLD_EVENTS: ReadonlySet<SkipReason> = new Set(['archived', 'symbolic-link', 'read-before']);

const NO_LINES: readonly PlanLine[] = [];

export interface PlanProgress {
  readonly objects: number;
  readonly bytes: number;
  readonly selected: number;
  readonly shards: number;
}

export interface ListPlanOptions {
  readonly question: Question;
  /** One per archive of the question, in its order. */
  readonly sources: readonly ObjectSource[];
  readonly signal?: AbortSignal | undefined;
  /** After each page of a listing. */
  readonly progress?: ((progress: PlanProgress) => void) | undefined;
}

/** A listing under way. The sums are final after the last line. */
export interface ListedPlan {
  readonly tally: Tally;
  readonly fits: readonly KeyFit[];
  readonly shards: number;
  lines(): AsyncGenerator<PlanLine>;
  /** What is to be said about archives and layouts. */
  warnings(): readonly string[];
}

/** Compiles layouts and key patterns of every archive. Throws InputError LAYOUT_INVALID or OPTION_INVALID, before anything is read. */
export function checkArchives(question: Question): readonly Selector[] {
  return question.archives.map((archive) => createSelector(question, archive));
}

export function listPlan({ question, sources, signal, progress }: ListPlanOptions): ListedPlan {
  const selectors = checkArchives(question);
  const fits = selectors.map(({ archive, layout }) => new KeyFit(archive, layout));
  const tally = new Tally();
  const cutter = new ShardCutter(question);
  assertInvariant(sources.length === selectors.length, 'a hunt needs a source for each of its archives');
  for (const [index, { uri }] of sources.entries()) {
    const asked = question.archives[index]?.uri;
    assertInvariant(uri === asked, `the sources are not in the order of the question: ${uri} stands for ${asked}`);
  }
  async function* lines(): AsyncGenerator<PlanLine> {
    for (const [archive, source] of sources.entries()) {
      const [selector, fit] = [selectors[archive], fits[archive]];
      if (selector === undefined || fit === undefined) continue;
      const others = question.archives.filter((_, index) => index !== archive).map(({ uri }) => uri);
      for await (const page of source.list(signal)) {
        signal?.throwIfAborted();
        for (const object of page) {
          refuseOverlap(object, source.uri, others);
          for (const line of decide(object, archive, selector, fit)) yield line;
        }
        progress?.({
          objects: tally.listed.objects,
          bytes: tally.listed.bytes,
          selected: tally.selected.objects,
          shards: cutter.count,
        });
      }
    }
    for (const shard of cutter.finish()) yield { kind: 'shard', shard };
  }
  // No generator: most objects complete no line, and a million of them would each leave one behind.
  function decide(object: ListedObject, archive: number, selector: Selector, fit: KeyFit): readonly PlanLine[] {
    tally.list(object);
    const decision = selector.select(object);
    fit.add(object.key, decision);
    if (decision.kind === 'skipped') {
      tally.skip(object, decision.reason);
      const etag = MAY_HOLD_EVENTS.has(decision.reason) ? { etag: object.etag } : {};
      return [{ kind: 'skipped', object: { uri: object.uri, reason: decision.reason, bytes: object.size, ...etag } }];
    }
    const { rules, keyTime, historyOf } = decision;
    tally.select(object, keyTime, historyOf);
    const isEventTime = selector.archive.layout_time === 'event';
    const shards = cutter.add({ object, archive, rules, keyTime, isEventTime });
    return shards.length === 0 ? NO_LINES : shards.map((shard) => ({ kind: 'shard', shard }));
  }
  return {
    tally,
    fits,
    get shards() {
      return cutter.count;
    },
    lines,
    warnings: () => [
      ...fits.flatMap((fit) => fit.warnings(question.from !== null || question.to !== null)),
      ...sources.flatMap((source) => source.notes?.() ?? []),
    ],
  };
}

// `s3://b/app` without a folder `app/` lists whatever begins with `app`: only the listing shows that archives overlap.
function refuseOverlap(object: ListedObject, uri: string, others: readonly string[]): void {
  const other = others.find((archive) => liesWithin(object.uri, archive));
  if (other === undefined) return;
  throw new InputError(
    'URI_INVALID',
    `the archives ${uri} and ${other} overlap: both hold ${object.uri}, which would be read twice`,
    { details: { archives: [uri, other], uri: object.uri } },
  );
}
