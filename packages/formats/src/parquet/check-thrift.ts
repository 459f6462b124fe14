// Walks a structure of Thrift's compact protocol before a parser builds objects from it: lengths that lie and nesting without end
// would cost memory, long integers time.

import { corrupt } from './corrupt.ts';

const MAX_DEPTH = 24;
const MAX_VARINT_BYTES = 10;

const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

interface Walk {
  readonly bytes: Uint8Array;
  at: number;
  nodes: number;
}

/**
 * The offset behind the structure at `from`, or -1 when the bytes end before it does. Throws PARQUET_CORRUPT when it is no such
 * structure, nested too deep, or has more than `maxNodes` values.
 */
export function checkThrift(bytes: Uint8Array, from: number, maxNodes: number): number {
  const walk: Walk = { bytes, at: from, nodes: maxNodes };
  return skipStruct(walk, 0) ? walk.at : -1;
}

/** A list of structures that is a field of a structure: where the field's header stands, and each element. */
export interface StructList {
  readonly header: number;
  readonly elements: readonly { readonly from: number; readonly to: number }[];
}

/** Finds the field by its number in the structure at 0; null where there is none, or fields are not numbered upwards. Throws as `checkThrift`. */
export function findStructs(bytes: Uint8Array, field: number, maxNodes: number): StructList | null {
  const walk: Walk = { bytes, at: 0, nodes: maxNodes };
  for (let number = 0; ;) {
    const header = walk.at;
    const byte = bytes[walk.at];
    const step = (byte ?? 0) >> 4;
    if (byte === undefined || step === 0) return null;
    walk.at += 1;
    number += step;
    if (number > field) return null;
    if (number < field) {
      if (!skipValue(walk, byte & 0x0f, 0)) return null;
      continue;
    }
    const head = bytes[walk.at];
    if ((byte & 0x0f) !== LIST || head === undefined || (head & 0x0f) !== STRUCT) return null;
    walk.at += 1;
    const size = head >> 4 === 15 ? readVarint(walk) : head >> 4;
    const elements: { from: number; to: number }[] = [];
    while (elements.length < (size ?? 0)) {
      const from = walk.at;
      if (!skipValue(walk, STRUCT, 0)) return null;
      elements.push({ from, to: walk.at });
    }
    return { header, elements };
  }
}

function skipStruct(walk: Walk, depth: number): boolean {
  if (depth > MAX_DEPTH) throw corrupt('a structure is nested too deep');
  for (;;) {
    const byte = walk.bytes[walk.at];
    if (byte === undefined) return false;
    walk.at += 1;
    const type = byte & 0x0f;
    if (type === STOP) return true;
    if (byte >> 4 === 0 && readVarint(walk) === null) return false;
    if (!skipValue(walk, type, depth)) return false;
  }
}

function skipValue(walk: Walk, type: number, depth: number): boolean {
  walk.nodes -= 1;
  if (walk.nodes < 0) throw corrupt('a structure has too many values');
  if (type === TRUE || type === FALSE) return true;
  if (type === BYTE) return skipBytes(walk, 1);
  if (type > BYTE && type <= I64) return readVarint(walk) !== null;
  if (type === DOUBLE) return skipBytes(walk, 8);
  if (type === STRUCT) return skipStruct(walk, depth + 1);
  if (type === BINARY) {
    const length = readVarint(walk);
    return length !== null && skipBytes(walk, length);
  }
  if (type === LIST) return skipList(walk, depth);
  throw corrupt(`a structure has a value of unknown type ${type}`);
}

function skipList(walk: Walk, depth: number): boolean {
  const head = walk.bytes[walk.at];
  if (head === undefined) return false;
  walk.at += 1;
  const size = head >> 4 === 15 ? readVarint(walk) : head >> 4;
  // Every element takes a byte at least.
  if (size === null || size > walk.bytes.length - walk.at) return false;
  const type = head & 0x0f;
  const element = type === TRUE || type === FALSE ? BYTE : type;
  for (let index = 0; index < size; index += 1) if (!skipValue(walk, element, depth + 1)) return false;
  return true;
}

function skipBytes(walk: Walk, length: number): boolean {
  walk.at += length;
  return walk.at <= walk.bytes.length;
}

function readVarint(walk: Walk): number | null {
  let value = 0;
  let factor = 1;
  for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
    const byte = walk.bytes[walk.at];
    if (byte === undefined) return null;
    walk.at += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 128;
  }
  throw corrupt('an integer is too long');
}
