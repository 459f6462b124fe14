// The text of a query with its words marked: operators, field names, strings and numbers. Any text is taken; what is nothing known stays plain.

import { el } from './tree.js';

const TOKEN =
  /("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|\b(and|or|not|where|sequence|by|with|maxspan|until|any|in|like|regex|sample|head|tail)\b|([\w@][\w@.]*)(?=\s*(?::|==|!=|<=|>=|<|>|\s(?:in|like|regex|like~|in~)\b))|\b(\d+(?:\.\d+)?[smhd]?)\b|(\b(?:true|false|null)\b)/gi;

/** @param {string} query */
export function highlightQuery(query) {
  /** @type {import('./tree.js').Tree[]} */
  const parts = [];
  let at = 0;
  for (const match of query.matchAll(TOKEN)) {
    const kinds = ['string', 'comment', 'operator', 'field', 'number', 'number'];
    const kind = kinds[match.slice(1).findIndex((group) => group !== undefined)] ?? 'field';
    parts.push(query.slice(at, match.index), el('span', { class: `q-${kind}` }, match[0]));
    at = match.index + match[0].length;
  }
  return el('pre', { class: 'query' }, parts, query.slice(at));
}
