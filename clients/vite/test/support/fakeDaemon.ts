import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ClaimRequest, LeaseEvent, Problem, Why } from '../../src/wire.js'

/** One lease as the daemon sees it. */
export class FakeLease {
  ended = false

  constructor(
    readonly claim: ClaimRequest,
    private readonly response: ServerResponse,
  ) {}

  send(event: LeaseEvent): void {
    this.response.write(`${JSON.stringify(event)}\n`)
  }

  proved(): void {
    this.send({ event: 'proved', urls: this.claim.hosts.map((host) => `https://${host}:8443/`), revision: 7 })
  }
}

/** Speaks the admin API on a socket in a home, and remembers what it was asked. */
export class FakeDaemon {
  readonly leases: FakeLease[] = []
  readonly asked: string[] = []
  /** Proves each lease at once, unless a test wants to do that itself. */
  proving = true
  /** Answers each lease with these instead. */
  refusal: { status: number; problems: Problem[] } | null = null
  why: Why = { verdict: 'no-route' }
  httpsPort = 8443
  #server: Server | null = null
  readonly #sockets = new Set<Socket>()

  constructor(readonly home: string) {
    onTestFinished(() => this.kill())
  }

  get socket(): string {
    return join(this.home, 'admin.sock')
  }

  get held(): FakeLease[] {
    return this.leases.filter((lease) => !lease.ended)
  }

  start(): Promise<this> {
    rmSync(this.socket, { force: true })
    const server = createServer((request, response) => void this.#answer(request, response))
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined)
    })
    this.#server = server
    return new Promise((done, failed) => {
      server.once('error', failed)
      server.listen(this.socket, () => done(this))
    })
  }

  /** Ends as after kill -9: every connection is cut. */
  kill(): void {
    for (const lease of this.leases) lease.ended = true
    for (const socket of this.#sockets) socket.destroy()
    this.#server?.close()
    this.#server = null
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    this.asked.push(`${request.method} ${path.split('?')[0]}`)
    if (path === '/v1/status') return json(response, 200, this.#status())
    if (path.startsWith('/v1/why?')) return json(response, 200, this.why)
    if (path !== '/v1/leases') return json(response, 404, { problems: [] })
    const claim = JSON.parse(await body(request)) as ClaimRequest
    if (this.refusal !== null) return json(response, this.refusal.status, { problems: this.refusal.problems })
    const lease = new FakeLease(claim, response)
    response.on('close', () => (lease.ended = true))
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    lease.send({ event: 'granted', id: `sb-dev-${this.leases.length}`, urls: [] })
    this.leases.push(lease)
    if (this.proving) lease.proved()
  }

  #status() {
    const at = (port: number, protocol: string) => ['127.0.0.1', '::1'].map((address) => ({ address, port, protocol }))
    return { version: '0.0.0', home: this.home, listeners: [...at(8080, 'http'), ...at(this.httpsPort, 'https')] }
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

async function body(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += String(part)
  return text
}
