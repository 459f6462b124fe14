// The words of the filter box -> what a row must fulfil: `word`, `"two words"`, `field:value`, `field:va*`, `-field:value`, `-word`.

/**
 * @typedef {{ readonly kind: 'word', readonly text: string, readonly isNegated: boolean }} WordTerm
 * @typedef {{ readonly kind: 'field', readonly field: string, readonly value: string, readonly isNegated: boolean }} FieldTerm
 * @typedef {WordTerm | FieldTerm} Term
 */

const TERM = /(-?)(?:([\w@.-]+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g;

/**
 * @param {string} text
 * @param {readonly string[]} fields a name that is no field is part of a word: `C:\Windows`
 * @returns {readonly Term[]}
 */
export function parseQuery(text, fields) {
  /** @type {Term[]} */
  const terms = [];
  for (const [, minus = '', field, quoted, bare = ''] of text.matchAll(TERM)) {
    const isNegated = minus === '-';
    const value = quoted === undefined ? bare : quoted.replace(/\\(.)/gs, '$1');
    if (field !== undefined && fields.includes(field)) {
      terms.push({ kind: 'field', field, value: quoted === undefined ? value : escapeStars(value), isNegated });
    } else if (field !== undefined) terms.push({ kind: 'word', text: `${field}:${value}`, isNegated });
    else if (value !== '') terms.push({ kind: 'word', text: value, isNegated });
  }
  return terms;
}

/**
 * A term as it is written in the box.
 * @param {string} field
 * @param {string} value
 * @param {boolean} isNegated
 */
export function writeTerm(field, value, isNegated) {
  return `${isNegated ? '-' : ''}${field}:"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
}

/**
 * The same as KQL. A word becomes a search of all fields, as it is here.
 * @param {readonly Term[]} terms
 */
export function toKql(terms) {
  return terms
    .map((term) => {
      const clause =
        term.kind === 'word'
          ? kqlText(term.text)
          : `${term.field}: ${/(?<!\\)\*/.test(term.value) ? kqlPattern(term.value) : kqlText(unescapeStars(term.value))}`;
      return term.isNegated ? `not ${clause}` : clause;
    })
    .join(' and ');
}

/** @param {string} text */
export function kqlText(text) {
  const escaped = text
    .replace(/["\\]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('\t', String.raw`\t`);
  return `"${escaped}"`;
}

/** @param {string} pattern */
function kqlPattern(pattern) {
  return pattern.replace(/\\\*/g, String.raw`\*`).replace(/[():<>"{}\s]/g, String.raw`\$&`);
}

/**
 * A test of one value: without regard to case; `*` stands for anything, `\*` for itself.
 * @param {string} pattern
 * @returns {(value: string) => boolean}
 */
export function valueTest(pattern) {
  if (!/(?<!\\)\*/.test(pattern)) {
    const wanted = unescapeStars(pattern).toLowerCase();
    return (value) => {
      const lower = value.toLowerCase();
      return lower === wanted || (lower.includes('\n') && lower.split('\n').includes(wanted));
    };
  }
  // Pieces in their order, each as early as may be: no text makes this slow.
  const pieces = pattern
    .toLowerCase()
    .split(/(?<!\\)\*+/)
    .map((piece) => unescapeStars(piece));
  return (value) =>
    value
      .toLowerCase()
      .split('\n')
      .some((line) => fitsPieces(line, pieces));
}

/**
 * @param {string} line
 * @param {readonly string[]} pieces
 */
function fitsPieces(line, pieces) {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (!line.startsWith(first) || !line.endsWith(last) || line.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = line.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= line.length - last.length;
}

/** @param {string} text */
function escapeStars(text) {
  return text.replaceAll('*', String.raw`\*`);
}

/** @param {string} text */
function unescapeStars(text) {
  return text.replaceAll(String.raw`\*`, '*');
}
