// Markup as plain values: made by the views, printed as text by `printTree` and made into elements by the browser. Nothing that was read can
// become markup, as texts never go through a parser.

/**
 * @typedef {{ readonly tag: string, readonly attributes: Attributes, readonly children: readonly Tree[] }} Branch
 * @typedef {Readonly<Record<string, string | number | boolean | null | undefined>>} Attributes
 * @typedef {Branch | string | number | null | undefined | readonly Tree[]} Tree
 */

// Control characters and bidirectional overrides would hide or reorder what stands beside them: they are shown as code points.
const INVISIBLE =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/**
 * An element. An attribute that is null, undefined or false is left out.
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {...Tree} children
 * @returns {Branch}
 */
export function el(tag, attributes, ...children) {
  return { tag, attributes, children };
}

/**
 * @param {Tree} tree
 * @returns {tree is Branch}
 */
export function isBranch(tree) {
  return typeof tree === 'object' && tree !== null && 'tag' in tree;
}

/**
 * A text as it is shown: what nobody would see stands as `\u{202e}`.
 * @param {string} text
 */
export function visible(text) {
  return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

const FIGURES = new Intl.NumberFormat('en-US');

/**
 * `2,000`.
 * @param {number} number
 */
export function figure(number) {
  return FIGURES.format(number);
}

/**
 * `1 alert`, `31 alerts`, `2,000 matches`.
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
export function counted(number, one, many = `${one}s`) {
  return `${figure(number)} ${number === 1 ? one : many}`;
}
