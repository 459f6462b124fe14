// Techniques -> a layer for MITRE's ATT&CK Navigator (layer format 4.5), coloured by how many of their rules can fire.

import type { TechniqueTotal } from './technique-totals.ts';

export interface LayerOptions {
  readonly name: string;
  readonly description: string;
}

/** Plain JSON. The score is the percentage of a technique's rules that can fire. */
export function navigatorLayer(totals: readonly TechniqueTotal[], { name, description }: LayerOptions): object {
  return {
    name,
    versions: { attack: '17', navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description,
    sorting: 0,
    hideDisabled: false,
    techniques: totals.map((total) => {
      const { id, tactic, can, cannot, unknown, not_run } = total;
      const rules = can + cannot + unknown + not_run;
      const counts = { 'can fire': can, 'cannot fire': cannot, 'not seen': unknown, 'not run': not_run };
      return {
        techniqueID: id,
        tactic,
        score: Math.round((100 * can) / rules),
        comment: `${can} of ${rules} rules can fire`,
        enabled: true,
        showSubtechniques: id.includes('.'),
        metadata: Object.entries(counts).map(([key, number]) => ({ name: key, value: String(number) })),
      };
    }),
    gradient: { colors: ['#f4a582', '#f7f7bf', '#66bd63'], minValue: 0, maxValue: 100 },
    legendItems: [
      { label: 'no rule can fire', color: '#f4a582' },
      { label: 'every rule can fire', color: '#66bd63' },
    ],
    selectTechniquesAcrossTactics: false,
  };
}
