// What Kibana keeps of a rule's life, from an export to the alerts (semantics.md 3.2).

import { expect, it } from 'vitest';
import { createFieldTypes, loadRules } from '@coldhunt/rules';
import { buildMatch, buildQuestion, buildRun } from '../../../test/build-match.ts';
import { createAlertBuilder } from './build-alert-document.ts';

const LIFE = {
  enabled: true,
  immutable: false,
  revision: 4,
  namespace: 'prod',
  throttle: 'no_actions',
  created_at: '2026-01-01T00:00:00.000Z',
  created_by: 'ann',
  updated_at: '2026-01-02T00:00:00.000Z',
  updated_by: 'bob',
};
const ACTIONS = [{ group: 'default', id: 'c1', action_type_id: '.email', params: { message: 'a rule fired' } }];

it.each([
  ['without its long texts', false, undefined],
  ['whole', true, ACTIONS],
])("carries an exported rule's life into the alert: %s", (_name, isFull, actions) => {
  const exported = {
    rule_id: 'r',
    name: 'n',
    description: 'd',
    type: 'query',
    severity: 'low',
    risk_score: 1,
    ...LIFE,
    actions: ACTIONS,
  };
  const [loaded] = loadRules([{ name: 'f', text: JSON.stringify(exported) }], createFieldTypes());
  const rule = loaded?.rule;
  if (rule === null || rule === undefined) throw new Error(loaded?.reason ?? 'no rule');
  const question = buildQuestion([rule]);
  const run = buildRun({ ...question, options: { ...question.options, full_rule: isFull } });
  const alert = {
    match: buildMatch({ time_ms: 0 }),
    document: {},
    copies: [],
    copy_count: 0,
    bucket: null,
    suppression: null,
    baseline: 'complete' as const,
    baseline_reason: null,
  };
  const built = createAlertBuilder()(alert, { rule, run });
  for (const [key, value] of Object.entries(LIFE)) expect(built[`kibana.alert.rule.${key}`]).toEqual(value);
  expect(built['kibana.alert.rule.actions']).toEqual(actions);
});
