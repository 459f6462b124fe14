// Syntax tree -> KQL text that parses to the same tree.

import { isSpace } from './kql-scanner.ts';
import type { KqlNode, KqlValue } from './kql-tree.ts';

const OPERATORS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** The query as text. Lists of values are written out (`a:(b or c)` as `a:b or a:c`). */
export function printKql(node: KqlNode): string {
  switch (node.kind) {
    case 'is':
      return node.field === null ? printValue(node.value) : `${printValue(node.field)}:${printValue(node.value)}`;
    case 'range':
      return `${printValue(node.field)} ${OPERATORS[node.operator]} ${printValue(node.value)}`;
    case 'nested':
      return `${printValue(node.path)}:{ ${printKql(node.of)} }`;
    case 'not':
      return `not ${printWithin(node.of, ['and', 'or', 'not'])}`;
    case 'and':
      return node.of.map((child) => printWithin(child, ['and', 'or'])).join(' and ');
    case 'or':
      return node.of.map((child) => printWithin(child, ['or'])).join(' or ');
  }
}

function printWithin(node: KqlNode, inParentheses: readonly KqlNode['kind'][]): string {
  const text = printKql(node);
  return inParentheses.includes(node.kind) ? `(${text})` : text;
}

function printValue(value: KqlValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'text':
      if (value.isQuoted) return `"${value.text.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
      // Only white space that was written as an escape can leave nothing.
      return value.text === '' ? String.raw`\t` : escapeWords(escapeSpecial(value.text));
    case 'wildcard':
      return escapeWords(value.parts.map((part) => escapeSpecial(part)).join('*'));
  }
}

function escapeSpecial(text: string): string {
  return text.replaceAll(/[\\():<>"*{}]/g, String.raw`\$&`);
}

/** `and` and `or` between white space and `not` before white space would end the literal; so may the white space after it. */
function escapeWords(text: string): string {
  let escaped = '';
  let copied = 0;
  for (const { 0: word, index } of text.matchAll(/and|or|not/gi)) {
    const after = text.charAt(index + word.length);
    const before = text.charAt(index - 1);
    const endsWord = after === '' || isSpace(after);
    const isKeyword =
      endsWord && (word.length === 3 && word.toLowerCase() === 'not' ? true : index === 0 || isSpace(before));
    // A backslash right before the word is one of an escaped pair.
    if (!isKeyword) continue;
    escaped += `${text.slice(copied, index)}\\`;
    copied = index;
  }
  return escaped + text.slice(copied);
}
