// Bytes of CSV as S3 Inventory writes it (quoted fields, `""` for a quote) -> rows, as they stream by.

/** A key takes at most 3 KiB when it is encoded; a row that never ends is damage. */
const LONGEST_ROW = 64 * 1024;

export class CsvError extends Error {}

/** Batches of rows. Throws CsvError for a row that is too long or has a quote that is not closed. */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly (readonly string[])[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let rest = '';
  for await (const chunk of chunks) {
    const { rows, left } = takeRows(rest + decoder.decode(chunk, { stream: true }));
    rest = left;
    if (rest.length > LONGEST_ROW) throw new CsvError(`a row of more than ${LONGEST_ROW} characters`);
    if (rows.length > 0) yield rows;
  }
  rest += decoder.decode();
  if (rest.trim() === '') return;
  const { rows, left } = takeRows(`${rest}\n`);
  if (left !== '') throw new CsvError('a quote is not closed');
  yield rows;
}

function takeRows(text: string): { readonly rows: readonly (readonly string[])[]; readonly left: string } {
  const rows: string[][] = [];
  let row: string[] = [];
  let rowAt = 0;
  for (let at = 0; at < text.length;) {
    let end: number;
    if (text[at] === '"') {
      const close = closingQuote(text, at + 1);
      if (close < 0 || close + 1 >= text.length) break;
      row.push(text.slice(at + 1, close).replaceAll('""', '"'));
      end = close + 1;
      if (text[end] === '\r') end += 1;
      if (end < text.length && text[end] !== ',' && text[end] !== '\n')
        throw new CsvError('text behind a closing quote');
    } else {
      const newline = text.indexOf('\n', at);
      if (newline < 0) break;
      const comma = text.indexOf(',', at);
      end = comma < 0 || comma > newline ? newline : comma;
      row.push(text.slice(at, end).replace(/\r$/, ''));
    }
    if (end >= text.length) break;
    at = end + 1;
    if (text[end] === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    rowAt = at;
  }
  return { rows, left: text.slice(rowAt) };
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return -1;
}
