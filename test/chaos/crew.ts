// The processes of hunts over Redis, as a supervisor keeps them: what ends by itself or is killed is started again. Each process has S3
// credentials of its own, by which a proxy in front of the store knows whose request it sees.

import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startColdhunt } from '../run-command.ts';

export type RoleName = 'worker' | 'planner' | 'reducer';

export interface Member {
  /** Its access key too. */
  readonly name: string;
  readonly role: RoleName;
  /** Since its first start. */
  readonly output: () => string;
}

interface Post extends Member {
  child: ChildProcess;
  isWanted: boolean;
  text: string;
}

const LOCK = '2s';
const DRAIN = '1s';
const RESTART_AFTER_MS = 300;
const MOST_OUTPUT = 400_000;

export class Crew {
  readonly #env: Readonly<Record<string, string>>;
  readonly #posts: Post[] = [];
  readonly #former: Post[] = [];
  #hired = 0;
  #isEnded = false;

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** Everyone who is kept running now. */
  get members(): readonly Member[] {
    return this.#posts;
  }

  of(role: RoleName): readonly Member[] {
    return this.#posts.filter((post) => post.role === role);
  }

  /** All output of all processes, those that are gone too. */
  output(): string {
    return [...this.#former, ...this.#posts].map(({ name, text }) => `== ${name}\n${text}`).join('\n');
  }

  /** Starts one more; does not wait until it takes work. */
  add(role: RoleName): Member {
    this.#hired += 1;
    const name = `${role}-${this.#hired}`;
    const post: Post = {
      name,
      role,
      isWanted: true,
      text: '',
      output: () => post.text,
      child: this.#start(role, name, () => post),
    };
    this.#posts.push(post);
    return post;
  }

  /** SIGKILL: it is started again after a moment. */
  kill(name: string): void {
    this.#find(name)?.child.kill('SIGKILL');
  }

  /** SIGTERM: it gives back what it has, and is gone. */
  remove(name: string): void {
    const post = this.#find(name);
    if (post === undefined) return;
    post.isWanted = false;
    this.#posts.splice(this.#posts.indexOf(post), 1);
    this.#former.push(post);
    post.child.kill('SIGTERM');
    post.child.kill('SIGCONT');
  }

  /** SIGSTOP for so long. Resolves when it goes on; what was killed meanwhile is left alone. */
  async freeze(name: string, ms: number): Promise<void> {
    const child = this.#find(name)?.child;
    child?.kill('SIGSTOP');
    await sleep(ms);
    child?.kill('SIGCONT');
  }

  /** Kills all that is left and waits for their ends. */
  async end(): Promise<void> {
    this.#isEnded = true;
    const all = [...this.#former, ...this.#posts];
    await Promise.all(all.map(({ child }) => endChild(child)));
  }

  #find(name: string): Post | undefined {
    return this.#posts.find((post) => post.name === name);
  }

  #start(role: RoleName, name: string, post: () => Post): ChildProcess {
    const flags = [
      role,
      '--lock-duration',
      LOCK,
      '--drain-timeout',
      DRAIN,
      ...(role === 'worker' ? ['--workers', '1'] : []),
    ];
    const env = { ...this.#env, AWS_ACCESS_KEY_ID: name };
    const child = startColdhunt(flags, { env }, (text) => {
      const owner = post();
      owner.text = (owner.text + text).slice(-MOST_OUTPUT);
    });
    child.once('exit', (code, signal) => {
      const owner = post();
      owner.text += `-- ended: ${signal ?? code}\n`;
      void sleep(RESTART_AFTER_MS).then(() => {
        if (this.#isEnded || !owner.isWanted) return;
        owner.child = this.#start(role, name, post);
      });
    });
    return child;
  }
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
