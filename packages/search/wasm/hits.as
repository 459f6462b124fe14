// Whether one of the literals stands at a place that a kernel took for possible.
//
// A chain's node: u32 next, u32 literal, u32 where in the literal the place lies.

import { GRAM_HASH_BITS, GRAM_HEADS, SHORT_LITERALS, WINDOW_HASH_BITS, WINDOW_HEADS } from './layout';
import { conditionsOf, standsAt } from './literal';

/** Two bytes, letters folded, to the number of their chain. */
@inline
function windowHash(at: usize): usize {
  return ((<u32>load<u16>(at) | 0x2020) * 0x9e3779b1) >>> (32 - WINDOW_HASH_BITS);
}

@inline
export function gramHash(at: usize): usize {
  return ((load<u32>(at) | 0x20202020) * 0x9e3779b1) >>> (32 - GRAM_HASH_BITS);
}

export function windowChain(at: usize): usize {
  return load<u32>(WINDOW_HEADS + (windowHash(at) << 2));
}

export function gramChain(at: usize): usize {
  return load<u32>(GRAM_HEADS + (gramHash(at) << 2));
}

export function shortChain(): usize {
  return load<u32>(SHORT_LITERALS);
}

/** The first node from `node` on whose literal stands around `at` in [from, to); 0: none. */
export function nextHit(node: usize, at: usize, from: usize, to: usize): usize {
  while (node !== 0) {
    const offset: usize = load<u32>(node, 8);
    if (at - from >= offset && standsAt(load<u32>(node, 4), at - offset, to)) return node;
    node = load<u32>(node);
  }
  return 0;
}

@inline
export function afterHit(node: usize): usize {
  return load<u32>(node);
}

@inline
export function conditionsAt(node: usize): usize {
  return conditionsOf(load<u32>(node, 4));
}
