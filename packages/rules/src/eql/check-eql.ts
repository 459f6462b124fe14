// The type check of a condition, as Elasticsearch's: what is no condition, what no function takes, what cannot be compared
// (semantics-eql.md 6, 7, 9). Literals against the types of fields are checked where the test is made.

import { checkCall, hasField } from './check-call.ts';
import { eqlChildren } from './eql-children.ts';
import type { EqlFields } from './eql-fields.ts';
import { eqlProblem } from './eql-problem.ts';
import type { EqlCall, EqlComparison, EqlIn, EqlMatch, EqlNode } from './eql-tree.ts';
import { nameOfType, typeOfConstant, typeOfField, type EqlType } from './eql-type.ts';
import { printEql } from './print-eql.ts';

/** Throws InputError EQL_TYPE and EQL_FIELD with `details: {line, column, offset}`. */
export function checkEql(condition: EqlNode, fields: EqlFields): void {
  new Checker(fields).condition(condition);
}

class Checker {
  readonly #fields: EqlFields;

  constructor(fields: EqlFields) {
    this.#fields = fields;
  }

  /** Something that is true or false. */
  condition(node: EqlNode): void {
    const type = this.typeOf(node);
    if (type === 'boolean' || type === 'null' || type === 'any') return;
    const advice = node.kind === 'field' ? `, as in ${printEql(node)} != null` : '';
    throw eqlProblem(
      'EQL_TYPE',
      node.at,
      `${printEql(node)} is ${nameOfType(type)}: a condition must be true or false${advice}`,
    );
  }

  typeOf(node: EqlNode): EqlType {
    switch (node.kind) {
      case 'literal':
        return typeOfConstant(node.value);
      case 'field':
        return this.#fields.isNull(node) ? 'null' : typeOfField(this.#fields.resolve(node).type);
      case 'and':
      case 'or':
        for (const child of node.of) this.condition(child);
        return 'boolean';
      case 'not':
        this.condition(node.of);
        return 'boolean';
      case 'comparison':
        return this.#comparison(node);
      case 'in':
        return this.#in(node);
      case 'match':
        return this.#match(node);
      case 'call':
        return this.#call(node);
      case 'arithmetic':
        this.#number(node.left);
        this.#number(node.right);
        return 'number';
      case 'negation':
        this.#number(node.of);
        return 'number';
    }
  }

  #number(node: EqlNode): void {
    const type = this.typeOf(node);
    if (type === 'number' || type === 'null' || type === 'any') return;
    throw eqlProblem('EQL_TYPE', node.at, `${printEql(node)} is ${nameOfType(type)}: calculations take numbers`);
  }

  #comparison({ operator, left, right, at }: EqlComparison): 'boolean' {
    const types = { left: this.typeOf(left), right: this.typeOf(right) };
    if (hasField(left) && hasField(right)) {
      throw eqlProblem(
        'EQL_TYPE',
        at,
        `${operator} compares with a constant: fields cannot be compared with each other`,
      );
    }
    const [subject, type, other] = hasField(right) ? [right, types.right, types.left] : [left, types.left, types.right];
    // A field may still take the text of a boolean; a condition is true or false.
    if (type !== 'boolean' || subject.kind === 'field' || other === 'null') return 'boolean';
    if (other !== 'boolean') {
      const message = `${printEql(subject)} is true or false: it cannot be compared with ${nameOfType(other)}`;
      throw eqlProblem('EQL_TYPE', at, message);
    }
    if (operator === '==' || operator === '!=') return 'boolean';
    throw eqlProblem(
      'EQL_TYPE',
      at,
      `${printEql(subject)} is true or false: compare with == or !=, not with ${operator}`,
    );
  }

  #in({ of, list, isCaseInsensitive }: EqlIn): 'boolean' {
    const type = this.typeOf(of);
    const operator = isCaseInsensitive ? 'in~' : 'in';
    if (isCaseInsensitive && !isText(type)) {
      throw eqlProblem('EQL_TYPE', of.at, `${printEql(of)} is ${nameOfType(type)}: in~ takes strings`);
    }
    for (const item of list) {
      const itemType = this.typeOf(item);
      if (hasField(item)) {
        throw eqlProblem('EQL_TYPE', item.at, `${printEql(item)}: a list of ${operator} holds constants, not fields`);
      }
      if (type === 'any' || type === 'null' || itemType === 'null' || itemType === type) continue;
      const advice = type === 'ip' || type === 'date' ? ': compare with == instead' : '';
      throw eqlProblem(
        'EQL_TYPE',
        item.at,
        `${printEql(item)} is ${nameOfType(itemType)}, but ${printEql(of)} is ${nameOfType(type)}${advice}`,
      );
    }
    return 'boolean';
  }

  #match({ of, operator, patterns }: EqlMatch): 'boolean' {
    const type = this.typeOf(of);
    if (!isText(type)) {
      const advice = operator === ':' ? ': use == instead' : '';
      throw eqlProblem(
        'EQL_TYPE',
        of.at,
        `${printEql(of)} is ${nameOfType(type)}, but ${operator} takes strings${advice}`,
      );
    }
    const wrong = patterns.find(({ value }) => typeof value !== 'string');
    if (wrong !== undefined) {
      throw eqlProblem(
        'EQL_TYPE',
        wrong.at,
        `${printEql(wrong)} is no string: ${operator} takes strings, == takes others`,
      );
    }
    return 'boolean';
  }

  #call(node: EqlCall): EqlType {
    for (const argument of node.arguments) {
      const negated = firstNegation(argument);
      if (negated === null) continue;
      throw eqlProblem(
        'EQL_TYPE',
        negated.at,
        `a negation cannot stand inside of ${node.name}(…): put it before the function`,
      );
    }
    return checkCall(
      node,
      node.arguments.map((argument) => this.typeOf(argument)),
    );
  }
}

/** Upstream does not say what it would mean (semantics-eql.md 7). */
function firstNegation(node: EqlNode): EqlNode | null {
  if (node.kind === 'not' || (node.kind === 'comparison' && node.operator === '!=')) return node;
  for (const child of eqlChildren(node)) {
    const found = firstNegation(child);
    if (found !== null) return found;
  }
  return null;
}

function isText(type: EqlType): boolean {
  return type === 'string' || type === 'null' || type === 'any';
}
