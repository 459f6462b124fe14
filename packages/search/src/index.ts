// Literals and a block of bytes -> where they stand, and which lines may hold a match.

export { createLineFilter, createLineScan } from './create-line-filter.ts';
export { createSearcher, type Searcher } from './create-searcher.ts';
