// Events as Elastic Defend, Auditbeat and the Auditd Manager integration write them: what a real document of each holds, near its real size.

import type { Document } from '@coldhunt/core';
import type { Command } from './commands.ts';
import { createUuid, type Host, type Platform } from './hosts.ts';
import type { Random } from './random.ts';

const OS: Readonly<Record<Platform, Document>> = {
  linux: {
    type: 'linux',
    family: 'debian',
    platform: 'debian',
    name: 'Linux',
    full: 'Debian 12.9',
    version: '12.9',
    kernel: '6.1.0-30-cloud-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.124-1',
  },
  windows: {
    type: 'windows',
    family: 'windows',
    platform: 'windows',
    name: 'Windows',
    full: 'Windows Server 2022 Datacenter 21H2 (10.0.20348.2966)',
    version: '21H2 (10.0.20348.2966)',
    kernel: '21H2 (10.0.20348.2966)',
  },
  macos: {
    type: 'macos',
    family: 'macos',
    platform: 'macos',
    name: 'macOS',
    full: 'macOS 15.2.0',
    version: '15.2.0',
    kernel: 'Darwin Kernel Version 24.2.0: Fri Dec  6 19:01:59 PST 2024',
  },
};

/** A process start as the host's own agent reports it. */
export function processEvent(host: Host, timeMs: number, command: Command, random: Random): Document {
  if (host.writer === 'auditbeat') return auditbeatProcess(host, timeMs, command, random);
  if (host.writer === 'auditd_manager') return auditdProcess(host, timeMs, command, random);
  return defendProcess(host, timeMs, command, random);
}

/** A connection, a file or a process end: what fills an archive between process starts. */
export function otherEvent(host: Host, timeMs: number, random: Random): Document {
  const kind = random.integer(3);
  const base = defendBase(host, timeMs, kind === 0 ? 'network' : kind === 1 ? 'file' : 'process', random);
  if (kind === 0) {
    const remote = `198.51.100.${random.integer(254) + 1}`;
    return {
      ...base,
      message: 'Endpoint network event',
      event: eventFields(timeMs, ['network', 'connection_attempted', 'start'], random),
      destination: { address: remote, ip: remote, port: random.pick([443, 80, 53, 5432, 8443]) },
      source: { address: host.ip, ip: host.ip, port: 32_768 + random.integer(28_000) },
      network: { type: 'ipv4', transport: 'tcp' },
      process: {
        name: 'curl',
        pid: 400 + random.integer(60_000),
        entity_id: random.hex(40),
        executable: '/usr/bin/curl',
        code_signature: { exists: false },
      },
    };
  }
  if (kind === 1) {
    const name = `session-${random.hex(6)}.tmp`;
    return {
      ...base,
      message: 'Endpoint file event',
      event: eventFields(timeMs, ['file', 'creation', 'creation'], random),
      file: {
        name,
        path: `/var/tmp/${name}`,
        extension: 'tmp',
        size: random.integer(100_000),
        Ext: { header_bytes: random.hex(32) },
      },
      process: {
        name: 'bash',
        pid: 400 + random.integer(60_000),
        entity_id: random.hex(40),
        executable: '/usr/bin/bash',
      },
    };
  }
  return {
    ...base,
    message: 'Endpoint process event',
    event: eventFields(timeMs, ['process', 'end', 'end'], random),
    process: {
      name: 'sleep',
      pid: 400 + random.integer(60_000),
      entity_id: random.hex(40),
      executable: '/usr/bin/sleep',
      args: ['sleep', '30'],
      args_count: 2,
      command_line: 'sleep 30',
      exit_code: 0,
    },
  };
}

function defendProcess(host: Host, timeMs: number, command: Command, random: Random): Document {
  const action = host.platform === 'windows' ? 'start' : 'exec';
  return {
    ...defendBase(host, timeMs, 'process', random),
    message: 'Endpoint process event',
    event: eventFields(timeMs, ['process', action, 'start'], random),
    process: { ...processFields(command, random), ...lineage(command, host, random) },
    user: {
      name: random.pick(host.users),
      id: host.platform === 'windows' ? 'S-1-5-18' : String(1000 + random.integer(20)),
      domain: host.platform === 'windows' ? 'CORP' : host.name,
    },
  };
}

function auditbeatProcess(host: Host, timeMs: number, command: Command, random: Random): Document {
  return {
    '@timestamp': isoTime(timeMs, 3),
    agent: {
      id: host.agentId,
      type: 'auditbeat',
      version: '8.17.0',
      ephemeral_id: createUuid(random),
      name: host.name,
    },
    ecs: { version: '8.0.0' },
    event: {
      kind: 'event',
      module: 'system',
      dataset: 'process',
      action: 'process_started',
      category: ['process'],
      type: ['start'],
    },
    host: hostFields(host),
    message: `Process ${baseName(command.executable)} (PID: ${random.integer(60_000)}) by user root STARTED`,
    process: {
      ...processFields(command, random),
      start: isoTime(timeMs - 20, 3),
      working_directory: '/',
      parent: { pid: 1 + random.integer(4_000) },
    },
    service: { type: 'system' },
    user: { id: '0', name: random.pick(host.users), group: { id: '0', name: 'root' } },
    '@version': '1',
  };
}

function auditdProcess(host: Host, timeMs: number, command: Command, random: Random): Document {
  return {
    '@timestamp': isoTime(timeMs, 3),
    agent: { id: host.agentId, type: 'auditbeat', version: '8.17.0', name: host.name },
    auditd: {
      data: { syscall: 'execve', arch: 'x86_64', tty: '(none)', exit: '0', a0: random.hex(12), a1: random.hex(12) },
      message_type: 'syscall',
      result: 'success',
      session: 'unset',
      sequence: random.integer(4_000_000),
      summary: {
        actor: { primary: 'unset', secondary: 'root' },
        object: { primary: command.executable, type: 'file' },
        how: command.executable,
      },
    },
    data_stream: { type: 'logs', dataset: 'auditd_manager.auditd', namespace: 'default' },
    ecs: { version: '8.11.0' },
    event: {
      kind: 'event',
      module: 'auditd',
      dataset: 'auditd_manager.auditd',
      action: 'executed',
      category: ['process'],
      type: ['start'],
      outcome: 'success',
      ingested: isoTime(timeMs + 20_000 + random.integer(40_000), 3),
    },
    host: hostFields(host),
    process: {
      ...processFields(command, random),
      working_directory: '/root',
      parent: { pid: 1 + random.integer(4_000) },
      title: command.args.join(' '),
    },
    user: { id: '0', name: random.pick(host.users), effective: { id: '0', name: 'root' } },
    tags: ['preserve_original_event', 'auditd_manager-auditd'],
  };
}

function defendBase(host: Host, timeMs: number, dataset: string, random: Random): Document {
  return {
    '@timestamp': isoTime(timeMs, 7),
    agent: {
      id: host.agentId,
      type: 'endpoint',
      version: '8.17.0',
      build: {
        original: `version: 8.17.0, compiled: Wed Dec 11 17:00:00 2024, branch: HEAD, commit: ${random.hex(40)}`,
      },
    },
    data_stream: { type: 'logs', dataset: `endpoint.events.${dataset}`, namespace: 'default' },
    ecs: { version: '8.10.0' },
    elastic: { agent: { id: host.agentId } },
    host: hostFields(host),
  };
}

function hostFields(host: Host): Document {
  const id: Document = host.id === null ? {} : { id: host.id };
  return {
    ...id,
    name: host.name,
    hostname: host.name,
    architecture: 'x86_64',
    ip: [host.ip, '127.0.0.1', '::1'],
    mac: [host.mac],
    os: { ...OS[host.platform] },
  };
}

/** `what`: category (and dataset), action, type. */
function eventFields(
  timeMs: number,
  [category, action, type]: readonly [string, string, string],
  random: Random,
): Document {
  return {
    agent_id_status: 'verified',
    sequence: random.integer(9_000_000),
    ingested: isoTime(timeMs + 9_000 + random.integer(60_000), 0),
    created: isoTime(timeMs, 7),
    kind: 'event',
    module: 'endpoint',
    action,
    id: `N${random.hex(20)}++++${random.hex(4)}`,
    category: [category],
    type: [type],
    dataset: `endpoint.events.${category}`,
    outcome: 'unknown',
  };
}

function processFields(command: Command, random: Random): Document {
  return {
    args: [...command.args],
    args_count: command.args.length,
    command_line: command.args.join(' '),
    entity_id: Buffer.from(random.hex(48)).toString('base64'),
    executable: command.executable,
    name: baseName(command.executable),
    pid: 300 + random.integer(60_000),
    hash: { md5: random.hex(32), sha1: random.hex(40), sha256: random.hex(64) },
  };
}

function lineage(command: Command, host: Host, random: Random): Document {
  const leader = (): Document => ({
    entity_id: Buffer.from(random.hex(48)).toString('base64'),
    executable: command.parent,
    name: baseName(command.parent),
    pid: 1 + random.integer(9_000),
    start: '2026-01-02T08:00:01.5500000Z',
    real_user: { id: '0', name: 'root' },
    group: { id: '0', name: 'root' },
    interactive: false,
    working_directory: '/root',
  });
  const parent: Document = {
    ...leader(),
    args: [command.parent, '--login'],
    args_count: 2,
    command_line: `${command.parent} --login`,
  };
  if (host.platform === 'windows') {
    return {
      parent,
      Ext: {
        token: { integrity_level_name: 'high', elevation_level: 'full' },
        code_signature: [{ trusted: true, subject_name: 'Example Publisher', exists: true, status: 'trusted' }],
        ancestry: [Buffer.from(random.hex(48)).toString('base64')],
      },
    };
  }
  return {
    parent,
    entry_leader: leader(),
    Ext: { ancestry: [Buffer.from(random.hex(48)).toString('base64'), Buffer.from(random.hex(48)).toString('base64')] },
    interactive: false,
    working_directory: '/root',
  };
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** ISO 8601 in UTC with 0, 3 or 7 fraction digits (Defend writes seven). */
function isoTime(timeMs: number, digits: 0 | 3 | 7): string {
  const text = new Date(timeMs).toISOString();
  if (digits === 3) return text;
  if (digits === 0) return `${text.slice(0, 19)}Z`;
  return `${text.slice(0, 23)}${String(timeMs % 10_000).padStart(4, '0')}Z`;
}
