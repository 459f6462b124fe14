// What browsers are told about every answer.

import { createHash } from 'node:crypto';

/** Pages take style, script and news from here, and nothing from anywhere else. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // With `no-referrer` browsers would not say in a form where it comes from.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/**
 * A report is a file of a run folder, which somebody else may have written: it gets an origin of its own, in which it may run its script,
 * and neither read pages of ours nor send forms to them.
 */
export const REPORT_HEADERS: Readonly<Record<string, string>> = {
  ...PAGE_HEADERS,
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** For a body that seldom changes. */
export function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
