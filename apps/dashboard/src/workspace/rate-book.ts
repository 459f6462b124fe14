// How fast hunts go, from what was seen of them within the last two minutes.

export interface Rate {
  /** Stored bytes. */
  readonly bytesPerSecond: number;
  /** null: it does not move. */
  readonly secondsLeft: number | null;
}

interface Sample {
  readonly atMs: number;
  readonly doneBytes: number;
}

const WINDOW_MS = 120_000;
const SHORTEST_MS = 3000;
/** Hunts that nobody looked at for longest are forgotten. */
const MOST_HUNTS = 1000;

export class RateBook {
  readonly #samples = new Map<string, Sample[]>();

  /** null: not yet known. */
  note(name: string, sample: Sample, totalBytes: number): Rate | null {
    const samples = (this.#samples.get(name) ?? []).filter(
      // A hunt that was reopened has less done than before.
      ({ atMs, doneBytes }) => sample.atMs - atMs <= WINDOW_MS && doneBytes <= sample.doneBytes,
    );
    if (samples.at(-1)?.atMs !== sample.atMs) samples.push(sample);
    this.#samples.delete(name);
    this.#samples.set(name, samples);
    const [oldest] = this.#samples.keys();
    if (this.#samples.size > MOST_HUNTS && oldest !== undefined) this.#samples.delete(oldest);
    const first = samples[0] ?? sample;
    if (sample.atMs - first.atMs < SHORTEST_MS) return null;
    const bytesPerSecond = (1000 * (sample.doneBytes - first.doneBytes)) / (sample.atMs - first.atMs);
    const left = Math.max(0, totalBytes - sample.doneBytes);
    return { bytesPerSecond, secondsLeft: bytesPerSecond > 0 ? left / bytesPerSecond : null };
  }
}
