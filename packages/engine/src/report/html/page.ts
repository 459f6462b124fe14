// The whole report as one self-contained page: no script, nothing fetched, and a policy that forbids both.

import type { RunFile } from '../../question/output.ts';
import type { Coverage } from '../../reduce/output.ts';
import type { SummaryFile } from '../output.ts';
import { alertSection, type AlertOverview } from './alert-section.ts';
import { coverageSection } from './coverage-section.ts';
import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

export interface PageInput {
  readonly run: RunFile;
  readonly summary: SummaryFile;
  readonly coverage: Coverage;
  readonly alerts: AlertOverview;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The page's text. Everything that was read is escaped by `html`. */
export function reportPage({ run, summary, coverage, alerts }: PageInput): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>coldhunt report ${run.run_id.slice(0, 8)}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>coldhunt report</h1>
          <p class="soft">run <span class="mono">${run.run_id}</span></p>
          <div class="verdict ${coverage.complete ? 'complete' : 'incomplete'}">${summary.verdict}</div>
          ${asked(run, summary)} ${ruleTable(summary)} ${alertSection(alerts)} ${coverageSection(coverage)}
          ${work(summary)}
          <footer>
            Written by coldhunt. The files beside this page hold everything: alerts.ndjson, unkeyed.ndjson, alerts.csv,
            coverage.json, summary.json.
          </footer>
        </main>
      </body>
    </html> `;
  return page.text;
}

function asked({ question }: RunFile, summary: SummaryFile): Markup {
  const archives = question.archives.map((archive) => html`<dd class="mono">${archive.uri}</dd>`);
  return html`<h2 id="asked">What was asked</h2>
    <dl>
      <dt>archive</dt>
      ${archives.slice(0, 1)}${archives.slice(1).map(
        (archive) =>
          html`<dt></dt>
            ${archive}`,
      )}
      <dt>listed</dt>
      <dd>${summary.listed_at}</dd>
      <dt>range</dt>
      <dd>${question.from ?? 'the beginning'} to ${question.to ?? 'the end'} (the end not included)</dd>
      <dt>mode</dt>
      <dd>${question.mode}</dd>
      <dt>rules</dt>
      <dd>
        ${String(question.rules.length)}${summary.rules_left_out.length === 0 ? null : html`, and ${summary.rules_left_out.length} that could not be run`}
      </dd>
      <dt>exceptions</dt>
      <dd>
        ${question.options.ignore_exceptions ? 'ignored' : `${question.exceptions.items.length} items, ${question.options.exclude_queries.length} queries`}
      </dd>
    </dl>
    ${question.rules.slice(0, 20).map(
      ({ rule }) =>
        html`<details>
          <summary>${rule.name} <span class="soft mono">${rule.rule_id}</span></summary>
          <div>
            <pre>${rule.query}</pre>
            ${
              rule.note === undefined
                ? null
                : html`<h3>Guide</h3>
                    <pre>${rule.note}</pre>`
            }
          </div>
        </details>`,
    )}`;
}

function ruleTable(summary: SummaryFile): Markup {
  const rows = summary.rules.map(
    (rule) =>
      html`<tr>
        <td>${rule.name}<br /><span class="soft mono">${rule.rule_id}</span></td>
        <td class="number">${rule.alerts}</td>
        <td class="number">${rule.known}</td>
        <td class="number">${rule.copies}</td>
        <td class="number">${rule.unkeyed}</td>
        <td class="number">${rule.matches.in_range}</td>
        <td class="number">${rule.matches.in_history}</td>
        <td class="number">${rule.matches.excepted}</td>
        <td class="number">${rule.matches.other_index}</td>
      </tr>`,
  );
  const excepted = summary.rules.flatMap((rule) =>
    Object.entries(rule.excepted).map(
      ([item, number]) => html`<li>${number} by <span class="mono">${item}</span> (${rule.name})</li>`,
    ),
  );
  const warnings = summary.rules.flatMap((rule) =>
    rule.warnings.map((warning) => html`<li>${rule.name}: ${warning}</li>`),
  );
  const leftOut = summary.rules_left_out.map(
    (rule) =>
      html`<li>
        <span class="mono">${rule.file}</span> ${rule.name ?? rule.rule_id ?? ''}: ${rule.state}, ${rule.reason}
      </li>`,
  );
  return html`<h2 id="rules">Rules</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>rule</th>
            <th class="number">alerts</th>
            <th class="number">known</th>
            <th class="number">copies</th>
            <th class="number">without term</th>
            <th class="number">matches in range</th>
            <th class="number">in history</th>
            <th class="number">excepted</th>
            <th class="number">other index</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${
      excepted.length === 0
        ? null
        : html`<h3>Excepted</h3>
            <ul>
              ${excepted}
            </ul>`
    }
    ${
      warnings.length === 0
        ? null
        : html`<h3>Notes on the findings</h3>
            <ul>
              ${warnings}
            </ul>`
    }
    ${
      leftOut.length === 0
        ? null
        : html`<h3>Rules that were not run</h3>
            <ul>
              ${leftOut}
            </ul>`
    }`;
}

function work({ effort, actual }: SummaryFile): Markup {
  return html`<h2>The work</h2>
    <p>
      ${actual.objects} objects, ${actual.bytes} bytes and ${actual.lines} lines in ${actual.shards} shards,
      ${effort.seconds.toFixed(1)} seconds, ${Math.round(effort.bytes_per_second)} stored bytes a second, peak memory of
      a process ${Math.round(effort.peak_memory_bytes / 1e6)} MB.
    </p>`;
}
