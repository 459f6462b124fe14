import { viewDocument, type Document } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildRule } from '../test/build-rule.ts';
import { createFieldTypes } from './fields/field-types.ts';
import type { Threshold } from './rule.ts';
import { compileRuleTerms, type RuleTerms, type RuleTermsOptions } from './rule-terms.ts';

function compile(threshold: Partial<Threshold>, over: Partial<RuleTermsOptions> = {}): RuleTerms {
  const rule = buildRule({ type: 'threshold', threshold: { field: [], value: 1, cardinality: [], ...threshold } });
  return compileRuleTerms(rule, { fieldTypes: createFieldTypes(), ...over });
}

const event: Document = {
  host: { id: ['a', 'b', 'a'], ip: ['10.0.0.1', 'fe80::1', 'fe80:0:0::1'] },
  process: { pid: '7' },
  message: 'text',
};

describe('the buckets of a threshold rule', () => {
  it.each<[string, Partial<Threshold>, unknown]>([
    ['one field', { field: ['host.id'] }, [['a'], ['b']]],
    [
      'two fields, in the order of the rule',
      { field: ['process.pid', 'host.id'] },
      [
        [7, 'a'],
        [7, 'b'],
      ],
    ],
    ['no field', { field: [] }, [[]]],
    ['a field without a value', { field: ['host.id', 'user.id'] }, []],
    ['a field of text', { field: ['message'] }, []],
  ])('are those of %s', (_name, threshold, terms) => {
    expect(compile(threshold).terms(viewDocument(event))).toEqual(terms);
  });

  it('count different values as they are typed', () => {
    const counted = compile({ cardinality: [{ field: 'host.ip', value: 2 }] });
    expect(counted.distinct(viewDocument(event))).toEqual(['10.0.0.1', 'fe80::1']);
    expect(counted.distinct(viewDocument({}))).toEqual([]);
    expect(compile({}).distinct(viewDocument(event))).toBeNull();
  });

  it('need the fields that they are grouped by, and the one that is counted unless none of it is asked for', () => {
    const needed = (value: number): RuleTerms['neededFields'] =>
      compile({ field: ['host.id'], cardinality: [{ field: 'user.id', value }] }).neededFields;
    expect(needed(1)).toEqual([['host.id'], ['user.id']]);
    expect(needed(0)).toEqual([['host.id']]);
  });

  it('warn where no event can be in one, or have a value that counts', () => {
    const never = (field: string): unknown => expect.stringMatching(`"${field}" is .* never gives a term`);
    expect(compile({ field: ['message'] }).warnings).toEqual([never('message')]);
    expect(compile({ cardinality: [{ field: 'message', value: 1 }] }).warnings).toEqual([never('message')]);
    expect(compile({ cardinality: [{ field: 'message', value: 0 }] }).warnings).toEqual([]);
  });

  it('are not changed by what stands in for new terms', () => {
    const terms = compile(
      { field: ['user.id'] },
      { newTermsFields: ['host.id'], termFallbacks: { 'user.id': ['host.id'] } },
    );
    expect(terms.terms(viewDocument(event))).toEqual([]);
    expect(terms.fields.map(({ name }) => name)).toEqual(['user.id']);
  });
});
