// The JSON text of an alert -> its fields by dotted name, each with its values as texts. Numbers keep the digits that were read.

/**
 * @typedef {ReadonlyMap<string, readonly string[]>} Fields
 * @typedef {{ readonly [key: string]: unknown }} JsonObject
 */

// A number of 16 digits, with a fraction or exponent, or -0, behind a key's ':' or behind '[' or ','. Times and addresses in texts are none.
const INEXACT =
  /[:[,][\t\n\r ]*-?\d(?:(?<=[[,][\t\n\r ]*-?\d)|(?<="[\t\n\r ]*:[\t\n\r ]*-?\d))(?:\d{15}|\d*[.eE]|(?<=-0))/;

/**
 * Throws SyntaxError for a text that is no JSON.
 * @param {string} text
 * @returns {JsonObject}
 */
export function parseAlert(text) {
  /** @type {unknown} */
  const value = INEXACT.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);
  return isJsonObject(value) ? value : {};
}

/**
 * @this {unknown}
 * @param {string} _key
 * @param {unknown} value
 * @param {{ readonly source?: string }} [context] absent in older browsers
 * @returns {unknown}
 */
function exactNumber(_key, value, context) {
  const source = context?.source;
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}

/**
 * All leaves of a document. Keys may be dotted or nested, arrays of objects give the values of all of them.
 * @param {JsonObject} document
 * @returns {Map<string, string[]>}
 */
export function fieldsOf(document) {
  /** @type {Map<string, string[]>} */
  const fields = new Map();
  for (const [key, value] of Object.entries(document)) collect(fields, key, value, 0);
  return fields;
}

/**
 * @param {Fields} fields
 * @param {string} name
 */
export function textOf(fields, name) {
  return (fields.get(name) ?? []).join(', ');
}

/**
 * @param {unknown} value
 * @returns {value is JsonObject}
 */
export function isJsonObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The objects below a key, whether it stands dotted or nested, alone or in a list.
 * @param {JsonObject} document
 * @param {string} name
 * @returns {readonly JsonObject[]}
 */
export function objectsOf(document, name) {
  const direct = document[name];
  if (direct !== undefined) return (Array.isArray(direct) ? direct : [direct]).filter((entry) => isJsonObject(entry));
  const dots = [...name.matchAll(/\./g)].map((match) => match.index);
  for (const dot of dots.toReversed()) {
    const outer = document[name.slice(0, dot)];
    if (isJsonObject(outer)) return objectsOf(outer, name.slice(dot + 1));
  }
  return [];
}

/**
 * @param {Map<string, string[]>} fields
 * @param {string} path
 * @param {unknown} value
 * @param {number} depth
 */
function collect(fields, path, value, depth) {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const entry of value) collect(fields, path, entry, depth);
    return;
  }
  if (isJsonObject(value)) {
    // What is nested deeper than any event of ECS is shown in the raw document only.
    if (depth < 40)
      for (const [key, entry] of Object.entries(value)) collect(fields, `${path}.${key}`, entry, depth + 1);
    return;
  }
  const values = fields.get(path);
  if (values === undefined) fields.set(path, [String(value)]);
  else values.push(String(value));
}
