// Everything that is fuzzed.

import { readAnyListing } from '@coldhunt/archive/test/listing';
import { bytesOf, type FuzzTarget } from '../target.ts';
import { languageTargets } from './languages.ts';
import { readerTargets } from './readers.ts';
import { ruleFileTargets } from './rule-files.ts';
import { runFolderTargets } from './run-folder.ts';
import { timeTargets } from './times.ts';

const LISTING = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated><EncodingType>url</EncodingType>
<Contents><Key>a%2Fb+c</Key><LastModified>2026-02-01T00:00:00.000Z</LastModified><ETag>&quot;0123&quot;</ETag><Size>12</Size>
<StorageClass>GLACIER</StorageClass><RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus></Contents>
<NextContinuationToken>t&amp;1</NextContinuationToken></ListBucketResult>`;

const listingTarget: FuzzTarget = {
  name: 'listing',
  corpus: bytesOf([LISTING]),
  tokens: [
    '<Contents>',
    '</Contents>',
    '<![CDATA[',
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '&#x0;',
    '&a;',
    '<Key>',
    '<Error><Code>',
  ],
  run: readAnyListing,
};

export async function allTargets(): Promise<readonly FuzzTarget[]> {
  const made = await Promise.all([readerTargets(), runFolderTargets()]);
  return [...languageTargets, ...ruleFileTargets, ...timeTargets, listingTarget, ...made.flat()];
}
