// Who asks, as the store tells it: what custody.json says of a hunt. Never a secret.

import { userInfo } from 'node:os';
import type { ArchiveOptions } from '../archive-options.ts';
import { parseArchiveUri } from '../archive-uri.ts';

export interface CallerIdentity {
  /** `sts`: as GetCallerIdentity answers. `access-key`: the store does not answer that, the key that signs is known. `user`: of a folder. `unknown`. */
  readonly told_by: 'sts' | 'access-key' | 'user' | 'unknown';
  readonly arn: string | null;
  readonly account: string | null;
  readonly access_key_id: string | null;
  /** Name of the operating system's user. */
  readonly user: string | null;
}

export interface AskIdentityOptions extends ArchiveOptions {
  /** Where GetCallerIdentity is asked. Default: AWS's endpoint of the region, or the S3 endpoint where that is not AWS. */
  readonly stsEndpoint?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const NOBODY: CallerIdentity = { told_by: 'unknown', arn: null, account: null, access_key_id: null, user: null };

/** Asks for the identity behind the credentials that read an archive or write a run folder. Never fails: what is not known is null. */
export async function askIdentity(uri: string, options: AskIdentityOptions = {}): Promise<CallerIdentity> {
  const place = parseArchiveUri(uri, options.cwd);
  if (place.kind !== 'folder') {
    // With its signer: a hunt over folders does not pay for it.
    const { askStore } = await import('./ask-store.ts');
    return { ...NOBODY, ...(await askStore(place.bucket, options)) };
  }
  try {
    return { ...NOBODY, told_by: 'user', user: userInfo().username };
  } catch {
    // A user id without a name, as containers have.
    return NOBODY;
  }
}
