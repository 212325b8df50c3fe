/** First and longest wait between two tries to start a daemon that does not start (ms): each costs a process, and its cause is seldom gone within seconds. */
const FIRST = 5_000
const LONGEST = 60_000

/** When a daemon that could not be started may be tried again. Whoever else starts it meanwhile is found sooner, by its socket. */
export class Starts {
  #wait = FIRST
  #next = 0

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** True when it is time to try. */
  get due(): boolean {
    return this.now() >= this.#next
  }

  /** A start failed. */
  failed(): void {
    this.#next = this.now() + this.#wait
    this.#wait = Math.min(this.#wait * 2, LONGEST)
  }

  reset(): void {
    this.#wait = FIRST
    this.#next = 0
  }
}
