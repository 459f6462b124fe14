// Wakes one who rests: a ring that comes while nobody rests is heard at the next rest.

export class Doorbell {
  #answer: (() => void) | null = null;
  #hasRung = false;

  ring(): void {
    this.#hasRung = true;
    this.#answer?.();
  }

  /** Until it rings, or `ms` have passed. */
  async rest(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#answer = resolve;
      timer = setTimeout(resolve, this.#hasRung ? 0 : ms);
    });
    clearTimeout(timer);
    this.#answer = null;
    this.#hasRung = false;
  }
}
