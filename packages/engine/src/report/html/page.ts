// The whole report as one self-contained page. It can be read without a script; with its own, and no other, it becomes a table to search. Nothing
// is fetched, and a policy forbids it.

import { createHash } from 'node:crypto';
import { countOf } from '@coldhunt/core';
import {
  blockElement,
  compressBlock,
  pageScript,
  pageStyle,
  type Block,
  type MatchesBlock,
  type PageIndex,
} from '@coldhunt/page';
import { RuleNames } from '@coldhunt/rules';
import type { RunFile } from '../../question/output.ts';
import type { Coverage } from '../../reduce/output.ts';
import type { Difference } from '../differences.ts';
import type { SummaryFile } from '../output.ts';
import { alertSection, type AlertOverview } from './alert-section.ts';
import { askedSection } from './asked-section.ts';
import { coverageSection } from './coverage-section.ts';
import { liveSection } from './live-section.ts';
import { html, Markup } from './markup.ts';
import { pageIndex, type PageOptions } from './page-index.ts';
import { ruleSection } from './rule-section.ts';
import { topSection } from './top-section.ts';

export interface PageInput {
  readonly run: RunFile;
  readonly summary: SummaryFile;
  readonly coverage: Coverage;
  readonly alerts: AlertOverview;
  /** Mode `both`: alerts that one side has. Default: none are shown. */
  readonly differences?: readonly Difference[];
  readonly table: PageIndex['table'];
  readonly blocks: readonly Block[];
  readonly options: PageOptions;
  /** Default: the page tells of alerts alone. */
  readonly matches?: MatchesBlock | null | undefined;
}

/** The page's text, in pieces. Everything that was read is escaped by `html` or stands in a compressed block. */
export function* reportPage(input: PageInput): Generator<string> {
  const { run, summary, coverage, alerts } = input;
  const index = pageIndex(input);
  const live =
    summary.comparison === undefined ? null : liveSection(summary.comparison, input.differences ?? [], summary);
  const script = pageScript();
  const style = pageStyle();
  yield html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(policyOf(script, style))}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>coldhunt report ${run.run_id.slice(0, 8)}</title>
        ${new Markup(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">to the alerts</a>
        <header>
          <h1>coldhunt report</h1>
          ${topSection(run, summary)}
        </header>
        <nav aria-label="parts of the report">
          <a data-view="alerts" href="#">Alerts</a
          ><a data-view="rules" href="#view=rules">Rules</a
          >${live === null ? null : html`<a data-view="live" href="#view=live">Live rules</a>`}<a
            data-view="coverage"
            href="#view=coverage"
            >Coverage</a
          ><a data-view="asked" href="#view=asked">What was asked</a>
        </nav>
        <main id="main">
          <div id="app" hidden></div>
          <section id="alerts">${alertSection(alerts, index.rules)}</section>
          <section id="rules">${ruleSection(summary)}</section>
          ${live === null ? null : html`<section id="live">${live}</section>`}
          <section id="coverage">${coverageSection(coverage, new RuleNames(summary.rules))}</section>
          <section id="asked">${askedSection(run, summary)}</section>
          <section id="work">${work(summary)}</section>
        </main>
        <footer>
          Written by coldhunt, run <span class="mono">${run.run_id}</span>. The files beside this page hold everything:
          alerts.ndjson, unkeyed.ndjson, alerts.csv, groups.ndjson, coverage.json, summary.json.
        </footer>
     `.text;
  yield blockElement(compressBlock('index', JSON.stringify(index)));
  // The script before the rest of what it reads: a large page is usable while the browser still takes in the documents.
  yield `<script>${script}</script>\n`;
  if (input.matches !== null && input.matches !== undefined) yield blockElement(input.matches.block);
  for (const block of input.blocks) yield blockElement(block);
  yield '</body></html>\n';
}

function policyOf(script: string, style: string): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
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
