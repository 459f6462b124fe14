// A plan's preview for a terminal.

import { countOf } from '@coldhunt/core';
import type { PlanPreview } from '@coldhunt/engine';
import { formatBytes, formatCount, toTerminalText } from './terminal-text.ts';

const SHOWN_DAYS = 14;

export function describePlan({ estimate, archives, warnings }: PlanPreview): string {
  const { listed, selected, skipped, kinds, shards, history, requests, cost, archived, time, sample, prices } =
    estimate;
  const sums = ({ objects, bytes }: { readonly objects: number; readonly bytes: number }): string =>
    `${countOf(objects, 'object')}, ${formatBytes(bytes)}`;
  const span = (value: { readonly from: number; readonly to: number }, show: (figure: number) => string): string =>
    value.from === value.to ? show(value.from) : `${show(value.from)} to ${show(value.to)}`;
  const dollars = (figure: number): string => `$${figure < 1 ? figure.toFixed(4) : figure.toFixed(2)}`;
  const minutes = (figure: number): string => (figure < 1 ? `${Math.ceil(figure * 60)} s` : `${figure.toFixed(1)} min`);
  const lines = [
    `listed    ${sums(listed)}`,
    `selected  ${sums(selected)}, ${countOf(shards, 'shard')}`,
    ...Object.entries(skipped).map(([reason, left]) => `skipped   ${sums(left)} (${reason})`),
    '',
    'what is read',
    ...kinds.map((kind) => `  ${kind.format.padEnd(8)} ${kind.storage_class.padEnd(20)} ${sums(kind)}`),
    '',
    `history   ${sums(history.total)}${history.undated.objects > 0 ? `; ${sums(history.undated)} without a time in the key, read for every rule` : ''}`,
    ...history.days
      .slice(0, SHOWN_DAYS)
      .map(
        (day) =>
          `  ${day.day}  ${sums(day)}  for ${day.rules.length > 3 ? countOf(day.rules.length, 'rule') : day.rules.join(', ')}`,
      ),
    ...(history.days.length > SHOWN_DAYS
      ? [`  and ${countOf(history.days.length - SHOWN_DAYS, 'more day')} (--json)`]
      : []),
    '',
    `requests  list ${formatCount(requests.list)}, get ${span(requests.get, formatCount)}, put ${span(requests.put, formatCount)}`,
    `cost      ${span(cost.total, dollars)} (prices of ${prices.date}, ${prices.region})`,
    `  requests ${span(cost.requests, dollars)}, retrieval ${dollars(cost.retrieval)}, KMS ${span(cost.kms, dollars)}, compute ${span(cost.compute, dollars)}`,
    ...cost.transfer
      .filter(({ route }) => cost.route === null || route === cost.route)
      .map((route) => `  transfer ${route.route}: ${dollars(route.dollars)} (${route.note})`),
    `time      ${span(time.minutes, minutes)} on ${countOf(time.workers, 'core')} (${span(time.core_minutes, minutes)} of one)`,
    ...(archived.total.objects > 0
      ? [`archived  ${sums(archived.total)} must be restored first: ${span(archived.restore, dollars)}`]
      : []),
    ...(sample === null
      ? []
      : [
          '',
          'sampled',
          ...sample.map(
            (kind) =>
              `  ${kind.format.padEnd(8)} ${kind.storage_class.padEnd(20)} ${countOf(kind.objects, 'object')}, ratio ${(kind.decompressed_bytes / Math.max(1, kind.stored_bytes)).toFixed(1)}, ${countOf(kind.events, 'event')}, ${formatBytes(kind.stored_bytes / Math.max(0.001, kind.seconds))}/s stored`,
          ),
        ]),
    ...archives.flatMap((archive) =>
      archive.proposals.map(
        (proposal) =>
          `layout    ${archive.uri}: "${proposal.layout}" fits ${(proposal.match_rate * 100).toFixed(0)}% of ${countOf(proposal.keys_tried, 'key')} (${proposal.first} to ${proposal.last}; its time usually means ${proposal.time}, ${proposal.zone}): --layout ${proposal.layout} --layout-time ${proposal.time}`,
      ),
    ),
    ...warnings.map((warning) => `note      ${warning}`),
  ];
  return `${lines.map((line) => toTerminalText(line)).join('\n')}\n`;
}
