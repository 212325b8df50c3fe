/** First and longest wait between two tries (ms). A daemon keeps a lost lease's name for 10 s after it restarts: 2 s leave room for several tries. */
const FIRST = 100
const LONGEST = 2_000

/** Waits that double, each between half and whole, so that many plugins that lost one daemon do not come back in step. */
export class Backoff {
  #wait = FIRST

  constructor(private readonly random: () => number = Math.random) {}

  /** The next wait in milliseconds. */
  next(): number {
    const wait = this.#wait * (0.5 + this.random() / 2)
    this.#wait = Math.min(this.#wait * 2, LONGEST)
    return wait
  }

  reset(): void {
    this.#wait = FIRST
  }
}
