// Where an event lies: evidence as a list, and as the shell command that fetches it from the archive.

import { el } from './tree.js';
import { isJsonObject } from './alert-fields.js';

/** @param {unknown} value */
export function evidenceList(value) {
  if (!isJsonObject(value)) return el('p', { class: 'soft' }, 'none');
  const rows = Object.entries(value)
    .filter(([, entry]) => entry !== null && entry !== undefined)
    .map(([key, entry]) => [
      el('dt', {}, key),
      el('dd', { class: 'mono' }, typeof entry === 'object' ? JSON.stringify(entry) : String(entry)),
    ]);
  return el('dl', {}, rows);
}

/**
 * Commands that write the event to evidence.json. A row of Parquet has no bytes of its own: the whole object is fetched and the row named.
 * @param {unknown} value
 */
export function evidenceCommand(value) {
  if (!isJsonObject(value)) return '';
  const uri = String(value['uri'] ?? '');
  const offset = Number(value['offset'] ?? 0);
  const length = Number(value['length'] ?? 0);
  const s3 = /^s3:\/\/([^/]+)\/([\s\S]*)$/.exec(uri);
  const isRaw = value['coordinate'] === 'raw';
  const isRow = value['coordinate'] === 'row';
  const cut = `tail -c +${offset + 1} | head -c ${length} > evidence.json`;
  const check = isRow ? '' : ` && echo ${shellWord(`${String(value['sha256'] ?? '')}  evidence.json`)} | sha256sum -c`;
  if (s3 === null) {
    const path = shellWord(filePath(uri));
    if (isRow) return `# row group ${String(value['row_group'])}, row ${String(value['row'])} of ${path}`;
    return `${isRaw ? 'cat' : unpacker(uri)} ${path} | ${cut}${check}`;
  }
  const [, bucket = '', key = ''] = s3;
  const version = typeof value['version_id'] === 'string' ? ` --version-id ${shellWord(value['version_id'])}` : '';
  const get = `aws s3api get-object --bucket ${shellWord(bucket)} --key ${shellWord(key)}${version}`;
  if (isRaw) return `${get} --range bytes=${offset}-${offset + length - 1} evidence.json${check}`;
  if (isRow) return `${get} object.parquet # row group ${String(value['row_group'])}, row ${String(value['row'])}`;
  return `${get} object.bin && ${unpacker(uri)} object.bin | ${cut}${check}`;
}

/**
 * One word of a shell (bash, zsh), whatever it holds: what is not printable stands in $'…', so that pasting it is harmless.
 * @param {string} text
 */
export function shellWord(text) {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = [...new TextEncoder().encode(text)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `$'${escaped.join('')}'`;
}

/** @param {string} uri */
function filePath(uri) {
  if (!uri.startsWith('file://')) return uri;
  const path = uri.slice('file://'.length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** @param {string} uri */
function unpacker(uri) {
  if (/\.zst(d)?$/i.test(uri)) return 'zstd -dc <';
  if (/\.bz2$/i.test(uri)) return 'bzip2 -dc <';
  if (/\.xz$/i.test(uri)) return 'xz -dc <';
  return 'gzip -dc <';
}
