import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArchiveUri, toFileUri, toS3Uri } from './archive-uri.ts';

describe('URIs of objects', () => {
  it('lead back to any key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
        const uri = toS3Uri('bucket', key);
        expect(uri).toMatch(/^[!-~]+$/);
        expect(parseArchiveUri(uri)).toEqual({ kind: 's3', bucket: 'bucket', prefix: key });
      }),
    );
  });

  it('lead back to any name of a file, also one that is not UTF-8', () => {
    const name = fc
      .uint8Array({ minLength: 1 })
      .filter((bytes) => !bytes.includes(0) && !bytes.includes(0x2f) && bytes[0] !== 0x2e);
    fc.assert(
      fc.property(name, (bytes) => {
        const path = Buffer.concat([Buffer.from('/folder/'), bytes]);
        const uri = toFileUri(path);
        expect(uri).toMatch(/^[!-~]+$/);
        expect(parseArchiveUri(uri)).toEqual({ kind: 'folder', path });
      }),
    );
  });

  it.each([
    ['s3://bucket', 's3', ''],
    ['S3://bucket/', 's3', ''],
    ['s3://my.bucket-1/a b/ü', 's3', 'a b/ü'],
    ['s3://bucket/a%20b/', 's3', 'a b/'],
    ['s3://bucket//a', 's3', '/a'],
    ['s3://bucket/a/../b', 's3', 'a/../b'],
  ])('are read as people type them: %s', (uri, kind, prefix) => {
    expect(parseArchiveUri(uri)).toMatchObject({ kind, prefix });
  });

  it.each([
    ['logs', '/work/logs'],
    ['./logs/../x/', '/work/x'],
    ['/a%20b', '/a%20b'],
    ['file:///a%20b/../c/', '/c'],
    ['C:/x', '/work/C:/x'],
  ])('are paths otherwise: %s', (uri, path) => {
    const place = parseArchiveUri(uri, '/work');
    expect(place.kind === 'folder' && place.path.toString()).toBe(path);
  });

  it.each([
    ['s3:/bucket/a b', 's3://bucket/a b'],
    ['s3:bucket', 's3://bucket'],
    ['s3//bucket/x', 's3://bucket/x'],
    ['arn:aws:s3:::bucket/x', 's3://bucket/x'],
    ['https://my.bucket.s3.eu-central-1.amazonaws.com/x', 's3://my.bucket/x'],
  ])('are told where they were meant: %s', (uri, meant) => {
    expect(() => parseArchiveUri(uri)).toThrow(`did you mean ${meant}?`);
  });

  it.each(['s3', 's3/bucket', './s3:/x', 's3-logs/x', 'arn:x'])('are paths although they look like it: %s', (uri) => {
    expect(parseArchiveUri(uri).kind).toBe('folder');
  });

  it('never show credentials that were typed into them', () => {
    for (const uri of ['s3://AKIAX:secret@bucket/x', 'gs://user:secret@host/x', 'https://user:secret@host']) {
      expect(() => parseArchiveUri(uri)).toThrow(expect.objectContaining({ code: 'URI_INVALID' }));
      expect(() => parseArchiveUri(uri)).not.toThrow(/secret/);
    }
  });
});
