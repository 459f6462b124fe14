// A kernel's plan -> its tables in the memory of the WebAssembly search. What the records look like stands in wasm/literal.as,
// wasm/condition.as and wasm/hits.as.

import type { PlacedTerm, Probe } from './plan-probes.ts';
import type { KernelPlan } from './plan-kernel.ts';
import { rarestBytes } from './rarest-bytes.ts';
import { KERNELS, LAYOUT } from './search-layout.ts';
import { foldAt, type SearchTerm, type TermCondition } from './search-term.ts';

const NO_PROBE: Omit<Probe, 'share'> = { first: 0, firstFold: 0, second: 0, secondFold: 0 };
const HASH_FACTOR = 0x9e3779b1;

/** Writes the tables; false when they do not fit. Nothing that was written before is left in use. */
export function writeTables(memory: Uint8Array, plan: KernelPlan): boolean {
  memory.fill(0, LAYOUT.kernel, LAYOUT.listed);
  memory.fill(0, LAYOUT.gramMarks, LAYOUT.records);
  return new TableWriter(memory).write(plan);
}

class TableWriter {
  readonly #memory: Uint8Array;
  readonly #view: DataView;
  readonly #literals = new Map<SearchTerm, number>();
  readonly #conditions = new Map<TermCondition, number>();
  #next: number = LAYOUT.records;
  #isFull = false;

  constructor(memory: Uint8Array) {
    this.#memory = memory;
    this.#view = new DataView(memory.buffer);
  }

  write(plan: KernelPlan): boolean {
    this.#put(LAYOUT.kernel, kernelOf(plan));
    switch (plan.kind) {
      case 'probes':
        this.#writeProbes(plan.probes);
        this.#writeWindows(plan.placed.filter(({ term }) => term.bytes.length > 1));
        this.#writeShort(plan.placed.filter(({ term }) => term.bytes.length === 1));
        break;
      case 'classes':
      case 'grams':
        this.#memory.set(plan.classes.tables, LAYOUT.classes);
        this.#writeWindows(plan.classes.placed);
        this.#writeShort(plan.classes.short);
        if (plan.kind === 'grams') this.#writeGrams(plan.grams.placed, plan.grams.stride);
        break;
      default:
        plan satisfies never;
    }
    return !this.#isFull;
  }

  /** A probe that is not needed is the first once more; without any it is a pair of NULs, of which nothing comes. */
  #writeProbes(probes: readonly Probe[]): void {
    for (let number = 0; number < 2; number += 1) {
      const { first, firstFold, second, secondFold } = probes[number] ?? probes[0] ?? NO_PROBE;
      const at = LAYOUT.probes + number * LAYOUT.probeBytes;
      for (const [place, byte] of [first, firstFold, second, secondFold].entries()) {
        this.#memory.fill(byte, at + place * 16, at + place * 16 + 16);
      }
    }
  }

  #writeWindows(placed: readonly PlacedTerm[]): void {
    for (const { term, at } of placed) {
      const key = foldedBytes(term, at, 2);
      this.#chain(LAYOUT.windowHeads + hash(key, LAYOUT.windowHashBits) * 4, term, at);
    }
  }

  #writeShort(placed: readonly PlacedTerm[]): void {
    for (const { term, at } of placed) this.#chain(LAYOUT.shortLiterals, term, at);
  }

  #writeGrams(placed: readonly PlacedTerm[], stride: number): void {
    this.#put(LAYOUT.gramStride, stride);
    for (const { term, at } of placed) {
      const slot = hash(foldedBytes(term, at, 4), LAYOUT.gramHashBits);
      this.#memory[LAYOUT.gramMarks + slot] = 1;
      this.#chain(LAYOUT.gramHeads + slot * 4, term, at);
    }
  }

  #chain(head: number, term: SearchTerm, at: number): void {
    const literal = this.#literalOf(term);
    const node = this.#take(12);
    this.#put(node, this.#view.getUint32(head, true));
    this.#put(node + 4, literal);
    this.#put(node + 8, at);
    this.#put(head, node);
  }

  #literalOf(term: SearchTerm): number {
    const known = this.#literals.get(term);
    if (known !== undefined) return known;
    const { length } = term.bytes;
    const [first, second] = rarestBytes(term);
    const literal = this.#take(16 + Math.ceil(length / 16) * 32);
    this.#literals.set(term, literal);
    this.#put(literal, length);
    this.#put(literal + 8, first);
    this.#put(literal + 12, second);
    for (let at = 0; at < Math.ceil(length / 16) * 16; at += 1) {
      const place = literal + 16 + (at >> 4) * 32 + (at & 15);
      this.#memory[place] = at < length ? foldAt(term, at) : 0xff;
      this.#memory[place + 16] = at < length ? (term.bytes[at] as number) : 0xff;
    }
    this.#put(literal + 4, term.conditions === null ? 0 : this.#conditionList(term.conditions));
    return literal;
  }

  #conditionList(conditions: readonly TermCondition[]): number {
    const list = this.#take(4 + conditions.length * 4);
    this.#put(list, conditions.length);
    for (const [index, condition] of conditions.entries())
      this.#put(list + 4 + index * 4, this.#conditionOf(condition));
    return list;
  }

  #conditionOf(condition: TermCondition): number {
    const known = this.#conditions.get(condition);
    if (known !== undefined) return known;
    const { sets } = condition;
    const literals = sets.map((set) => set.map((term) => this.#literalOf(term)));
    const record = this.#take(12 + literals.reduce((sum, set) => sum + 4 + set.length * 4, 0));
    this.#conditions.set(condition, record);
    this.#memory.fill(0, record, record + 8);
    this.#put(record + 8, sets.length);
    let at = record + 12;
    for (const set of literals) {
      this.#put(at, set.length);
      for (const literal of set) this.#put((at += 4), literal);
      at += 4;
    }
    return record;
  }

  /** Room for a record. When there is none left, what follows is written over it, and `write` says so. */
  #take(bytes: number): number {
    const at = (this.#next + 7) & ~7;
    if (at + bytes > LAYOUT.chunks) {
      this.#isFull = true;
      return LAYOUT.records;
    }
    this.#next = at + bytes;
    return at;
  }

  #put(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }
}

function kernelOf(plan: KernelPlan): number {
  const hasFolds = plan.kind === 'probes' && plan.probes.some((probe) => (probe.firstFold | probe.secondFold) !== 0);
  return hasFolds ? KERNELS.foldedProbes : KERNELS[plan.kind];
}

/** Little-endian, as the text's bytes are loaded; every letter as a lower-case one. */
function foldedBytes({ bytes }: SearchTerm, at: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index += 1) value |= ((bytes[at + index] as number) | 0x20) << (index * 8);
  return value;
}

function hash(value: number, bits: number): number {
  return Math.imul(value, HASH_FACTOR) >>> (32 - bits);
}
