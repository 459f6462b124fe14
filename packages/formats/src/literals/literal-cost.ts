// How common a text likely is in ECS events. Only speed depends on it.

/** Names and values that stand in most events: a literal within one of them rules out next to nothing. */
const COMMON =
  ' @timestamp agent ephemeral_id hostname data_stream dataset namespace default ecs version elastic endpoint events event action category ' +
  'created ingested module kind outcome success failure sequence host architecture x86_64 name os family full kernel platform type ' +
  'linux windows macos darwin ubuntu message process args args_count command_line entity_id executable exit_code hash md5 sha1 sha256 ' +
  'parent pid ppid working_directory thread start end info change exec fork user domain group real_user entry_leader session_leader ' +
  'network file registry dns source destination address port ip mac bytes packets direction protocol tcp udp path extension ' +
  'directory logs metrics filebeat auditbeat winlogbeat metricbeat /usr/bin/ /usr/sbin/ /bin/ C:\\Windows\\System32\\ .exe .com .log ' +
  'true false null server client http request response status method url original log level message tags related service state ' +
  'root system NT AUTHORITY\\SYSTEM security audit auditd journal syslog cloud provider region instance account project aws azure gcp ';
const LOWER = COMMON.toLowerCase();

/** The expected number of a thousand lines that hold the text; smaller is better. */
export function literalCost(text: string, ignoreCase: boolean): number {
  const isCommon = ignoreCase ? LOWER.includes(text.toLowerCase()) : COMMON.includes(text);
  if (isCommon) return 500 / Math.min(8, text.length);
  const letters = text.replace(/[^a-z0-9]/gi, '').length;
  return Math.max(0.01, 40 / 2 ** Math.min(text.length, 12)) * (letters < 3 ? 50 : 1);
}
