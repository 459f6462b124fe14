// What was asked: archives, range, mode, and the rules with their texts.

import { countOf } from '@coldhunt/core';
import type { RunFile } from '../../question/output.ts';
import type { SummaryFile } from '../output.ts';
import { folded } from './fold.ts';
import { html, type Markup } from './markup.ts';

/** Rules of which the page holds the texts. */
const SHOWN_RULES = 200;

export function askedSection({ question }: RunFile, summary: SummaryFile): Markup {
  const archives = question.archives.map((archive) => html`<dd class="mono">${archive.uri}</dd>`);
  return html`<h2>What was asked</h2>
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
        ${question.options.ignore_exceptions ? 'ignored' : `${countOf(question.exceptions.items.length, 'item')}, ${countOf(question.options.exclude_queries.length, 'query', 'queries')}`}
      </dd>
      ${suppressionRow(question)}
    </dl>
    ${folded(countOf(question.rules.length, 'rule'), question.rules.length, question.rules.slice(0, SHOWN_RULES).map(ruleText))}
    ${
      question.rules.length > SHOWN_RULES
        ? html`<p class="soft">The texts of the first ${SHOWN_RULES} rules; all of them stand in run.json.</p>`
        : null
    }`;
}

/** Only where a rule asks for it. */
function suppressionRow({ rules, options }: RunFile['question']): Markup | null {
  const asking = rules.filter(({ rule }) => rule.alert_suppression !== undefined).length;
  if (asking === 0) return null;
  return html`<dt>suppression</dt>
    <dd>${options.ignore_suppression ? 'ignored' : `of ${countOf(asking, 'rule')}`}</dd>`;
}

function ruleText({ rule }: RunFile['question']['rules'][number]): Markup {
  return html`<details>
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
  </details>`;
}
