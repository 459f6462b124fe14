// What was examined and what was not: sums, hours, gaps, skipped and failed objects, malformed lines, where a rule could not have fired.

import { RuleNames } from '@coldhunt/rules';
import type { Coverage } from '../../reduce/output.ts';
import { barChart, type Bar } from './chart.ts';
import { absenceOf, holesOf } from './holes.ts';
import { markedError } from './malformed-place.ts';
import { html, type Markup } from './markup.ts';

/** How many rows of a list the page shows; coverage.json holds all. */
const SHOWN_ROWS = 200;

/** `names`: of the hunt's rules. */
export function coverageSection(coverage: Coverage, names: RuleNames = new RuleNames([])): Markup {
  return html`<h2>
      Coverage <span class="badge ${coverage.complete ? 'good' : 'bad'}">${coverage.state.replaceAll('_', ' ')}</span>
    </h2>
    ${sums(coverage)} ${hours(coverage)}
    <h3>Could the rules have fired?</h3>
    ${evaluable(coverage, names)}
    <h3>Not examined</h3>
    ${byReason(coverage)} ${notExamined(coverage)} ${waived(coverage)} ${expected(coverage)}
    ${
      coverage.malformed_samples.length === 0
        ? null
        : html`<h3>Malformed lines (samples)</h3>
            ${table(
              ['object', 'line', 'offset', 'error'],
              coverage.malformed_samples.map((sample) => [
                sample.uri,
                sample.line === 0 ? '' : String(sample.line),
                String(sample.offset),
                markedError(sample.error),
              ]),
            )}`
    }
    <h3>Warnings</h3>
    ${
      coverage.warnings.length === 0
        ? html`<p>none</p>`
        : html`<ul>
            ${coverage.warnings.map((warning) => html`<li>${warning}</li>`)}
          </ul>`
    }`;
}

function sums({ objects, bytes, lines, events, matches }: Coverage): Markup {
  const row = (name: string, figures: readonly (readonly [string, number])[]): Markup =>
    html`<tr>
      <th>${name}</th>
      <td>${figures.map(([label, figure], index) => html`${index === 0 ? '' : ' · '}${label} <b>${figure}</b>`)}</td>
    </tr>`;
  return html`<div class="scroll" tabindex="0">
      <table>
        <tbody>
          ${row('objects', Object.entries(objects))}${row('bytes', Object.entries(bytes))}${row('lines', Object.entries(lines))}${row('events', Object.entries(events))}${row('matches', Object.entries(matches))}
        </tbody>
      </table>
    </div>
    <p class="soft">
      listed = selected + skipped; selected = scanned + failed; lines read = searched + parsed + malformed + blank. A
      searched line was examined in bytes and holds none of the texts that a rule needs. events counts only parsed
      lines.
    </p>`;
}

function hours({ hours: examined, gaps }: Coverage): Markup {
  if (examined.length === 0)
    return html`<h3>Hours examined</h3>
      <p>No time is known of what was examined.</p>`;
  const byDay = new Map<string, number>();
  for (const hour of examined) byDay.set(hour.hour.slice(0, 10), (byDay.get(hour.hour.slice(0, 10)) ?? 0) + hour.bytes);
  const bars: Bar[] = eachDay(examined[0]?.hour.slice(0, 10) ?? '', examined.at(-1)?.hour.slice(0, 10) ?? '').map(
    (day) => ({ label: day, value: byDay.get(day) ?? 0, isGap: !byDay.has(day) }),
  );
  return html`<h3>Bytes examined by day</h3>
    ${barChart(bars, 'bytes examined by day')}
    ${
      gaps.length === 0
        ? html`<p>No hour between the first and the last is without events.</p>`
        : html`<h3>Gaps</h3>
            ${table(
              ['from', 'to'],
              gaps.map((gap) => [gap.from, gap.to]),
            )}`
    }`;
}

function evaluable({ rules }: Coverage, names: RuleNames): Markup {
  const rows = rules.flatMap(({ rule_id, evaluable: spans }) =>
    spans.map((span) => [names.of(rule_id), span.from, span.to, span.state, span.wants ?? span.missing.join(', ')]),
  );
  if (rows.length === 0) return html`<p>No sampled event: not known.</p>`;
  const missing = new Set(rules.flatMap(({ evaluable: spans }) => spans.flatMap((span) => span.missing)));
  const known = [...missing].map((field) => absenceOf(field)).filter((words) => words !== null);
  return html`${table(['rule', 'from', 'to', 'could fire', 'what never occurs: events, or fields of them'], rows)}
  ${known.map((words) => html`<p class="soft">${words}</p>`)}`;
}

function byReason(coverage: Coverage): Markup | null {
  const holes = holesOf(coverage);
  if (holes.length === 0) return null;
  return table(
    ['why', 'objects', 'bytes', 'how it is closed'],
    holes.map(({ reason, objects, bytes, advice }) => [
      reason,
      objects.toLocaleString('en-US'),
      bytes.toLocaleString('en-US'),
      advice,
    ]),
  );
}

function notExamined({ failed, skipped }: Coverage): Markup {
  const rows = [
    ...failed.map((object) => [object.uri, `failed: ${object.code}`, object.message, String(object.bytes)]),
    ...skipped.map((object) => [object.uri, `skipped: ${object.reason}`, '', String(object.bytes)]),
  ];
  return rows.length === 0
    ? html`<p>Every listed object was read to its end.</p>`
    : table(['object', 'state', 'message', 'bytes'], rows);
}

function waived({ waived: accepted = [] }: Coverage): Markup | null {
  if (accepted.length === 0) return null;
  return html`<h3>Waived</h3>
    ${table(
      ['what', 'state', 'lines', 'reason', 'by', 'until'],
      accepted.map((waiver) => [
        'line' in waiver ? `line ${waiver.line}` : waiver.uri,
        waiver.what,
        waiver.lines === undefined ? '' : String(waiver.lines),
        waiver.reason,
        waiver.name,
        waiver.expires,
      ]),
    )}`;
}

function expected({ expected: archives = [] }: Coverage): Markup | null {
  if (archives.length === 0) return null;
  const rows = archives.flatMap(({ archive, expect, missing }) =>
    missing.map(({ from, to }) => [archive, expect, from, to]),
  );
  return html`<h3>Expected without a gap</h3>
    ${rows.length === 0 ? html`<p>No hour or day that was expected is missing.</p>` : table(['archive', 'expected', 'nothing from', 'to'], rows)}`;
}

function table(heads: readonly string[], rows: readonly (readonly (string | Markup)[])[]): Markup {
  const rest = rows.length - SHOWN_ROWS;
  return html`<div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            ${heads.map((head) => html`<th>${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, SHOWN_ROWS).map(
            (row) =>
              html`<tr>
                ${row.map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${rest > 0 ? html`<p class="soft">and ${rest} more, in coverage.json</p>` : null}`;
}

/** Every day from `first` to `last` (`2026-02-01`), both included; at most ten years of them. */
export function eachDay(first: string, last: string): string[] {
  const days: string[] = [];
  for (
    let ms = Date.parse(`${first}T00:00:00Z`);
    ms <= Date.parse(`${last}T00:00:00Z`) && days.length < 3_660;
    ms += 86_400_000
  ) {
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}
