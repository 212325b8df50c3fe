import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { Announcer } from './announcer.js'
import type { DaemonPlace } from './daemon.js'
import { Lease } from './lease.js'
import type { Names } from './names.js'
import type { LeaseEvent, Problem } from './wire.js'

/** How long a closed server keeps its name for the one that replaces it (ms): a restart of Vite takes a few hundred. */
const HANDOVER = 10_000

/** What to claim, apart from the port. */
export interface Wish {
  place: DaemonPlace
  names: Names
  hostHeader: string | undefined
  take: boolean
  scheme: 'http' | 'https'
  /** True when the daemon could not be started a moment ago. */
  startFailed: boolean
}

/**
 * One server's name, from the moment it listens until it is closed. When Vite restarts, the server that follows takes the name over:
 * the old lease is kept until the new one is granted, so that the name leads somewhere all the time.
 */
export class Registration {
  readonly #holder = randomUUID()
  #lease: Lease | null = null
  #successor: Registration | null = null
  #onSettled: (() => void) | null = null
  #settled = false

  constructor(
    private readonly wish: Wish,
    readonly announcer: Announcer,
  ) {}

  /** Claims the name for the address that was really bound. */
  listening(address: AddressInfo): void {
    const { place, names, hostHeader, take, scheme, startFailed } = this.wish
    const claim = {
      hosts: names.domains,
      backends: [`${scheme}://${reachable(address)}:${address.port}`],
      ...(hostHeader === undefined ? {} : { hostHeader }),
      project: names.project,
      holder: this.#holder,
      label: `vite, process ${process.pid}`,
      take,
    }
    const listener = {
      onEvent: (event: LeaseEvent) => this.#onEvent(event),
      onRefused: (problems: Problem[]) => this.#onRefused(problems),
      onTrouble: (text: string) => {
        this.announcer.warn(text)
        this.#settle()
      },
    }
    this.#lease = new Lease(place, claim, listener, startFailed)
    this.#lease.open()
  }

  /** The server that is going to replace this one was made. */
  succeededBy(successor: Registration): void {
    this.#successor = successor
  }

  /** The server is closed: the name is given back, at once or when the successor has it. */
  closed(): void {
    this.announcer.mute()
    this.#settle()
    if (this.#successor === null || this.#successor.#settled) return this.#lease?.close()
    const late = setTimeout(() => this.#lease?.close(), HANDOVER)
    late.unref()
    this.#successor.#onSettled = () => {
      clearTimeout(late)
      this.#lease?.close()
    }
  }

  #onEvent(event: LeaseEvent): void {
    // A successor has this name in the same process: that it is displaced is no news for anybody.
    if (!(event.event === 'displaced' && this.#successor !== null)) this.announcer.onEvent(event)
    if (event.event === 'granted') this.#settle()
  }

  #onRefused(problems: Problem[]): void {
    this.announcer.refused(problems)
    this.#settle()
  }

  /** It is known what became of this registration, one way or the other. */
  #settle(): void {
    this.#settled = true
    this.#onSettled?.()
  }
}

/** An address to connect to: the bound one, or loopback of the same family where every address was bound. IPv6 in brackets. */
function reachable(address: AddressInfo): string {
  if (address.address === '0.0.0.0') return '127.0.0.1'
  if (address.address === '::') return '[::1]'
  return address.address.includes(':') ? `[${address.address}]` : address.address
}
