// The queries of many rules as one network: what is equal in several of them is one node.

import type { FieldPath } from '@coldhunt/core';
import type { Clause, LeafClause, ListedTexts, ValueQuestion } from '../clauses/clause.ts';
import { clausePredicate, flatten, mayFail } from '../clauses/clause-predicate.ts';
import type { EventPredicate } from '../fields/field-values.ts';
import { listKind, type ValueTest } from './value-test.ts';

/** All nodes have one shape: which parts count is a matter of the kind. */
export interface NetworkNode {
  /** test: some value of a field satisfies `test`. asked: `asks` the event. The others join the nodes `of`. */
  readonly kind: 'test' | 'asked' | 'not' | 'all' | 'any';
  readonly of: readonly number[];
  readonly test: ValueTest | null;
  readonly asks: EventPredicate | null;
  readonly mayFail: boolean;
  /** Cheap and telling parts are asked first. */
  readonly cost: number;
}

/** Nodes and fields are numbered from 0; a node stands behind those that it joins. */
export interface Network {
  readonly nodes: readonly NetworkNode[];
  readonly fields: readonly FieldPath[];
  /** By the number of the field. */
  readonly tests: readonly (readonly ValueTest[])[];
}

const COSTS = { list: 1, test: 4, asked: 50, mayFail: 1_000 } as const;
const NOTHING = { of: [], test: null, asks: null, mayFail: false } as const;

export class NetworkBuilder implements Network {
  readonly nodes: NetworkNode[] = [];
  readonly fields: FieldPath[] = [];
  readonly tests: ValueTest[][] = [];
  readonly #numbers = new Map<string, number>();
  readonly #fieldNumbers = new Map<string, number>();

  /** The number of the node that stands for the clause. */
  add(clause: Clause): number {
    switch (clause.kind) {
      case 'leaf':
        return this.#addLeaf(clause);
      case 'nested': {
        const matches = clausePredicate(clause);
        return this.#addAsked(nestedKey(clause), matches, mayFail(clause));
      }
      case 'not': {
        const of = this.add(clause.of);
        return this.#intern(`not ${of}`, () => ({ ...NOTHING, kind: 'not', of: [of], ...this.#sumOf([of]) }));
      }
      case 'and':
        return this.#join(
          'all',
          flatten('and', clause.of).map((part) => this.add(part)),
        );
      case 'or':
        return this.#join('any', this.#addAlternatives(flatten('or', clause.of)));
    }
  }

  #addLeaf(leaf: LeafClause): number {
    const { asks } = leaf;
    if (asks === null) return this.#addAsked(leaf.key, leaf.matches, leaf.mayFail === true);
    if (asks.listed?.isAll === true) return this.#addList(asks, asks.listed.texts);
    return this.#addTest(`test ${leaf.key}`, asks, asks.listed);
  }

  /** Lists of texts on one field become one list. */
  #addAlternatives(parts: readonly Clause[]): readonly number[] {
    const lists = new Map<string, { readonly asks: ValueQuestion; readonly texts: string[] }>();
    const numbers: number[] = [];
    for (const part of parts) {
      const asks = part.kind === 'leaf' ? part.asks : null;
      if (asks?.listed?.isAll !== true) {
        numbers.push(this.add(part));
        continue;
      }
      const kind = `${asks.path.name} ${listKind(asks)}`;
      const list = lists.get(kind) ?? { asks, texts: [] };
      lists.set(kind, list);
      list.texts.push(...asks.listed.texts);
    }
    return [...[...lists.values()].map(({ asks, texts }) => this.#addList(asks, texts)), ...numbers];
  }

  #addList(asks: ValueQuestion, texts: readonly string[]): number {
    const sorted = [...new Set(texts)].toSorted();
    const ignoreCase = asks.listed?.ignoreCase ?? false;
    const key = `list ${JSON.stringify([asks.path.name, listKind(asks), sorted])}`;
    return this.#addTest(key, asks, { texts: sorted, ignoreCase, isAll: true });
  }

  #addTest(key: string, { path, type, satisfies }: ValueQuestion, listed: ListedTexts | null): number {
    return this.#intern(key, () => {
      const field = this.#fieldOf(path);
      const tests = this.tests[field] as ValueTest[];
      const test = { field, index: tests.length, type, satisfies, listed, opens: [] };
      tests.push(test);
      return { ...NOTHING, kind: 'test', test, cost: listed?.isAll === true ? COSTS.list : COSTS.test };
    });
  }

  #addAsked(key: string, asks: EventPredicate, isFailing: boolean): number {
    const cost = isFailing ? COSTS.mayFail : COSTS.asked;
    return this.#intern(`asked ${key}`, () => ({ ...NOTHING, kind: 'asked', asks, mayFail: isFailing, cost }));
  }

  /** Parts that may fail keep their order, since the first failure is told. */
  #join(kind: 'all' | 'any', parts: readonly number[]): number {
    const [only, ...more] = [...new Set(parts)];
    if (only !== undefined && more.length === 0) return only;
    const costOf = (part: number): number => this.nodes[part]?.cost ?? 0;
    const failing = (part: number): boolean => this.nodes[part]?.mayFail === true;
    const safe = [...new Set(parts)]
      .filter((part) => !failing(part))
      .toSorted((a, b) => costOf(a) - costOf(b) || a - b);
    const of = [...safe, ...new Set(parts.filter((part) => failing(part)))];
    return this.#intern(`${kind} ${of.join(' ')}`, () => ({ ...NOTHING, kind, of, ...this.#sumOf(of) }));
  }

  #sumOf(of: readonly number[]): Pick<NetworkNode, 'mayFail' | 'cost'> {
    const parts = of.flatMap((part) => this.nodes[part] ?? []);
    return { mayFail: parts.some((part) => part.mayFail), cost: parts.reduce((sum, { cost }) => sum + cost, 0) };
  }

  #intern(key: string, make: () => NetworkNode): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.nodes.push(make()) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  #fieldOf(path: FieldPath): number {
    const known = this.#fieldNumbers.get(path.name);
    if (known !== undefined) return known;
    const number = this.fields.push(path) - 1;
    this.tests.push([]);
    this.#fieldNumbers.set(path.name, number);
    return number;
  }
}

/** Equal trees over equal leaves have equal keys. */
function nestedKey(clause: Clause): string {
  switch (clause.kind) {
    case 'leaf':
      return clause.key;
    case 'nested':
      return JSON.stringify(['nested', clause.fullPath.name, clause.isUnmapped, nestedKey(clause.of)]);
    case 'not':
      return JSON.stringify(['not', nestedKey(clause.of)]);
    default:
      return JSON.stringify([clause.kind, ...clause.of.map((part) => nestedKey(part))]);
  }
}
