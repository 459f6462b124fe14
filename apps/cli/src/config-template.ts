// Answers -> the text of a coldhunt.yaml with comments: what was answered stands, all else stands commented out, ready to be used.

export interface ConfigAnswers {
  /** Name of the archive: `@prod` on the command line. */
  readonly name: string;
  readonly uri: string;
  readonly region: string | null;
  readonly endpoint: string | null;
  readonly layout: string | null;
  readonly layoutTime: 'event' | 'first-record' | 'arrival' | null;
  readonly redis: string | null;
  readonly kmsKeyId: string | null;
}

/** The first line tells editors of the schema beside the file. */
export function configTemplate(answers: ConfigAnswers): string {
  const { name, uri, region, endpoint, layout, layoutTime, redis, kmsKeyId } = answers;
  const isS3 = uri.startsWith('s3://');
  const usesPaths = endpoint !== null;
  return [
    '# yaml-language-server: $schema=coldhunt.schema.json',
    '# What does not change from hunt to hunt. A flag goes before an environment variable, that before this file.',
    '# What is in force, and why: coldhunt config show',
    '',
    '# Archives by name.',
    `# The first hunt: coldhunt scan --archive @${name} --rule <id, file or folder> --last 7d`,
    'archives:',
    `  ${name}:`,
    entry(4, 'uri', uri, 's3://bucket/prefix, a folder or one file'),
    entry(4, 'region', region, 'of the bucket; default: the AWS environment', 'eu-central-1'),
    entry(4, 'endpoint', endpoint, 'an S3-compatible server', 'https://minio.example:9000'),
    `    ${usesPaths ? '' : '# '}force_path_style: true  # the bucket stands in the path: MinIO, Ceph`,
    entry(4, 'role_arn', null, 'a role to assume for this archive', 'arn:aws:iam::123456789012:role/reads-logs'),
    entry(4, 'layout', layout, 'how keys carry time: without it no key is read as one', 'logs/%Y/%m/%d/%H/*'),
    entry(4, 'time', layoutTime, 'what that time means: event, first-record or arrival', 'arrival'),
    entry(4, 'lateness', null, 'how far events may lie from the time in their key', '2h'),
    entry(4, 'expect', null, 'hourly or daily: a gap makes coverage incomplete', 'hourly'),
    entry(4, 'time_field', null, 'where events have their time', '@timestamp'),
    '',
    '# Run folders in S3.',
    ...(kmsKeyId === null
      ? ['# out:', entry(2, 'kms_key_id', null, 'encrypts what is written', 'alias/hunts')]
      : ['out:', entry(2, 'kms_key_id', kmsKeyId, 'encrypts what is written')]),
    '',
    '# Only for a fleet of workers. A password is better kept in COLDHUNT_REDIS_URL.',
    ...(redis === null
      ? ['# redis:', entry(2, 'url', null, '', 'redis://127.0.0.1:6379')]
      : ['redis:', entry(2, 'url', redis, '')]),
    '',
    ...(isS3 && region !== null
      ? ['# For URIs without a name.', 's3:', entry(2, 'region', region, '')]
      : ['# For URIs without a name.', '# s3:', entry(2, 'region', null, '', 'eu-central-1')]),
    '',
    '# Where alerts of watches go: coldhunt watch add --sink chat',
    '# sinks:',
    '#   chat:',
    '#     type: files',
    '',
  ].join('\n');
}

/** One line; `example` stands commented out where there is no value. */
function entry(indent: number, key: string, value: string | null, comment: string, example = ''): string {
  const said = comment === '' ? '' : `  # ${comment}`;
  const blank = ' '.repeat(indent);
  // What JSON writes as a text YAML reads as the same text.
  return value === null
    ? `${blank}# ${key}: ${JSON.stringify(example)}${said}`
    : `${blank}${key}: ${JSON.stringify(value)}${said}`;
}
