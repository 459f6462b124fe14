// A regular expression -> a program for a machine that walks all its states together (Thompson, Pike): its time is bounded by the
// length of the key times the length of the program, whatever the expression. What would need backtracking is refused.

import { InputError } from '@coldhunt/core';

export type CharTest = (code: number) => boolean;

export type RegexNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'sequence'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'either'; readonly nodes: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly node: RegexNode;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'group'; readonly node: RegexNode; readonly slot: number }
  | { readonly kind: 'start' | 'end' };

export type Instruction =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'start' | 'end' | 'match' };

const LONGEST_PROGRAM = 2_000;

/** Throws InputError LAYOUT_INVALID when repetitions make the program too long. */
export function toProgram(root: RegexNode, source: string): readonly Instruction[] {
  const program: Instruction[] = [];
  const push = (instruction: Instruction): number => {
    if (program.length >= LONGEST_PROGRAM) {
      throw new InputError(
        'LAYOUT_INVALID',
        `the layout ${JSON.stringify(source)} is too large: its repetitions add up to more than ${LONGEST_PROGRAM} steps`,
      );
    }
    return program.push(instruction) - 1;
  };
  const emit = (node: RegexNode): void => {
    switch (node.kind) {
      case 'char':
        push({ op: 'char', test: node.test });
        return;
      case 'sequence':
        for (const part of node.nodes) emit(part);
        return;
      case 'either':
        emitEither(node.nodes);
        return;
      case 'group':
        push({ op: 'save', slot: node.slot * 2 });
        emit(node.node);
        push({ op: 'save', slot: node.slot * 2 + 1 });
        return;
      case 'repeat':
        for (let count = 0; count < node.least; count += 1) emit(node.node);
        if (node.most === Number.POSITIVE_INFINITY) emitLoop(node.node, node.isLazy);
        else emitOptional(node.node, node.most - node.least, node.isLazy);
        return;
      case 'start':
      case 'end':
        push({ op: node.kind });
    }
  };
  const emitEither = (nodes: readonly RegexNode[]): void => {
    const ends: { op: 'jump'; to: number }[] = [];
    for (const [index, node] of nodes.entries()) {
      if (index === nodes.length - 1) {
        emit(node);
        break;
      }
      const split = { op: 'split' as const, first: program.length + 1, second: 0 };
      push(split);
      emit(node);
      const jump = { op: 'jump' as const, to: 0 };
      push(jump);
      ends.push(jump);
      split.second = program.length;
    }
    for (const jump of ends) jump.to = program.length;
  };
  const emitLoop = (node: RegexNode, isLazy: boolean): void => {
    const split = { op: 'split' as const, first: 0, second: 0 };
    const at = push(split);
    emit(node);
    push({ op: 'jump', to: at });
    setSplit(split, at + 1, program.length, isLazy);
  };
  const emitOptional = (node: RegexNode, times: number, isLazy: boolean): void => {
    const splits: { at: number; split: { op: 'split'; first: number; second: number } }[] = [];
    for (let count = 0; count < times; count += 1) {
      const split = { op: 'split' as const, first: 0, second: 0 };
      splits.push({ at: push(split), split });
      emit(node);
    }
    for (const { at, split } of splits) setSplit(split, at + 1, program.length, isLazy);
  };
  emit(root);
  push({ op: 'match' });
  return program;
}

function setSplit(split: { first: number; second: number }, into: number, past: number, isLazy: boolean): void {
  split.first = isLazy ? past : into;
  split.second = isLazy ? into : past;
}
