// Trees of the views -> elements. Texts become text nodes: nothing is ever parsed as markup.

import { figure, isBranch, visible } from '../view/tree.js';

const SVG = 'http://www.w3.org/2000/svg';
const SVG_TAGS = new Set(['svg', 'g', 'rect', 'line', 'path', 'text', 'title', 'defs', 'pattern', 'circle']);

/**
 * Puts the tree in the place of whatever the parent held.
 * @param {Element} parent
 * @param {import('../view/tree.js').Tree} tree
 */
export function mount(parent, tree) {
  const fragment = document.createDocumentFragment();
  append(fragment, tree);
  parent.replaceChildren(fragment);
}

/**
 * @param {Node} parent
 * @param {import('../view/tree.js').Tree} tree
 */
function append(parent, tree) {
  if (tree === null || tree === undefined) return;
  if (typeof tree === 'string') parent.appendChild(document.createTextNode(visible(tree)));
  else if (typeof tree === 'number') parent.appendChild(document.createTextNode(figure(tree)));
  else if (!isBranch(tree)) for (const entry of tree) append(parent, entry);
  else {
    const element = SVG_TAGS.has(tree.tag) ? document.createElementNS(SVG, tree.tag) : document.createElement(tree.tag);
    for (const [name, value] of Object.entries(tree.attributes)) {
      if (value === null || value === undefined || value === false) continue;
      element.setAttribute(name, value === true ? '' : String(value));
    }
    for (const child of tree.children) append(element, child);
    parent.appendChild(element);
  }
}
