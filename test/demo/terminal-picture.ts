// What a command prints on a terminal -> an SVG of it: text, bold, soft and the few colours that the command has. No font is carried along.

const CODES: Readonly<Record<string, string>> = {
  '1': 'font-weight="bold"',
  '2': 'fill="#7d8590"',
  '31': 'fill="#ff7b72"',
  '32': 'fill="#7ee787"',
  '33': 'fill="#e3b341"',
};
const WIDTH = 8.43;
const HEIGHT = 19;
const PAD = 16;

/** `typed`: the command line above the screen. */
export function terminalPicture(typed: string, screen: string): string {
  const lines = [`$ ${typed}`, ...screen.replaceAll('\r\n', '\n').trimEnd().split('\n').map(lastDrawn)];
  const columns = Math.max(...lines.map((line) => line.replaceAll(ESCAPE, '').length));
  const [width, height] = [Math.ceil(columns * WIDTH + 2 * PAD), lines.length * HEIGHT + 2 * PAD];
  const rows = lines.map(
    (line, at) => `<text xml:space="preserve" x="${PAD}" y="${PAD + (at + 1) * HEIGHT - 5}">${spans(line)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(typed)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">`,
    ...rows,
    '</g></svg>\n',
  ].join('\n');
}

const ESC = String.fromCodePoint(0x1b);
const ESCAPE = new RegExp(`${ESC}\\[[0-9;]*[A-Za-z]`, 'g');
const STYLE = new RegExp(`${ESC}\\[([0-9]+)m`);

/** Of a line that was rewritten what stands there at last. */
function lastDrawn(line: string): string {
  return line.split('\r').findLast((part) => part.replaceAll(ESCAPE, '') !== '') ?? '';
}

function spans(line: string): string {
  const parts = line.split(STYLE);
  let style = '';
  return parts
    .map((part, at) => {
      if (at % 2 === 1) {
        style = CODES[part] ?? '';
        return '';
      }
      const text = escape(part.replaceAll(ESCAPE, ''));
      return style === '' || text === '' ? text : `<tspan ${style}>${text}</tspan>`;
    })
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
