// What runs on the fleet every day, and the command that the first rule looks for.

import type { Platform } from './hosts.ts';
import type { Random } from './random.ts';

export interface Command {
  readonly executable: string;
  readonly args: readonly string[];
  readonly parent: string;
}

const DAILY: Readonly<Record<Platform, readonly Command[]>> = {
  linux: [
    {
      executable: '/usr/bin/bash',
      args: ['bash', '-c', 'systemctl is-active nginx'],
      parent: '/usr/lib/systemd/systemd',
    },
    { executable: '/usr/bin/curl', args: ['curl', '-fsS', 'http://127.0.0.1:9100/metrics'], parent: '/usr/bin/bash' },
    {
      executable: '/usr/bin/python3',
      args: ['python3', '/opt/jobs/rotate.py', '--keep', '14'],
      parent: '/usr/sbin/cron',
    },
    {
      executable: '/usr/bin/aws',
      args: ['aws', 's3', 'sync', '/var/backups', 's3://example-backups/daily'],
      parent: '/usr/bin/bash',
    },
    { executable: '/usr/bin/aws', args: ['aws', 'ssm', 'describe-instance-information'], parent: '/usr/bin/bash' },
    { executable: '/usr/bin/grep', args: ['grep', '-c', 'denied', '/var/log/auth.log'], parent: '/usr/bin/bash' },
    { executable: '/usr/bin/git', args: ['git', 'fetch', '--all', '--prune'], parent: '/usr/bin/bash' },
    { executable: '/usr/sbin/logrotate', args: ['logrotate', '/etc/logrotate.conf'], parent: '/usr/sbin/cron' },
    { executable: '/usr/bin/docker', args: ['docker', 'ps', '--format', '{{.Names}}'], parent: '/usr/bin/bash' },
  ],
  windows: [
    {
      executable: 'C:\\Windows\\System32\\svchost.exe',
      args: ['C:\\Windows\\system32\\svchost.exe', '-k', 'netsvcs', '-p'],
      parent: 'C:\\Windows\\System32\\services.exe',
    },
    {
      executable: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      args: ['powershell.exe', '-NoProfile', '-File', 'C:\\ops\\inventory.ps1'],
      parent: 'C:\\Windows\\System32\\svchost.exe',
    },
    {
      executable: 'C:\\Program Files\\Git\\cmd\\git.exe',
      args: ['git', 'status', '--porcelain'],
      parent: 'C:\\Windows\\explorer.exe',
    },
    {
      executable: 'C:\\Windows\\System32\\taskhostw.exe',
      args: ['taskhostw.exe', 'Install'],
      parent: 'C:\\Windows\\System32\\svchost.exe',
    },
    {
      executable: 'C:\\Program Files\\Amazon\\AWSCLIV2\\aws.exe',
      args: ['aws', 'sts', 'get-caller-identity'],
      parent: 'C:\\Windows\\System32\\cmd.exe',
    },
  ],
  macos: [
    { executable: '/bin/zsh', args: ['-zsh'], parent: '/usr/bin/login' },
    { executable: '/usr/bin/mdfind', args: ['mdfind', 'kMDItemFSName == "*.key"'], parent: '/bin/zsh' },
    {
      executable: '/usr/local/bin/aws',
      args: ['aws', 'ec2', 'describe-instances', '--output', 'table'],
      parent: '/bin/zsh',
    },
    { executable: '/usr/libexec/xpcproxy', args: ['xpcproxy', 'com.apple.mdworker.shared'], parent: '/sbin/launchd' },
  ],
};

/** Commands that look like the rule's and must not match: another document, no parameters, a search for the words. */
const LOOK_ALIKES: readonly Command[] = [
  {
    executable: '/usr/bin/aws',
    args: ['aws', 'ssm', 'send-command', '--document-name', 'AWS-RunPatchBaseline', '--parameters', 'Operation=Scan'],
    parent: '/usr/bin/bash',
  },
  {
    executable: '/usr/bin/aws',
    args: [
      'aws',
      'ssm',
      'send-command',
      '--document-name',
      'AWS-RunShellScript',
      '--cli-input-json',
      'file://run.json',
    ],
    parent: '/usr/bin/bash',
  },
  {
    executable: '/usr/bin/grep',
    args: ['grep', '-r', 'send-command --parameters commands= AWS-RunShellScript', '/opt/runbooks'],
    parent: '/usr/bin/bash',
  },
  {
    executable: '/usr/local/bin/aws2',
    args: ['aws2', 'ssm', 'send-command', '--document-name', 'AWS-RunShellScript', '--parameters', 'commands=id'],
    parent: '/usr/bin/bash',
  },
];

export function dailyCommand(platform: Platform, random: Random): Command {
  return random.pick(DAILY[platform]);
}

export function lookAlikeCommand(random: Random): Command {
  return random.pick(LOOK_ALIKES);
}

/** What the first rule is about: a shell document sent to instances. The process is named `aws` on every platform. */
export function sendCommand(platform: Platform, instance: string, script: string): Command {
  const document = platform === 'windows' ? 'AWS-RunPowerShellScript' : 'AWS-RunShellScript';
  return {
    executable: platform === 'windows' ? 'C:\\Program Files\\Amazon\\AWSCLIV2\\aws' : '/usr/local/bin/aws',
    args: [
      'aws',
      'ssm',
      'send-command',
      '--instance-ids',
      instance,
      '--document-name',
      document,
      '--parameters',
      `commands=${script}`,
    ],
    parent: platform === 'windows' ? 'C:\\Windows\\System32\\cmd.exe' : '/bin/bash',
  };
}
