// `coldhunt doctor` on an archive: can it be listed and read, and if not, what mends it. Reads one page of the listing and one byte.

import { InputError, countOf, type ListedObject, type ObjectSource } from '@coldhunt/core';
import { probeBucket } from './probe-bucket.ts';
import { runCheck, type Check, type ProbeResult } from './probe-result.ts';
import { parseArchiveUri, toS3Uri, type ArchivePlace } from '../archive-uri.ts';
import { openArchive } from '../open-archive.ts';
import { lazyConnection } from '../s3/lazy.ts';
import type { ArchiveOptions } from '../archive-options.ts';

export interface ProbeOptions extends ArchiveOptions {
  /** This machine's clock. Default: Date.now. */
  readonly nowMs?: (() => number) | undefined;
}

export async function probeArchive(uri: string, options: ProbeOptions = {}): Promise<ProbeResult[]> {
  const opened = await openToProbe(() => ({
    place: parseArchiveUri(uri, options.cwd),
    archive: openArchive(uri, options),
  }));
  if ('failed' in opened) return [opened.failed];
  const { place, archive } = opened;
  try {
    const before = await probePlace(place, options);
    if (before.some(({ ok }) => !ok)) return before;
    let first: ListedObject | null = null;
    const listed = await runCheck(listCheck(place), async () => {
      const page = await firstPage(archive);
      first = page.find(({ size, isArchived }) => size > 0 && !isArchived) ?? null;
      if (page.length === 0) throw new InputError('STORAGE_NOT_FOUND', `nothing lies in ${archive.uri}`);
      return `${countOf(page.length, 'object')} on the first page, from ${page[0]?.uri ?? ''}`;
    });
    if (!listed.ok) return [...before, listed];
    return [...before, listed, await probeRead(place, archive, first)];
  } finally {
    await archive.close?.();
  }
}

/** Opens what is probed; a URI or option that cannot be used is a result, too. */
export async function openToProbe<T extends object>(open: () => T): Promise<T | { readonly failed: ProbeResult }> {
  let opened: T | undefined;
  const check: Check = {
    check: 'uri',
    expected: 's3://bucket/prefix, file:///folder or a path',
    mends: {
      OPTION_INVALID: 'give the endpoint as http://host:port or https://host:port',
      default: 'write the URI as s3://bucket/prefix, or the path of a folder or file',
    },
  };
  const failed = await runCheck(check, async () => {
    opened = open();
    return 'understood';
  });
  return opened ?? { failed };
}

/** Credentials, region and clock of a bucket; nothing for folders. */
export async function probePlace(place: ArchivePlace, options: ProbeOptions): Promise<ProbeResult[]> {
  if (place.kind === 'folder') return [];
  const connection = lazyConnection(place.bucket, options.s3 ?? {});
  try {
    return await probeBucket({
      at: { action: 'reach', uri: toS3Uri(place.bucket, place.prefix), bucket: place.bucket },
      connect: () => connection.get(),
      nowMs: options.nowMs ?? Date.now,
    });
  } finally {
    await connection.close();
  }
}

function listCheck(place: ArchivePlace): Check {
  const expected = 'objects that can be listed';
  if (place.kind === 'folder') {
    const mends = {
      STORAGE_DENIED: 'let this user read and enter the folder: chmod -R o+rX <folder>',
      default: 'check the path',
    };
    return { check: 'list', expected, mends };
  }
  return {
    check: 'list',
    expected,
    mends: {
      STORAGE_DENIED: `allow s3:ListBucket on arn:aws:s3:::${place.bucket}${place.prefix === '' ? '' : ` with s3:prefix ${place.prefix}/*`}`,
      default: 'check bucket and prefix: aws s3 ls shows what is there',
    },
  };
}

async function probeRead(place: ArchivePlace, archive: ObjectSource, first: ListedObject | null): Promise<ProbeResult> {
  const mends =
    place.kind === 'folder'
      ? { default: 'let this user read the files: chmod -R o+r <folder>' }
      : {
          OBJECT_DENIED: `allow s3:GetObject on arn:aws:s3:::${place.bucket}/*, and kms:Decrypt on its key where objects are encrypted with KMS`,
          OBJECT_ARCHIVED: 'restore the objects first, then resume with --retry archived',
          default: 'check the endpoint, the network, and proxies on the way',
        };
  return runCheck({ check: 'get', expected: 'a byte of an object', mends }, async () => {
    if (first === null) return 'not tried: the first page holds no object with bytes that can be read now';
    await archive.open(first).bytes({ from: 0, to: 1 });
    return `read ${first.uri}`;
  });
}

async function firstPage(archive: ObjectSource): Promise<readonly ListedObject[]> {
  for await (const page of archive.list()) return page;
  return [];
}
