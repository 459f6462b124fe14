// Everything that is fuzzed.

import { readAnyManifest, readAnyRows } from '@coldhunt/archive/test/inventory';
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

const inventoryTargets: readonly FuzzTarget[] = [
  {
    name: 'inventory',
    isJson: true,
    corpus: bytesOf([
      JSON.stringify({
        sourceBucket: 'b',
        destinationBucket: 'arn:aws:s3:::reports',
        version: '2016-11-30',
        creationTimestamp: '1772668800000',
        fileFormat: 'CSV',
        fileSchema: 'Bucket, Key, Size, LastModifiedDate, ETag, StorageClass',
        files: [{ key: 'inv/0.csv.gz', size: 12, MD5checksum: '0'.repeat(32) }],
      }),
    ]),
    run: readAnyManifest,
  },
  {
    name: 'inventory-rows',
    corpus: bytesOf([
      '"b","logs/a%2Fb+c","12","2026-02-01T00:00:00.000Z","0123","GLACIER"\n"b","logs/""x""","0","","0-1",""\r\n',
    ]),
    tokens: ['"', '""', ',', '\r\n', '%', '%zz', '"b",', '\u0000'],
    run: readAnyRows,
  },
];

export async function allTargets(): Promise<readonly FuzzTarget[]> {
  const made = await Promise.all([readerTargets(), runFolderTargets()]);
  return [...languageTargets, ...ruleFileTargets, ...timeTargets, listingTarget, ...inventoryTargets, ...made.flat()];
}
