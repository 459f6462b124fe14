// What a rule file says of the rule's life: how far it is, from which version of the stack it works, and what it is for.

import type { RawRule } from './parse-rule-file.ts';

export interface RuleMetadata {
  /** `production`, `development`, `experimental`, `deprecated`; null: the file does not say. */
  readonly maturity: string | null;
  /** The first version of Elastic's stack that the rule is made for, e.g. `8.9.0`; null: any. */
  readonly minStackVersion: string | null;
  /** By its maturity or its folder (`_deprecated`): Elastic ships it no more. */
  readonly isDeprecated: boolean;
  /** By `building_block_type` or its folder (`rules_building_block`): its alerts are material for other rules. */
  readonly isBuildingBlock: boolean;
}

/** Of a rule that names nothing of it. */
export const NO_METADATA: RuleMetadata = {
  maturity: null,
  minStackVersion: null,
  isDeprecated: false,
  isBuildingBlock: false,
};

export function toRuleMetadata({ file, value, metadata }: RawRule): RuleMetadata {
  const word = (key: string): string | null => (typeof metadata[key] === 'string' ? metadata[key] : null);
  const folders = file.split(/[\\/]/).slice(0, -1);
  const maturity = word('maturity');
  return {
    maturity,
    minStackVersion: word('min_stack_version'),
    isDeprecated: maturity === 'deprecated' || folders.includes('_deprecated'),
    isBuildingBlock: typeof value['building_block_type'] === 'string' || folders.includes('rules_building_block'),
  };
}
