// What lies directly below a prefix: the server folds what is deeper.

import { decodeKey } from './list-page.ts';
import type { S3Connection } from './connect-s3.ts';

/** `prefix`: the whole of it, with its slash. Names without it, those of folders with a slash; in the server's order, a page at a time. */
export async function* listS3Entries(
  { sdk, client, bucket }: S3Connection,
  prefix: string,
): AsyncGenerator<readonly string[]> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new sdk.ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        Delimiter: '/',
        EncodingType: 'url',
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    const found = [
      ...(page.CommonPrefixes ?? []).map((each) => each.Prefix ?? ''),
      ...(page.Contents ?? []).map((each) => each.Key ?? ''),
    ].map(decodeKey);
    // A server that does not know delimiters or prefixes is not believed.
    const names = found.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
    yield names.filter((name) => /^[^/]+\/?$/.test(name)).toSorted();
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}
