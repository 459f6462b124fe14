// JSON text -> the same text with line breaks and indents. Works on the text, so that every number keeps its digits.

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** @param {string} text */
export function prettyJson(text) {
  let depth = 0;
  let out = '';
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const isClosing = token === '}' || token === ']';
    if (isClosing) depth -= 1;
    const isEmpty = isClosing && (before === '{' || before === '[');
    if (out !== '' && !isEmpty && (isClosing || before === '{' || before === '[' || before === ',')) {
      out += `\n${'  '.repeat(Math.max(0, depth))}`;
    }
    out += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth += 1;
    before = token;
  }
  return out;
}
