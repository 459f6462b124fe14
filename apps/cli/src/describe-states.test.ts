import { expect, it } from 'vitest';
import { describeStates } from './describe-states.ts';

it('counts rules by state, and the states by type', () => {
  expect(
    describeStates([
      { type: 'query', state: 'ready' },
      { type: 'eql', state: 'unsupported' },
      { type: 'query', state: 'invalid' },
      { type: null, state: 'invalid' },
    ]),
  ).toBe(
    [
      '4 rules: 1 ready, 1 unsupported, 2 invalid',
      '  eql      1 unsupported',
      '  no type  1 invalid',
      '  query    1 ready, 1 invalid',
      '',
    ].join('\n'),
  );
  expect(describeStates([{ type: 'query', state: 'ready' }])).toBe(
    '1 rule: 1 ready, 0 unsupported, 0 invalid\n  query  1 ready\n',
  );
  expect(describeStates([])).toBe('0 rules: 0 ready, 0 unsupported, 0 invalid\n');
});
