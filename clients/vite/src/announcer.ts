import type { Logger } from 'vite'
import { urlLine, yellow } from './style.js'
import { tell, type LeaseEvent, type Problem } from './wire.js'

/** Tells the person what becomes of the name. A URL is printed only once it is proved, and only where Vite prints its own. */
export class Announcer {
  /** What is proved now; empty while nothing is. */
  #urls: string[] = []
  /** What was printed last, so that a restart of the server prints only what has changed. */
  #printed = ''
  #listed = false
  #away = false
  #muted = false

  constructor(
    private readonly logger: Logger,
    private readonly base: string,
    predecessor?: Announcer,
  ) {
    if (predecessor === undefined) return
    this.#printed = predecessor.#printed
    this.#listed = this.#printed !== ''
  }

  /** Vite has just printed its URLs. */
  list(): void {
    this.#listed = true
    this.#printed = ''
    this.#print()
  }

  /** Says nothing any more. */
  mute(): void {
    this.#muted = true
  }

  onEvent(event: LeaseEvent): void {
    switch (event.event) {
      case 'proved':
        this.#urls = event.urls ?? this.#urls
        if (this.#away) this.info(`${this.#urls.join(', ')} is back.`)
        this.#away = false
        this.#print()
        break
      case 'granted':
        this.#urls = []
        break
      case 'waiting':
        this.info(event.problem ? tell(event.problem) : 'Waiting for the former holder of the name, who may still come back.')
        break
      case 'displaced':
        this.#away = true
        this.warn(`${event.problem ? tell(event.problem) : 'The name went to another server.'} For a name of its own: signalbox({ instanceLabel: '…' }).`)
        break
      case 'quarantined':
      case 'backend-down':
      case 'unproved':
        this.#away = true
        this.warn(event.problem ? tell(event.problem) : `The name is ${event.event}.`)
        break
      case 'shutdown':
        this.#away = true
        this.info('The daemon was told to end. The name comes back with it.')
        break
    }
  }

  refused(problems: Problem[]): void {
    const conflict = problems.some((problem) => problem.type === 'host-in-use')
    const ways = conflict ? " In the Vite configuration: signalbox({ instanceLabel: '…' }) for a name of its own, or take: true to take this one." : ''
    this.warn(`${problems.map(tell).join(' ')}${ways} This server goes on without a name; restart it to try again.`)
  }

  info(text: string): void {
    if (!this.#muted) this.logger.info(`[signalbox] ${text}`, { timestamp: true })
  }

  warn(text: string): void {
    if (!this.#muted) this.logger.warn(yellow(`[signalbox] ${text}`), { timestamp: true })
  }

  #print(): void {
    const urls = this.#urls.map((url) => new URL(this.base.startsWith('/') ? this.base : '/', url).href)
    const text = urls.join(' ')
    if (this.#muted || !this.#listed || text === '' || text === this.#printed) return
    this.#printed = text
    for (const url of urls) this.logger.info(urlLine(url))
  }
}
