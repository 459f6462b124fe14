// Requests to S3 -> the rights that AWS asks for, and IAM policy documents -> whether they give them. Only what our documents use:
// Allow statements, `*` in resources, and StringLike on s3:prefix.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../run-command.ts';

/** What one request needs. */
export interface Access {
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Of a listing. */
  readonly prefix: string | null;
}

const statement = z.strictObject({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Action: z.array(z.string()),
  Resource: z.array(z.string()),
  Condition: z.strictObject({ StringLike: z.strictObject({ 's3:prefix': z.array(z.string()) }) }).optional(),
});
const document = z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statement) });

export type Policy = z.infer<typeof document>;

/** `infra/iam/<name>.json` with its placeholders filled in. Throws for anything that this file does not judge. */
export async function readPolicy(name: string, values: Readonly<Record<string, string>>): Promise<Policy> {
  const text = await readFile(join(ROOT, 'infra', 'iam', `${name}.json`), 'utf8');
  const filled = Object.entries(values).reduce((sum, [key, value]) => sum.replaceAll(key, value), text);
  if (/[A-Z]+_(?:BUCKET|PREFIX)/.test(filled)) throw new Error(`${name}.json has more to fill in: ${filled}`);
  return document.parse(JSON.parse(filled));
}

export function actionsOf(policy: Policy): readonly string[] {
  return [...new Set(policy.Statement.flatMap(({ Action }) => Action))].toSorted();
}

export function isAllowed(policy: Policy, { action, resource, prefix }: Access): boolean {
  return policy.Statement.some(({ Action, Resource, Condition }) => {
    const prefixes = Condition?.StringLike['s3:prefix'];
    return (
      Action.includes(action) &&
      Resource.some((pattern) => isLike(resource, pattern)) &&
      // A condition on a key that the request does not have is not met.
      (prefixes === undefined || (prefix !== null && prefixes.some((pattern) => isLike(prefix, pattern))))
    );
  });
}

function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

/** Of a request in path style. Throws for one that is not known here: its right is to be looked up in AWS's service authorization reference. */
export function accessOf(method: string, target: string): Access {
  const { pathname, searchParams: query } = new URL(target, 'http://s3');
  const [bucket = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const prefix = query.get('prefix');
  const name = `${method} ${key === '' ? 'bucket' : 'object'}`;
  const found = RIGHTS.find(({ on, has }) => on === name && (has === undefined || query.has(has)));
  if (found === undefined) throw new Error(`no right is known for ${method} ${target}`);
  const resource = `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
  return { action: found.action, resource, prefix: key === '' ? prefix : null };
}

const RIGHTS: readonly { readonly on: string; readonly has?: string; readonly action: string }[] = [
  { on: 'GET bucket', has: 'list-type', action: 's3:ListBucket' },
  { on: 'HEAD bucket', action: 's3:ListBucket' },
  { on: 'GET object', has: 'versionId', action: 's3:GetObjectVersion' },
  { on: 'HEAD object', has: 'versionId', action: 's3:GetObjectVersion' },
  { on: 'GET object', action: 's3:GetObject' },
  { on: 'HEAD object', action: 's3:GetObject' },
  { on: 'PUT object', action: 's3:PutObject' },
  { on: 'POST object', has: 'uploads', action: 's3:PutObject' },
  { on: 'POST object', has: 'uploadId', action: 's3:PutObject' },
  { on: 'DELETE object', has: 'uploadId', action: 's3:AbortMultipartUpload' },
  { on: 'DELETE object', action: 's3:DeleteObject' },
];
