// The whole report as one self-contained page: no script, nothing fetched, and a policy that forbids both.

import { countOf } from '@coldhunt/core';
import type { RunFile } from '../../question/output.ts';
import type { Coverage } from '../../reduce/output.ts';
import type { SummaryFile } from '../output.ts';
import { alertSection, type AlertOverview } from './alert-section.ts';
import { askedSection } from './asked-section.ts';
import { coverageSection } from './coverage-section.ts';
import { html, Markup } from './markup.ts';
import { ruleSection } from './rule-section.ts';
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
          ${askedSection(run, summary)} ${ruleSection(summary)} ${alertSection(alerts)} ${coverageSection(coverage)}
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

function work({ effort, actual }: SummaryFile): Markup {
  return html`<h2>The work</h2>
    <p>
      ${countOf(actual.objects, 'object')}, ${countOf(actual.bytes, 'stored byte')} and ${countOf(actual.lines, 'line')}
      in ${countOf(actual.shards, 'shard')}, ${effort.seconds.toFixed(1)} seconds. While it scanned:
      ${effort.bytes_per_second} stored bytes a second, ${effort.decompressed_bytes_per_second} decompressed. Peak
      memory of a process: ${Math.round(effort.peak_memory_bytes / 1e6)} MB.
    </p>`;
}
