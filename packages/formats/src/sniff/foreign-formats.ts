// Formats that are recognised by their first bytes and not read: name, and what to do about it.

export interface ForeignFormat {
  readonly name: string;
  readonly advice: string;
  readonly offset: number;
  readonly magic: Uint8Array;
}

const RECOMPRESS = 'decompress it, or compress it with gzip or zstd';
const REWRITE = 'write the events as NDJSON or Parquet';
const UTF8 = 'convert it to UTF-8';

const row = (name: string, magic: string, advice: string, offset = 0): ForeignFormat => ({
  name,
  advice,
  offset,
  magic: Buffer.from(magic, 'latin1'),
});

export const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  row('bzip2', 'BZh', RECOMPRESS),
  row('xz', '\xfd7zXZ\0', RECOMPRESS),
  row('lz4', '\x04\x22\x4d\x18', RECOMPRESS),
  row('lz4 (legacy frame)', '\x02\x21\x4c\x18', RECOMPRESS),
  row('snappy (framed)', '\xff\x06\0\0sNaPpY', RECOMPRESS),
  row('snappy (xerial)', '\x82SNAPPY\0', RECOMPRESS),
  row('lzo', '\x89LZO\0\r\n\x1a\n', RECOMPRESS),
  row('compress (.Z)', '\x1f\x9d', RECOMPRESS),
  row('zip', 'PK\x03\x04', 'unpack it, and compress its files with gzip or zstd'),
  row('zip (empty)', 'PK\x05\x06', 'nothing is in it: exclude it'),
  row('7-Zip', "7z\xbc\xaf'\x1c", 'unpack it, and compress its files with gzip or zstd'),
  row('tar', 'ustar', 'unpack it, and compress its files with gzip or zstd', 257),
  row('Avro', 'Obj\x01', REWRITE),
  row('ORC', 'ORC', REWRITE),
  row('Arrow IPC', 'ARROW1\0\0', REWRITE),
  row('Parquet with an encrypted footer', 'PARE', 'write it without encryption of the footer'),
  row(
    'Elasticsearch snapshot (Lucene)',
    '\x3f\xd7\x6c\x17',
    'restore the snapshot into Elasticsearch, and export its events',
  ),
  row(
    'Elasticsearch snapshot (compressed metadata)',
    'DFL\0',
    'restore the snapshot into Elasticsearch, and export its events',
  ),
  row('Smile (binary JSON)', ':)\n', REWRITE),
  row('Windows event log (EVTX)', 'ElfFile\0', 'convert it to ECS NDJSON, with Winlogbeat for example'),
  row('pcap', '\xd4\xc3\xb2\xa1', REWRITE),
  row('pcapng', '\x0a\x0d\x0d\x0a', REWRITE),
  row('SQLite', 'SQLite format 3\0', REWRITE),
  row('Hadoop sequence file', 'SEQ\x06', REWRITE),
  row('UTF-32 text', '\xff\xfe\0\0', UTF8),
  row('UTF-32 text', '\0\0\xfe\xff', UTF8),
  row('UTF-16 text', '\xff\xfe', UTF8),
  row('UTF-16 text', '\xfe\xff', UTF8),
  row('UTF-16 text', '{\0"\0', UTF8),
  row('UTF-16 text', '\0{\0"', UTF8),
];

/** What is known by what its documents hold, not by its first bytes: name, and what to do about it. */
const FOREIGN_DOCUMENTS = {
  OCSF: 'the rules ask for ECS fields: map the events to ECS, or archive the ECS source',
  OTLP: 'export the log bodies as ECS documents (body marshaler), not otlp_json',
  'Elasticsearch snapshot (catalogue)': 'restore the snapshot into Elasticsearch, and export its events',
} as const;

export interface RefusedDocument {
  readonly kind: 'refused';
  readonly name: string;
  readonly advice: string;
}

export function refusedDocument(name: keyof typeof FOREIGN_DOCUMENTS): RefusedDocument {
  return { kind: 'refused', name, advice: FOREIGN_DOCUMENTS[name] };
}

/** What to do about a format that was refused by this name, alone or within a compression; null: nothing is known of it. */
export function adviceOn(name: string): string | null {
  const known = [
    ...FOREIGN_FORMATS,
    ...Object.entries(FOREIGN_DOCUMENTS).map(([each, advice]) => ({ name: each, advice })),
  ];
  return known.find((format) => name === format.name || name.startsWith(`${format.name} `))?.advice ?? null;
}
