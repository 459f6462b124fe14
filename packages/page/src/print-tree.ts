// Trees of the views -> HTML text.

import { isBranch, visible, type Tree } from './view/tree.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const VOID = new Set(['input', 'br', 'hr', 'meta']);

/** The text of a tree: every text and attribute is escaped, and what nobody would see is shown as its code point. */
export function printTree(tree: Tree): string {
  if (tree === null || tree === undefined) return '';
  if (typeof tree === 'string') return escape(tree);
  if (typeof tree === 'number') return escape(tree.toLocaleString('en-US'));
  if (!isBranch(tree)) return tree.map((entry) => printTree(entry)).join('');
  const attributes = Object.entries(tree.attributes)
    .filter(([, value]) => value !== null && value !== undefined && value !== false)
    .map(([name, value]) => ` ${name}="${escape(value === true ? '' : String(value))}"`);
  const open = `<${tree.tag}${attributes.join('')}>`;
  return VOID.has(tree.tag) ? open : `${open}${printTree(tree.children)}</${tree.tag}>`;
}

function escape(text: string): string {
  return visible(text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? ''));
}
