// Keys that never hold events: what writers, table formats and copying tools leave beside the data. Exact names only, since what is
// left out here leaves coverage complete.

const NAMES = new Set([
  '_SUCCESS',
  '_metadata',
  '_common_metadata',
  'manifest',
  'manifest.json',
  'manifest.checksum',
  '_manifest.json',
  'version-hint.text',
  '.DS_Store',
  'Thumbs.db',
  'desktop.ini',
  '.gitkeep',
  '.keep',
]);
const ENDINGS = ['.crc', '.md5', '.sha1', '.sha256', '.sha512', '.asc', '.sig', '.manifest'];
// Databricks' commit markers; Iceberg's table metadata, manifest lists and manifests.
const PATTERNS = [
  /^(?:v\d+|\d{5}-[0-9a-f-]{36})(?:\.gz)?\.metadata\.json$/,
  /^_(?:started|committed)_\d+$/,
  /^snap-[0-9a-f-]+\.avro$/,
  /^[0-9a-f-]{36}-m\d+\.avro$/,
];
const FOLDERS = new Set(['_delta_log', '_spark_metadata', '_temporary', '.hoodie', '__MACOSX']);

/** An empty object that stands for a folder: `logs/`, `logs_$folder$`. */
export function isFolderMarker(key: string, size: number): boolean {
  return size === 0 && (key === '' || key.endsWith('/') || key.endsWith('_$folder$'));
}

export function holdsNoEvents(key: string): boolean {
  const segments = key.split('/');
  const name = segments.pop() ?? '';
  if (NAMES.has(name) || PATTERNS.some((pattern) => pattern.test(name))) return true;
  return ENDINGS.some((ending) => name.endsWith(ending)) || segments.some((segment) => FOLDERS.has(segment));
}
