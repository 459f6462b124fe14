// An address -> the page that stands there, made of what was seen of workspace and queue a moment ago.

import type { ActiveShard } from '@coldhunt/queue';
import { huntPage } from './pages/hunt-page.ts';
import { huntsPage } from './pages/hunts-page.ts';
import { aboutDone } from './pages/hunt-words.ts';
import { queuePage } from './pages/queue-page.ts';
import { watchPage, watchesPage } from './pages/watch-pages.ts';
import type { Page } from './pages/frame.ts';
import { jobIdOf, type QueueSight, type QueueView } from './queue-view.ts';
import { HuntDetails } from './workspace/hunt-detail.ts';
import { isOver, type HuntView } from './workspace/hunt-view.ts';
import { RateBook, type Rate } from './workspace/rate-book.ts';
import { idOf, type Sight, type Workspace } from './workspace/workspace.ts';

export interface PageMakerOptions {
  readonly workspace: Workspace;
  readonly queue: QueueView | null;
  /** null: pages are for reading alone. */
  readonly formToken: string | null;
  readonly now?: () => number;
}

/** What is known at a moment, for a page or a scrape. */
interface Seen {
  readonly sight: Sight;
  readonly queue: QueueSight | null;
  readonly nowMs: number;
}

const MOST_SAID = 200;

export class PageMaker {
  readonly #options: PageMakerOptions;
  readonly #now: () => number;
  readonly #details: HuntDetails;
  readonly #rates = new RateBook();
  /** By run and generation: the id of its jobs. */
  readonly #jobIds = new Map<string, string>();
  /** What the last action at a hunt said. */
  readonly #said = new Map<string, string>();

  constructor(options: PageMakerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#details = new HuntDetails(this.#now);
  }

  async see(): Promise<Seen> {
    const [sight, queue] = await Promise.all([
      this.#options.workspace.look(),
      this.#options.queue?.look() ?? Promise.resolve(null),
    ]);
    return { sight, queue, nowMs: this.#now() };
  }

  /** The hunt of an id, as it was seen; null: there is none. */
  async findHunt(id: string): Promise<HuntView | null> {
    const { sight } = await this.see();
    return sight.hunts.find(({ path }) => idOf(path) === id) ?? null;
  }

  note(path: string, said: string): void {
    this.#said.delete(path);
    this.#said.set(path, said);
    const [oldest] = this.#said.keys();
    if (this.#said.size > MOST_SAID && oldest !== undefined) this.#said.delete(oldest);
    this.#options.workspace.forget(path);
  }

  /** null: no page stands there. Throws what the storage throws. */
  async make(url: URL): Promise<Page | null> {
    const seen = await this.see();
    const [, part = '', id = '', rest] = url.pathname.split('/');
    if (rest !== undefined) return null;
    if (url.pathname === '/') return this.#hunts(seen, url.searchParams);
    if (url.pathname === '/watches') return watchesPage(seen);
    if (url.pathname === '/queue') return queuePage(seen);
    if (part === 'hunts') {
      const view = seen.sight.hunts.find(({ path }) => idOf(path) === id);
      return view === undefined ? null : this.#hunt(view, seen);
    }
    if (part === 'watches') {
      const view = seen.sight.watches.find(({ path }) => idOf(path) === id);
      return view === undefined ? null : watchPage({ ...seen, view });
    }
    return null;
  }

  async #hunts(seen: Seen, search: URLSearchParams): Promise<Page> {
    const running = await this.#runningShards(seen);
    return huntsPage({
      ...seen,
      group: search.get('state'),
      page: Number.parseInt(search.get('page') ?? '1', 10) || 1,
      rateOf: (view) => this.#rateOf(view),
      runningOf: (view) => running?.get(view.path) ?? null,
    });
  }

  /** By hunt path; null where Redis tells nothing. */
  async #runningShards({ sight, queue }: Seen): Promise<ReadonlyMap<string, number> | null> {
    if (queue?.state !== 'up') return null;
    const counts = new Map<string, number>();
    for (const { huntId } of queue.fleet.active) counts.set(huntId, (counts.get(huntId) ?? 0) + 1);
    const found = new Map<string, number>();
    if (counts.size === 0) return found;
    for (const view of sight.hunts) {
      if (isOver(view.state)) continue;
      found.set(view.path, counts.get((await this.#jobIdOf(view)) ?? '') ?? 0);
    }
    return found;
  }

  async #hunt(view: HuntView, seen: Seen): Promise<Page> {
    const { workspace, queue: queueView, formToken } = this.#options;
    const store = workspace.open(view.path) ?? workspace.store;
    const active = await this.#activeOf(view, seen.queue);
    const detail = await this.#details.read(view, store, new Set(active.map(({ shardId }) => shardId)));
    const isAsked = queueView !== null && seen.queue?.state === 'up' && view.run !== null && !isOver(view.state);
    const jobs = isAsked && view.run !== null ? await queueView.huntStatus(view.run, view.uri) : null;
    const said = this.#said.get(view.path) ?? null;
    return huntPage({
      ...seen,
      view,
      detail,
      jobs,
      active,
      rate: this.#rateOf(view),
      actions: formToken === null ? null : { formToken, said },
    });
  }

  async #activeOf(view: HuntView, queue: QueueSight | null): Promise<readonly ActiveShard[]> {
    if (queue?.state !== 'up' || isOver(view.state)) return [];
    const wanted = await this.#jobIdOf(view);
    return queue.fleet.active.filter(({ huntId }) => huntId === wanted);
  }

  #rateOf(view: HuntView): Rate | null {
    if (view.state !== 'scanning') return null;
    const { doneBytes, totalBytes } = aboutDone(view);
    return this.#rates.note(view.path, { atMs: view.readAtMs, doneBytes }, totalBytes);
  }

  async #jobIdOf({ run, uri }: HuntView): Promise<string | null> {
    if (run === null) return null;
    const name = `${uri}\0${run.run_id}\0${run.generation}`;
    const known = this.#jobIds.get(name) ?? (await jobIdOf(run, uri));
    if (this.#jobIds.size > 10_000) this.#jobIds.clear();
    this.#jobIds.set(name, known);
    return known;
  }
}
