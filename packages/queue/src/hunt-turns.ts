// Whose turn it is: fair queueing of several hunts in one queue (docs/decisions/012-hunts-in-turn.md). A shard's priority is the number of
// the round in which it is begun; in one round each hunt begins SHARDS_PER_ROUND shards times its weight. A hunt that comes
// later starts in the round that is being worked on, not in the first.

import type { Queue } from 'bullmq';

const SHARDS_PER_ROUND = 8;
/** BullMQ's highest priority. Past it shards come in the order in which they were added; reached after 16 million shards without a pause. */
const LAST_ROUND = 2_097_152;

export class HuntTurns {
  readonly #queue: Queue;
  readonly #perRound: number;
  #round = 1;
  #used = 0;

  constructor(queue: Queue, weight: number) {
    this.#queue = queue;
    this.#perRound = SHARDS_PER_ROUND * weight;
  }

  /** To be called before shards are added. `hasWaiting`: whether some of this hunt still wait. */
  async begin(hasWaiting: boolean): Promise<void> {
    const front = await this.#frontRound();
    if (!hasWaiting || front > this.#round) {
      this.#round = front;
      this.#used = 0;
    }
  }

  next(): number {
    if (this.#used >= this.#perRound) {
      this.#round = Math.min(this.#round + 1, LAST_ROUND);
      this.#used = 0;
    }
    this.#used += 1;
    return this.#round;
  }

  async #frontRound(): Promise<number> {
    const [first] = await this.#queue.getPrioritized(0, 0);
    return Math.min(Math.max(first?.opts.priority ?? 1, 1), LAST_ROUND);
  }
}
