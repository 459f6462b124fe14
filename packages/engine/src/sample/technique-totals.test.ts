import { expect, it } from 'vitest';
import { navigatorLayer } from './navigator-layer.ts';
import { techniqueTotals } from './technique-totals.ts';

const threat = (tactic: string, ...ids: readonly string[]): object => ({
  framework: 'MITRE ATT&CK',
  tactic: { id: 'TA', name: tactic },
  technique: ids.map((id) => ({ id, name: `Name of ${id}`, subtechnique: [{ id: `${id}.001`, name: 'Sub' }] })),
});

it('counts rules by technique, subtechnique and tactic, and writes them as a layer', () => {
  const totals = techniqueTotals([
    { threat: [threat('Command and Control', 'T1071', 'T1071')], can_fire: 'yes' },
    { threat: [threat('Command and Control', 'T1071'), threat('Execution', 'T1059')], can_fire: 'no' },
    { threat: [threat('Execution', 'T1059')], can_fire: 'not_run' },
    // Nothing of it is ATT&CK's, whatever it is.
    {
      threat: [
        null,
        'x',
        { technique: 3 },
        threat('Execution', '<b>'),
        { ...threat('Execution', 'T1'), framework: 'Own' },
      ],
      can_fire: 'yes',
    },
  ]);
  expect(
    totals.map(({ tactic, id, can, cannot, unknown, not_run }) => [tactic, id, can, cannot, unknown, not_run]),
  ).toEqual(
    [
      ['command-and-control', 'T1071', 1, 1, 0, 0],
      ['command-and-control', 'T1071.001', 1, 1, 0, 0],
      ['execution', 'T1059', 0, 1, 0, 1],
      ['execution', 'T1059.001', 0, 1, 0, 1],
    ].toSorted(),
  );
  const layer = navigatorLayer(totals.slice(0, 1), { name: 'n', description: 'd' });
  expect(layer).toMatchObject({
    name: 'n',
    versions: { layer: '4.5' },
    domain: 'enterprise-attack',
    techniques: [
      {
        techniqueID: 'T1071',
        tactic: 'command-and-control',
        score: 50,
        comment: '1 of 2 rules can fire',
        metadata: [{ name: 'can fire', value: '1' }, { name: 'cannot fire', value: '1' }, {}, {}],
      },
    ],
  });
});
