// What the pool and its scan threads say to each other. Plain data: it crosses by structured clone.

import { InputError, InvariantError, TransientError, toAppError, type AppError, type ErrorCode } from '@coldhunt/core';
import type { ScanProgress, Shard, ShardStats } from '@coldhunt/engine';

/** Where the run lies and which it must be: a job names both, and the thread believes neither before it has looked. */
export interface RunReference {
  readonly runUri: string;
  readonly runId: string;
  readonly generation: number;
}

/** A shard by its id and the part of the plan that holds it (index into plan/done.json's parts): what a job carries. */
export interface ShardReference {
  readonly id: string;
  readonly part: number;
}

export interface ScanRequest {
  readonly kind: 'scan';
  /** Names this request in what is said of it: the same shard can come twice. */
  readonly id: number;
  readonly run: RunReference;
  readonly shard: Shard | ShardReference;
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  readonly waitsWhenThrottled: boolean;
}

export type ToThread = ScanRequest | { readonly kind: 'abort'; readonly id: number };

/** How a shard ended. `stale`: its run has moved on to a newer generation, and nothing was scanned. */
export interface ShardOutcome {
  readonly shardId: string;
  readonly state: 'ok' | 'failed' | 'stale';
  readonly written: 'created' | 'exists';
  /** null where nothing was scanned: a record stood already, or the job was stale. */
  readonly stats: ShardStats | null;
  readonly matches: number;
}

export interface ThrownError {
  readonly name: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type FromThread =
  /** The shard was found, and has so many bytes to be read. */
  | { readonly kind: 'begun'; readonly id: number; readonly bytes: number }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: ScanProgress }
  /** All of the shard was read: only writing is left of it, and the thread takes another meanwhile. */
  | { readonly kind: 'read'; readonly id: number }
  /** The storage asked to slow down; the request is tried again. */
  | { readonly kind: 'throttled' }
  | { readonly kind: 'done'; readonly id: number; readonly outcome: ShardOutcome }
  | { readonly kind: 'thrown'; readonly id: number; readonly error: ThrownError };

export function toThrownError(error: unknown): ThrownError {
  const known = toAppError(error);
  return { name: known.name, code: known.code, message: known.message, details: jsonOnly(known.details) };
}

/** The same class and code on the other side, so that a retry is decided alike. */
export function reviveError({ name, code, message, details }: ThrownError): AppError {
  const options = { details };
  if (name === 'InputError') return new InputError(code, message, options);
  if (name === 'TransientError') return new TransientError(code, message, options);
  return new InvariantError(code, message, options);
}

function jsonOnly(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  );
}
