import { request, type ClientRequest } from 'node:http'
import { answerTo, readAll, refusal, Refused } from './admin.js'
import { Backoff } from './backoff.js'
import { startDaemon, type DaemonPlace } from './daemon.js'
import { adminSocket } from './home.js'
import { lineSplitter } from './lines.js'
import { Starts } from './starts.js'
import type { ClaimRequest, LeaseEvent, Problem } from './wire.js'

/** Who is told what becomes of a lease. */
export interface LeaseListener {
  /** A line of the stream. */
  onEvent(event: LeaseEvent): void
  /** The daemon refused for good: nothing is tried again. */
  onRefused(problems: Problem[]): void
  /** The name is not held just now, and why; it is tried again. Told once until it is held again. */
  onTrouble(text: string): void
}

/** How one connection ended. */
type Ending = 'lost' | 'absent' | 'refused' | 'failed'

/**
 * A claim that lives as long as one open connection to the daemon. When the connection is lost it is made again, with the same holder,
 * until close(). Nothing here keeps the process alive, and nothing needs to be done when the process dies: the kernel closes the connection.
 */
export class Lease {
  readonly #backoff = new Backoff()
  readonly #starts = new Starts()
  #connection: ClientRequest | null = null
  #closed = false
  #wake: (() => void) | null = null
  #daemonLeaves = false
  #inTrouble: boolean

  /** @param startFailed True when the daemon could not be started a moment ago, and that was told. */
  constructor(
    private readonly place: DaemonPlace,
    private readonly claim: ClaimRequest,
    private readonly listener: LeaseListener,
    startFailed: boolean,
  ) {
    this.#inTrouble = startFailed
    if (startFailed) this.#starts.failed()
  }

  /** Begins; returns at once. */
  open(): void {
    void this.#hold()
  }

  /** Gives the name back. Nothing is told to the listener afterwards. */
  close(): void {
    this.#closed = true
    this.#connection?.destroy()
    this.#wake?.()
  }

  async #hold(): Promise<void> {
    while (!this.#closed) {
      const ending = await this.#connect()
      if (this.#closed || ending === 'refused') return
      // A daemon that said it leaves is meant to be away: whoever ended it starts it again.
      if (ending === 'absent' && !this.#daemonLeaves && this.#starts.due && (await this.#start())) continue
      await this.#sleep(this.#backoff.next())
    }
  }

  /** One connection, from asking to its end. */
  async #connect(): Promise<Ending> {
    const body = JSON.stringify(this.claim)
    const asked = request({
      socketPath: adminSocket(this.place.home),
      method: 'POST',
      path: '/v1/leases',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), accept: 'application/x-ndjson' },
    })
    this.#connection = asked
    asked.once('socket', (socket) => socket.unref())
    let answered = false
    try {
      asked.end(body)
      const answer = await answerTo(asked)
      answered = true
      this.#daemonLeaves = false
      if (answer.statusCode !== 200) throw refusal(answer.statusCode ?? 0, await readAll(answer))
      answer.setEncoding('utf8')
      const split = lineSplitter((line) => this.#read(line))
      for await (const part of answer) split(part as string)
      return 'lost'
    } catch (error) {
      if (error instanceof Refused) return this.#refused(error)
      if (answered || this.#closed) return 'lost'
      return isAbsent(error) ? 'absent' : this.#fail(`The daemon cannot be reached: ${(error as Error).message}.`)
    } finally {
      asked.destroy()
      this.#connection = null
    }
  }

  #read(line: string): void {
    if (this.#closed) return
    const event = JSON.parse(line) as LeaseEvent
    if (event.event === 'granted') this.#settle()
    if (event.event === 'shutdown') this.#daemonLeaves = true
    this.listener.onEvent(event)
  }

  /** 4xx is an answer for good; the rest may be another one next time. */
  #refused(refused: Refused): Ending {
    if (this.#closed) return 'lost'
    if (refused.status >= 500 || refused.problems.every((problem) => problem.retry)) return this.#fail(refused.message)
    this.listener.onRefused(refused.problems)
    return 'refused'
  }

  async #start(): Promise<boolean> {
    try {
      await startDaemon(this.place, false)
      return true
    } catch (error) {
      this.#starts.failed()
      this.#fail((error as Error).message)
      return false
    }
  }

  #fail(text: string): Ending {
    if (!this.#closed && !this.#inTrouble) this.listener.onTrouble(text)
    this.#inTrouble = true
    return 'failed'
  }

  #settle(): void {
    this.#inTrouble = false
    this.#backoff.reset()
    this.#starts.reset()
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, milliseconds)
      timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        done()
      }
    })
  }
}

/** Nobody listens: no socket, or one that a dead daemon left behind. */
function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE'
}
