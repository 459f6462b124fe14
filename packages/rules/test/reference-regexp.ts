// The slow, obvious twin of the automaton: Brzozowski's derivatives. After each character the expression becomes what may still follow.

import type { RegexpNode } from '../src/regexp/regexp-tree.ts';

const NONE: RegexpNode = { kind: 'none' };
const BLANK: RegexpNode = { kind: 'blank' };

/** Whether the whole text fits; case counts. */
export function referenceFits(node: RegexpNode, text: string): boolean {
  let rest = node;
  for (const character of text) rest = derivative(rest, character.codePointAt(0) as number);
  return takesBlank(rest);
}

function takesBlank(node: RegexpNode): boolean {
  switch (node.kind) {
    case 'blank':
      return true;
    case 'none':
    case 'character':
    case 'class':
      return false;
    case 'concat':
    case 'intersection':
      return node.of.every((part) => takesBlank(part));
    case 'union':
      return node.of.some((part) => takesBlank(part));
    case 'complement':
      return !takesBlank(node.of);
    case 'repeat':
      return node.min === 0 || takesBlank(node.of);
  }
}

function derivative(node: RegexpNode, code: number): RegexpNode {
  switch (node.kind) {
    case 'blank':
    case 'none':
      return NONE;
    case 'character':
      return node.code === code ? BLANK : NONE;
    case 'class':
      return isInside(node.set, code) === node.isNegated ? NONE : BLANK;
    case 'union':
    case 'intersection':
      return join(
        node.kind,
        node.of.map((part) => derivative(part, code)),
      );
    case 'complement':
      return { kind: 'complement', of: derivative(node.of, code) };
    case 'concat': {
      const [first = BLANK, ...rest] = node.of;
      const taken = sequence([derivative(first, code), ...rest]);
      return takesBlank(first) && rest.length > 0
        ? join('union', [taken, derivative({ kind: 'concat', of: rest }, code)])
        : taken;
    }
    case 'repeat': {
      if (node.max === 0) return NONE;
      const left = { ...node, min: Math.max(0, node.min - 1), max: node.max === null ? null : node.max - 1 };
      return sequence([derivative(node.of, code), left]);
    }
  }
}

function isInside(set: readonly number[], code: number): boolean {
  return set.some((from, index) => index % 2 === 0 && code >= from && code <= (set[index + 1] as number));
}

/** Equal parts once, so that the expression does not grow with the text. */
function join(kind: 'union' | 'intersection', parts: readonly RegexpNode[]): RegexpNode {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  if (kind === 'intersection' && flat.some((part) => part.kind === 'none')) return NONE;
  const kept = new Map(flat.filter((part) => part.kind !== 'none').map((part) => [JSON.stringify(part), part]));
  const of = [...kept.values()];
  return of.length === 0 ? NONE : of.length === 1 ? (of[0] as RegexpNode) : { kind, of };
}

function sequence(parts: readonly RegexpNode[]): RegexpNode {
  if (parts.some((part) => part.kind === 'none')) return NONE;
  const of = parts.flatMap((part) => (part.kind === 'concat' ? part.of : part.kind === 'blank' ? [] : [part]));
  return of.length === 0 ? BLANK : of.length === 1 ? (of[0] as RegexpNode) : { kind: 'concat', of };
}
