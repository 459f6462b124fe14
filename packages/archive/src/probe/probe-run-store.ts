// `coldhunt doctor` on a run folder: writes, reads and removes one small file, and finds out whether "create unless it is there" holds.

import { randomBytes } from 'node:crypto';
import { link, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type RunStore } from '@coldhunt/core';
import { openToProbe, probePlace, type ProbeOptions } from './probe-archive.ts';
import { runCheck, type ProbeResult } from './probe-result.ts';
import { parseArchiveUri, toFileUri, toS3Uri, type ArchivePlace } from '../archive-uri.ts';
import { errnoOf, toStorageError } from '../folder/file-errors.ts';
import { openRunStore } from '../open-run-store.ts';
import { PART_PREFIX } from '../run-path.ts';
import { lazyConnection } from '../s3/lazy.ts';
import { toReadError } from '../s3/read-range.ts';
import { toS3Failure } from '../s3/s3-errors.ts';
import { makeFolder } from '../folder/make-folder.ts';

const BODY = Buffer.from('written by coldhunt doctor; can be removed\n');

export async function probeRunStore(uri: string, options: ProbeOptions = {}): Promise<ProbeResult[]> {
  const opened = await openToProbe(() => ({
    place: parseArchiveUri(uri, options.cwd),
    store: openRunStore(uri, options),
  }));
  if ('failed' in opened) return [opened.failed];
  const { place, store } = opened;
  try {
    const before = await probePlace(place, options);
    if (before.some(({ ok }) => !ok)) return before;
    return [...before, ...(await probeFiles(place, store, options))];
  } finally {
    await store.removeEmptyFolders?.();
    await store.close?.();
  }
}

async function probeFiles(place: ArchivePlace, store: RunStore, options: ProbeOptions): Promise<ProbeResult[]> {
  const path = `doctor-${randomBytes(6).toString('hex')}.txt`;
  const where = place.kind === 's3' ? `arn:aws:s3:::${place.bucket}/${place.prefix}*` : 'the folder';
  const put = await runCheck(
    {
      check: 'put',
      expected: 'a file can be written',
      mends: {
        STORAGE_FULL: 'make room on the disk, or name another --out',
        default:
          place.kind === 's3'
            ? `allow s3:PutObject on ${where}, and kms:GenerateDataKey where a KMS key is set`
            : 'let this user write into the folder, or name another --out',
      },
    },
    async () => {
      await store.putOnce(path, BODY);
      return 'written';
    },
  );
  if (!put.ok) return [put];
  return [
    put,
    await probeConditional(place, path, options),
    await probeGet(store, path, where),
    await probeList(store, path),
    await probeRemove(store, path),
  ];
}

/** Where a second writer overwrites, that is a warning: only two planners at one run ever meet it, and a fleet has one. */
async function probeConditional(place: ArchivePlace, path: string, options: ProbeOptions): Promise<ProbeResult> {
  const expected = 'a second writer is refused';
  const mend =
    place.kind === 's3'
      ? 'let only one planner work on a run, or use a server that honours If-None-Match (AWS S3, MinIO, Ceph 16 and later, R2)'
      : 'let only one planner work on a run, or use a file system with hard links (not FAT or exFAT)';
  let isRefused = true;
  const result = await runCheck({ check: 'conditional put', expected, mends: { default: mend } }, async () => {
    isRefused = await (place.kind === 's3'
      ? writeAgain(place.bucket, place.prefix, path, options)
      : linkTwice(place.path));
    if (isRefused) return 'refused';
    const why =
      place.kind === 's3' ? 'the server ignores If-None-Match' : 'the file system lets a second writer overwrite';
    return `${why}: a hunt of one process, or of a fleet with one planner, does not mind`;
  });
  return isRefused ? result : { ...result, mend };
}

/** Whether the server refused to write over what is there. */

async function writeAgain(bucket: string, prefix: string, path: string, options: ProbeOptions): Promise<boolean> {
  const key = prefix === '' || prefix.endsWith('/') ? prefix + path : `${prefix}/${path}`;
  const at = { action: 'write', uri: toS3Uri(bucket, key), bucket };
  const lazy = lazyConnection(bucket, options.s3 ?? {});
  try {
    const { client, sdk } = await lazy.get();
    const kmsKeyId = options.s3?.kmsKeyId;
    const encryption =
      kmsKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyId };
    await client.send(
      new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: BODY, IfNoneMatch: '*', ...encryption }),
    );
  } catch (error) {
    const failure = toS3Failure(error);
    if (failure.status === 412) return true;
    if (failure.status === 501) throw new AppError('STORAGE_FAILED', 'the server does not offer If-None-Match');
    throw toReadError(error, { at });
  } finally {
    await lazy.close();
  }
  return false;
}

async function linkTwice(root: Buffer): Promise<boolean> {
  const folder = root.toString();
  try {
    await makeFolder(root);
    const own = await mkdtemp(join(folder, PART_PREFIX));
    try {
      await writeFile(join(own, 'a'), BODY);
      await link(join(own, 'a'), join(own, 'b'));
      await link(join(own, 'a'), join(own, 'b'));
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return true;
      throw error;
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  } catch (error) {
    throw toStorageError(error, 'link files in', toFileUri(root));
  }
  return false;
}

function probeGet(store: RunStore, path: string, where: string): Promise<ProbeResult> {
  const mends = { default: `allow reading of what was written (s3:GetObject on ${where})` };
  return runCheck({ check: 'get', expected: 'the bytes that were written', mends }, async () => {
    const bytes = await store.get(path);
    if (bytes === null || !Buffer.from(bytes).equals(BODY)) {
      throw new AppError('STORAGE_FAILED', bytes === null ? 'the file is not there' : 'other bytes came back');
    }
    return 'the same bytes';
  });
}

function probeList(store: RunStore, path: string): Promise<ProbeResult> {
  const mends = { default: 'allow listing: s3:ListBucket for who reduces; who only plans or scans can do without' };
  return runCheck({ check: 'list', expected: 'the file is listed', mends }, async () => {
    for await (const page of store.list(path)) if (page.includes(path)) return 'listed';
    throw new AppError('STORAGE_FAILED', 'the file is not in the listing');
  });
}

// Only --clobber removes: least-privilege roles do not have the right, and that is no fault.
async function probeRemove(store: RunStore, path: string): Promise<ProbeResult> {
  const expected = 'removed, or not allowed (only --clobber needs it)';
  try {
    await store.remove(path);
    return { check: 'remove', ok: true, found: 'removed', expected, mend: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { check: 'remove', ok: true, found: `not allowed, ${path} stays: ${reason}`, expected, mend: null };
  }
}
