// How an archive or a run folder is reached. Plain values: whoever calls has read flags, environment and coldhunt.yaml.

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface S3Options {
  /** Default: what the SDK finds (AWS_REGION, profile); with an endpoint of one's own `us-east-1`. */
  readonly region?: string | undefined;
  /** `http://` or `https://` without user name and password. Default: AWS, or what the SDK finds (AWS_ENDPOINT_URL). */
  readonly endpoint?: string | undefined;
  /** `endpoint/bucket/key` in place of `bucket.endpoint/key`: MinIO, Ceph and most servers of one's own. Default false. */
  readonly forcePathStyle?: boolean | undefined;
  readonly requesterPays?: boolean | undefined;
  /** A role to assume, with the credentials of the chain (or `credentials`). */
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  /** Encrypts what is written with this KMS key (SSE-KMS). Only for run folders. */
  readonly kmsKeyId?: string | undefined;
  /** Send a checksum with what is written: buckets with Object Lock want one, old servers of one's own refuse it. Only for what is written. Default false. */
  readonly checksums?: boolean | undefined;
  /** Default: the SDK's credential chain. */
  readonly credentials?: S3Credentials | undefined;
  /** Connections to the server at a time: what is asked beyond them waits. Default 64. */
  readonly maxConnections?: number | undefined;
  /** How often a request is tried again when the server is out of sorts, and how long the first pause is. Default 4 and 100 ms. */
  readonly retries?: number | undefined;
  readonly retryDelayMs?: number | undefined;
  /** Called when the server asks to slow down, before the request is tried again. */
  readonly onThrottled?: (() => void) | undefined;
  /** A connection on which nothing comes for so long is given up, and the request counts as failed. Default 60,000. */
  readonly idleMs?: number | undefined;
  /** Who sends the GETs: our signer over a connection pool, or the SDK's client (8 times slower, the twin in tests). Default `signed`. */
  readonly reads?: 'signed' | 'client' | undefined;
}

export interface ArchiveOptions {
  /** What relative paths are relative to: an absolute path. Needed for relative paths only. */
  readonly cwd?: string | undefined;
  readonly s3?: S3Options | undefined;
}
