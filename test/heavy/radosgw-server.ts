// Ceph's S3 server on loopback, for what only a faithful server shows: one monitor, one memory-backed storage daemon and the gateway,
// each a process that ends with the test, in a folder of their own.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { S3Options } from '@coldhunt/archive';

const run = promisify(execFile);
const START_MS = 120_000;
const STOP_MS = 5_000;

export interface RadosGateway {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Right credentials, path style. */
  readonly s3: S3Options;
  /** What a coldhunt process needs to reach it. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes another user, without any right: `arn:aws:iam:::user/<name>` in policies. */
  addUser(name: string): Promise<Pick<RadosGateway, 'credentials' | 's3' | 'env'>>;
  stop(): Promise<void>;
}

/** Starts the three daemons and makes one user. Throws with the end of a daemon's log when one does not come up. */
export async function startRadosGateway(): Promise<RadosGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-rgw-'));
  const daemons: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const daemon of daemons.toReversed()) await stopDaemon(daemon);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [monitorPort, gatewayPort] = await freePorts(2);
    const cluster = new Cluster(folder, `127.0.0.1:${monitorPort}`);
    await cluster.prepare();
    daemons.push(cluster.start('ceph-mon', ['-i', 'a']));
    await cluster.ceph('status');
    await cluster.addStorage();
    daemons.push(cluster.start('ceph-osd', ['-i', '0']));
    await cluster.waitForStorage();
    await cluster.addGateway();
    const frontend = `beast endpoint=127.0.0.1:${gatewayPort}`;
    daemons.push(cluster.start('radosgw', ['-n', 'client.rgw', '--rgw-frontends', frontend]));
    const endpoint = `http://127.0.0.1:${gatewayPort}`;
    await waitForAnswer(endpoint, cluster);
    const credentials = { accessKeyId: 'COLDHUNTTESTKEY', secretAccessKey: 'cold-hunt-test-secret' };
    await cluster.addUser('hunter', credentials);
    return {
      endpoint,
      region: 'us-east-1',
      ...reachedBy(endpoint, credentials),
      async addUser(name) {
        const own = { accessKeyId: `COLDHUNT${name.toUpperCase()}`, secretAccessKey: `secret-of-${name}` };
        await cluster.addUser(name, own);
        return reachedBy(endpoint, own);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function reachedBy(
  endpoint: string,
  credentials: RadosGateway['credentials'],
): Pick<RadosGateway, 'credentials' | 's3' | 'env'> {
  return {
    credentials,
    s3: { endpoint, forcePathStyle: true, region: 'us-east-1', credentials },
    env: {
      COLDHUNT_S3_ENDPOINT: endpoint,
      COLDHUNT_S3_FORCE_PATH_STYLE: 'true',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  };
}

class Cluster {
  readonly folder: string;
  readonly #monitor: string;
  readonly #id = randomUUID();

  constructor(folder: string, monitor: string) {
    this.folder = folder;
    this.#monitor = monitor;
  }

  /** Configuration, keys and the monitor's store. */
  async prepare(): Promise<void> {
    const at = (name: string): string => join(this.folder, name);
    await writeFile(at('ceph.conf'), this.#configuration());
    const admin = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
    await run('ceph-authtool', ['--create-keyring', at('admin.keyring'), '--gen-key', '-n', 'client.admin', ...admin]);
    await run('ceph-authtool', [
      '--create-keyring',
      at('mon.keyring'),
      '--gen-key',
      '-n',
      'mon.',
      '--cap',
      'mon',
      'allow *',
    ]);
    await run('ceph-authtool', [at('mon.keyring'), '--import-keyring', at('admin.keyring')]);
    await run('monmaptool', ['--create', '--fsid', this.#id, '--addv', 'a', `[v2:${this.#monitor}]`, at('monmap')]);
    await mkdir(at('mon'));
    await this.run('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', at('monmap'), '--keyring', at('mon.keyring')]);
  }

  async addStorage(): Promise<void> {
    await mkdir(join(this.folder, 'osd'));
    const id = randomUUID();
    await this.ceph('osd', 'new', id);
    await this.run('ceph-osd', ['-i', '0', '--mkfs', '--mkkey', '--no-mon-config', '--osd-uuid', id]);
    const keyring = join(this.folder, 'osd', 'keyring');
    await this.ceph('auth', 'add', 'osd.0', 'osd', 'allow *', 'mon', 'allow profile osd', '-i', keyring);
  }

  async waitForStorage(): Promise<void> {
    const until = Date.now() + START_MS;
    for (;;) {
      const { num_up_osds: up } = JSON.parse(await this.ceph('osd', 'stat', '--format', 'json')) as {
        num_up_osds: number;
      };
      if (up > 0) return;
      if (Date.now() > until) throw new Error(`the storage daemon did not come up: ${await this.log('osd.0')}`);
      await sleep(200);
    }
  }

  async addGateway(): Promise<void> {
    const keyring = join(this.folder, 'rgw.keyring');
    await this.ceph('auth', 'get-or-create', 'client.rgw', 'mon', 'allow rwx', 'osd', 'allow rwx', '-o', keyring);
  }

  async addUser(name: string, { accessKeyId, secretAccessKey }: RadosGateway['credentials']): Promise<void> {
    const user = ['--uid', name, '--display-name', name, '--access-key', accessKeyId, '--secret-key', secretAccessKey];
    await this.run('radosgw-admin', ['-n', 'client.rgw', 'user', 'create', ...user]);
  }

  start(daemon: string, args: readonly string[]): ChildProcess {
    return spawn(daemon, ['-f', '-c', join(this.folder, 'ceph.conf'), ...args], { stdio: 'ignore' });
  }

  async run(program: string, args: readonly string[]): Promise<string> {
    const { stdout } = await run(program, ['-c', join(this.folder, 'ceph.conf'), ...args], { timeout: START_MS });
    return stdout;
  }

  ceph(...args: string[]): Promise<string> {
    return this.run('ceph', ['-n', 'client.admin', '--connect-timeout', '60', ...args]);
  }

  /** The end of a daemon's log. */
  async log(name: string): Promise<string> {
    return (await readFile(join(this.folder, `${name}.log`), 'utf8').catch(() => 'no log')).slice(-4000);
  }

  #configuration(): string {
    const settings = {
      fsid: this.#id,
      'mon host': `[v2:${this.#monitor}]`,
      'auth cluster required': 'cephx',
      'auth service required': 'cephx',
      'auth client required': 'cephx',
      'run dir': this.folder,
      'pid file': `${this.folder}/$name.pid`,
      'admin socket': `${this.folder}/$name.asok`,
      'log file': `${this.folder}/$name.log`,
      'crash dir': this.folder,
      'mon data': `${this.folder}/mon`,
      'mon cluster log file': `${this.folder}/cluster.log`,
      'mon data avail crit': 1,
      'mon allow pool size one': true,
      'mon max pg per osd': 1000,
      'osd data': `${this.folder}/osd`,
      'osd objectstore': 'memstore',
      'memstore device bytes': 2 ** 30,
      'osd crush chooseleaf type': 0,
      'osd pool default size': 1,
      'osd pool default min size': 1,
      'osd pool default pg num': 4,
      'osd pool default pgp num': 4,
      'osd pool default pg autoscale mode': 'off',
      'ms bind ipv6': false,
      'public addr': '127.0.0.1',
      'rgw run sync thread': false,
      'rgw enable usage log': false,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    return [
      '[global]',
      ...lines,
      `[client.admin]`,
      `keyring = ${this.folder}/admin.keyring`,
      `[client.rgw]`,
      `keyring = ${this.folder}/rgw.keyring`,
      '',
    ].join('\n');
  }
}

async function waitForAnswer(endpoint: string, cluster: Cluster): Promise<void> {
  const until = Date.now() + START_MS;
  for (;;) {
    const response = await fetch(endpoint).catch(() => null);
    if (response !== null && response.status < 500) return;
    if (Date.now() > until) throw new Error(`the gateway did not come up: ${await cluster.log('client.rgw')}`);
    await sleep(200);
  }
}

async function stopDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  await Promise.race([ended, sleep(STOP_MS, null, { ref: false })]);
  daemon.kill('SIGKILL');
  await ended;
}

/** Ports that are free at this moment, each another. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  return Promise.all(
    servers.map(async (server) => {
      await new Promise((resolve) => server.once('listening', resolve));
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      if (address === null || typeof address === 'string') throw new Error('no port');
      return address.port;
    }),
  );
}
