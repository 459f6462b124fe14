// States of hunts and shards, as words and colours.

import { countOf } from '@coldhunt/core';
import { html, type Markup } from '@coldhunt/engine';
import type { CellState } from '../workspace/heat-map.ts';
import type { HuntState, HuntView } from '../workspace/hunt-view.ts';
import type { Rate } from '../workspace/rate-book.ts';
import { badge } from './frame.ts';
import { bytesText, dollarsText, secondsText } from './words.ts';

const TONES: Readonly<Record<HuntState, 'good' | 'bad' | 'medium' | 'low' | 'accent'>> = {
  planning: 'accent',
  scanning: 'accent',
  reducing: 'accent',
  cancelled: 'low',
  failed: 'bad',
  done: 'good',
  incomplete: 'bad',
  pruned: 'low',
  unreadable: 'bad',
};

export function stateBadge(state: HuntState): Markup {
  return badge(TONES[state], state);
}

/** Of what is planned; 0 to 1. */
function shareDone({ state, shards }: HuntView): number {
  if (state === 'done' || state === 'incomplete' || state === 'pruned') return 1;
  return shards.total === 0 ? 0 : shards.recorded / shards.total;
}

/** Stored bytes: of what is done about, as if all shards were of one size. */
export function aboutDone(view: HuntView): { readonly doneBytes: number; readonly totalBytes: number } {
  const totalBytes = view.plan?.selected.bytes ?? 0;
  return { doneBytes: totalBytes * shareDone(view), totalBytes };
}

export function progressBar(view: HuntView): Markup {
  const share = shareDone(view);
  const { recorded, total, failed } = view.shards;
  const words = total === 0 ? 'no plan yet' : `${recorded.toLocaleString('en-US')} of ${countOf(total, 'shard')}`;
  return html`<progress
      max="100"
      value="${new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 }).format(100 * share)}"
      aria-label="progress"
    ></progress>
    <span class="soft small">${words}${failed > 0 ? html`, <b class="fail">${failed} failed</b>` : null}</span>`;
}

export function rateWords(rate: Rate | null, view: HuntView): string {
  if (view.state !== 'scanning') return '–';
  if (rate === null) return 'being measured';
  if (rate.secondsLeft === null) return 'does not move';
  return `${bytesText(rate.bytesPerSecond)}/s, ${secondsText(rate.secondsLeft)} left`;
}

/** What it may have cost: the estimate's share. */
export function costWords(view: HuntView): string {
  const { cost } = view;
  if (cost === null) return '–';
  if (cost.to === 0) return 'nothing';
  const share = shareDone(view);
  const [from, to] = [cost.from * share, cost.to * share];
  return from === to ? dollarsText(to) : `${dollarsText(from)} to ${dollarsText(to)}`;
}

/** What a hunt is called: its folder, else the place itself. */
export function nameOf(path: string): string {
  return path === '' ? 'this folder' : path;
}

export function rangeWords({ run }: HuntView): string {
  if (run === null) return '';
  const { from, to } = run.question;
  return `${from?.slice(0, 10) ?? 'the beginning'} to ${to?.slice(0, 10) ?? 'the end'}`;
}

export const CELL_WORDS: Readonly<Record<CellState, string>> = {
  failed: 'failed',
  running: 'running',
  retried: 'done after more than one try',
  part: 'some done',
  done: 'done',
  waiting: 'waiting',
};
