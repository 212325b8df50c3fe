import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import signalbox, { resolveUrl } from '../src/index.js'
import { eventually } from './support/eventually.js'
import { fakeCommand } from './support/fakeCommand.js'
import { FakeDaemon } from './support/fakeDaemon.js'
import { site, temporary, write } from './support/places.js'
import { inline, listening, Log, portOf, previewing, takenPort, vites } from './support/vites.js'

const vite = vites[0]!.vite
const running = () => new FakeDaemon(temporary()).start()
const URL_LINE = '  ➜  Signalbox: https://shop.main.localhost:8443/  proved'

describe.each(vites)('$name', ({ vite }) => {
  test('a dev server is registered where it really listens, and printed once it is proved', async () => {
    const daemon = await running()
    daemon.proving = false
    const log = new Log()
    const root = site()
    const taken = await takenPort()
    const server = await listening(vite, inline(root, signalbox({ home: daemon.home }), log, { server: { port: taken } }))
    const port = portOf(server)
    expect(port).not.toBe(taken)
    const lease = await eventually(() => daemon.held[0])
    expect(lease.claim).toMatchObject({ hosts: ['shop.main.localhost'], backends: [`http://127.0.0.1:${port}`], project: root, take: false })
    expect(lease.claim.holder).toMatch(/^[0-9a-f-]{36}$/)

    server.printUrls()
    expect(log.text).toContain(`http://127.0.0.1:${port}/`)
    expect(log.text).not.toContain('Signalbox')
    lease.proved()
    await eventually(() => log.lines.includes(URL_LINE))
    server.printUrls()
    expect(log.lines.filter((line) => line === URL_LINE)).toHaveLength(2)

    await server.close()
    await eventually(() => lease.ended)
  })

  test('a preview server has a name just so', async () => {
    const daemon = await running()
    const log = new Log()
    const server = await previewing(vite, inline(site(), signalbox({ home: daemon.home, instanceLabel: 'built' }), log))
    const lease = await eventually(() => daemon.held[0])
    expect(lease.claim).toMatchObject({ hosts: ['shop.main.built.localhost'], backends: [`http://127.0.0.1:${portOf(server)}`] })
    server.printUrls()
    await eventually(() => log.text.includes('https://shop.main.built.localhost:8443/  proved'))
  })

  test('a restart keeps the name all the time and leaves one lease', async () => {
    const daemon = await running()
    const log = new Log()
    const server = await listening(vite, inline(site(), signalbox({ home: daemon.home }), log))
    const port = portOf(server)
    const first = await eventually(() => daemon.held[0])
    let gone = false
    const watched = first.claim.hosts[0]
    await server.restart()
    await eventually(() => {
      gone ||= !daemon.held.some((lease) => lease.claim.hosts[0] === watched)
      return first.ended
    })
    expect(gone).toBe(false)
    expect(daemon.leases).toHaveLength(2)
    expect(daemon.held).toHaveLength(1)
    expect(daemon.held[0]!.claim.holder).not.toBe(first.claim.holder)
    expect(daemon.held[0]!.claim.backends).toEqual([`http://127.0.0.1:${portOf(server)}`])
    expect(portOf(server)).toBe(port)
    await server.close()
    await eventually(() => daemon.held.length === 0)
  })

  test('a server in middleware mode is told why it has no name', async () => {
    const daemon = await running()
    const log = new Log()
    const server = await vite.createServer(inline(site(), signalbox({ home: daemon.home, domain: 'a.test' }), log, { server: { middlewareMode: true, hmr: false } }))
    onTestFinished(() => server.close())
    expect(server.config.server.allowedHosts).toContain('a.test')
    expect(log.lines.filter((line) => line.includes('signalbox dev --'))).toHaveLength(1)
    expect(daemon.asked).toEqual([])
  })
})

test('two servers of one process with two homes do not touch each other', async () => {
  const [one, two] = [await running(), await running()]
  two.httpsPort = 9443
  const [left, right] = [site('left'), site('right')]
  const a = await listening(vite, inline(left, signalbox({ home: one.home }), new Log()))
  const b = await listening(vite, inline(right, signalbox({ home: two.home }), new Log()))
  await eventually(() => one.held.length === 1 && two.held.length === 1)
  expect(one.held[0]!.claim).toMatchObject({ hosts: ['left.main.localhost'], backends: [`http://127.0.0.1:${portOf(a)}`], project: left })
  expect(two.held[0]!.claim).toMatchObject({ hosts: ['right.main.localhost'], backends: [`http://127.0.0.1:${portOf(b)}`], project: right })
  expect(await socketOf(a)).toEqual({ host: 'left.main.localhost', port: '8443' })
  expect(await socketOf(b)).toEqual({ host: 'right.main.localhost', port: '9443' })

  await a.close()
  await eventually(() => one.held.length === 0)
  expect(two.held).toHaveLength(1)
  one.kill()
  await b.restart()
  await eventually(() => two.leases.length === 2 && two.held.length === 1)
  expect(one.leases).toHaveLength(1)
})

test('one plugin object in two servers gives each its own name', async () => {
  const daemon = await running()
  const plugin = signalbox({ home: daemon.home })
  await listening(vite, inline(site('left'), plugin, new Log()))
  await listening(vite, inline(site('right'), plugin, new Log()))
  await eventually(() => daemon.held.length === 2)
  expect(daemon.held.map((lease) => lease.claim.hosts[0]).sort()).toEqual(['left.main.localhost', 'right.main.localhost'])
})

test('two servers that want one port are registered with the two they got', async () => {
  const daemon = await running()
  const port = await takenPort()
  const a = await listening(vite, inline(site('left'), signalbox({ home: daemon.home }), new Log(), { server: { port } }))
  const b = await listening(vite, inline(site('right'), signalbox({ home: daemon.home }), new Log(), { server: { port } }))
  await eventually(() => daemon.held.length === 2)
  expect(portOf(a)).not.toBe(portOf(b))
  expect(daemon.held.flatMap((lease) => lease.claim.backends)).toEqual([portOf(a), portOf(b)].map((bound) => `http://127.0.0.1:${bound}`))
})

test('a daemon that is down is started with the plugin’s home', async () => {
  const daemon = new FakeDaemon(temporary())
  const { bin, runs } = await fakeCommand(daemon)
  const log = new Log()
  const server = await listening(vite, inline(site(), signalbox({ home: daemon.home, bin }), log))
  await eventually(() => daemon.held.length === 1)
  expect(runs).toEqual([['up', '--detach', '--home', daemon.home]])
  expect(await socketOf(server)).toEqual({ host: 'shop.main.localhost', port: '8443' })
})

test('a lost daemon is started again, and the same holder comes back', async () => {
  const daemon = await running()
  const { bin, runs } = await fakeCommand(daemon)
  await listening(vite, inline(site(), signalbox({ home: daemon.home, bin }), new Log()))
  const first = await eventually(() => daemon.held[0])
  daemon.kill()
  const second = await eventually(() => daemon.held[0])
  expect(runs).toHaveLength(1)
  expect(second.claim).toEqual(first.claim)
})

test('a daemon that was told to end is waited for and not started', async () => {
  const daemon = await running()
  const { bin, runs } = await fakeCommand(daemon)
  const log = new Log()
  await listening(vite, inline(site(), signalbox({ home: daemon.home, bin }), log))
  const first = await eventually(() => daemon.held[0])
  first.send({ event: 'shutdown' })
  await eventually(() => log.text.includes('told to end'))
  daemon.kill()
  await daemon.start()
  await eventually(() => daemon.held.length === 1)
  expect(runs).toEqual([])
  await eventually(() => log.text.includes('is back'))
})

test('without the command the server goes on, says what to do, and finds the daemon when it comes', async () => {
  vi.stubEnv('PATH', '/nowhere')
  vi.stubEnv('SIGNALBOX_BIN', undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
  const daemon = new FakeDaemon(temporary())
  const log = new Log()
  const server = await listening(vite, inline(site(), signalbox({ home: daemon.home }), log))
  expect(await socketOf(server)).toEqual({ host: undefined, port: undefined })
  expect(log.text).toContain(`signalbox up --home ${daemon.home}`)
  await daemon.start()
  await eventually(() => daemon.held.length === 1)
})

test('a command that fails is told once, with its own words, and not run again at once', async () => {
  const home = temporary()
  const runs = join(home, 'runs')
  const bin = write(join(home, 'signalbox'), `#!/bin/sh\necho x >> ${runs}\necho "Port 443 is held by process $$." >&2\nexit 1\n`, 0o755)
  const log = new Log()
  const server = await listening(vite, inline(site(), signalbox({ home, bin }), log))
  expect(log.text).toContain(`“${bin} up --detach --home ${home}” ended with 1:\n  Port 443 is held by process`)
  expect(await socketOf(server)).toEqual({ host: undefined, port: undefined })
  // Found by its socket as soon as somebody else has started it, with no further run.
  const daemon = await new FakeDaemon(home).start()
  await eventually(() => daemon.held.length === 1)
  expect(readFileSync(runs, 'utf8')).toBe('x\n')
  expect(log.lines.filter((line) => line.includes('could not be started'))).toHaveLength(1)
})

test('a name that somebody else holds is refused with the ways out, and never asked for again', async () => {
  const daemon = await running()
  const problem = { type: 'host-in-use', side: 'request', subject: 'shop.main.localhost', text: 'The name is held by /other since 10:00.' }
  daemon.refusal = { status: 409, problems: [problem] }
  daemon.why = { verdict: 'live', route: { owner: 'dev//other@shop.main.localhost#1', state: 'live' } }
  const log = new Log()
  const server = await listening(vite, inline(site(), signalbox({ home: daemon.home }), log))
  await eventually(() => log.text.includes('held by /other'))
  expect(log.text).toContain('instanceLabel')
  expect(log.text).toContain('take: true')
  expect(await socketOf(server)).toEqual({ host: undefined, port: undefined })
  expect(daemon.asked.filter((asked) => asked === 'POST /v1/leases')).toHaveLength(1)
})

test('an error of the daemon’s own is told once and tried again', async () => {
  const daemon = await running()
  daemon.refusal = { status: 507, problems: [{ type: 'store-full', side: 'system', subject: '', text: 'The disk is full.' }] }
  const log = new Log()
  await listening(vite, inline(site(), signalbox({ home: daemon.home }), log))
  await eventually(() => daemon.asked.filter((asked) => asked === 'POST /v1/leases').length > 2)
  expect(log.lines.filter((line) => line.includes('The disk is full.'))).toHaveLength(1)
  daemon.refusal = null
  await eventually(() => daemon.held.length === 1)
})

test('a socket that a dead daemon left behind does not hold anything up', async () => {
  const daemon = new FakeDaemon(temporary())
  const { bin, runs } = await fakeCommand(daemon)
  write(daemon.socket, '')
  await listening(vite, inline(site(), signalbox({ home: daemon.home, bin }), new Log()))
  await eventually(() => daemon.held.length === 1)
  expect(runs).toHaveLength(1)
})

test('take and hostHeader are handed on', async () => {
  const daemon = await running()
  await listening(vite, inline(site(), signalbox({ home: daemon.home, take: true, hostHeader: 'localhost' }), new Log()))
  const lease = await eventually(() => daemon.held[0])
  expect(lease.claim).toMatchObject({ take: true, hostHeader: 'localhost' })
})

test('what becomes of the name is told', async () => {
  const daemon = await running()
  const log = new Log()
  await listening(vite, inline(site(), signalbox({ home: daemon.home }), log))
  const lease = await eventually(() => daemon.held[0])
  lease.send({ event: 'displaced', problem: { type: 'host-in-use', side: 'request', subject: '', text: 'Taken by /b.', advice: 'Use a label.' } })
  await eventually(() => log.text.includes('Taken by /b. Use a label. For a name of its own: signalbox({ instanceLabel:'))
  lease.send({ event: 'restored' })
  lease.proved()
  await eventually(() => log.text.includes('https://shop.main.localhost:8443/ is back.'))
})

test('the address is the bound one, also for IPv6 and for all addresses', async () => {
  const daemon = await running()
  for (const [host, expected] of [['::1', '[::1]'], ['0.0.0.0', '127.0.0.1'], ['::', '[::1]']] as const) {
    const server = await listening(vite, inline(site(), signalbox({ home: daemon.home, instanceLabel: 'x' }), new Log(), { server: { host } }))
    await eventually(() => daemon.held.some((lease) => lease.claim.backends[0] === `http://${expected}:${portOf(server)}`))
  }
})

test('a dev server with TLS of its own is registered as https', async () => {
  const daemon = await running()
  const server = await listening(vite, inline(site(), signalbox({ home: daemon.home }), new Log(), { server: { https: {} } }))
  await eventually(() => daemon.held[0]?.claim.backends[0] === `https://127.0.0.1:${portOf(server)}`)
})

test.each(['shop.main.localhost', 'told.localhost'])('under signalbox dev the name %s is left to that command', async (host) => {
  vi.stubEnv('SIGNALBOX_URL', `https://${host}:7443/`)
  onTestFinished(() => void vi.unstubAllEnvs())
  const daemon = await running()
  const server = await listening(vite, inline(site(), signalbox({ home: daemon.home }), new Log()))
  expect(await socketOf(server)).toEqual({ host, port: '7443' })
  expect(await resolveUrl({ home: daemon.home }, server.config.root)).toBe(`https://${host}:7443`)
  expect(daemon.asked).toEqual([])
})

test('under signalbox dev a name that the options ask for is registered beside it', async () => {
  vi.stubEnv('SIGNALBOX_URL', 'https://shop.main.localhost:7443/')
  onTestFinished(() => void vi.unstubAllEnvs())
  const daemon = await running()
  const server = await listening(vite, inline(site(), signalbox({ home: daemon.home, instanceLabel: 'two' }), new Log()))
  await eventually(() => daemon.held.length === 1)
  expect(daemon.held[0]!.claim).toMatchObject({ hosts: ['shop.main.two.localhost'], backends: [`http://127.0.0.1:${portOf(server)}`] })
  expect(await socketOf(server)).toEqual({ host: 'shop.main.two.localhost', port: '8443' })
})

test('the base path is part of the printed URL', async () => {
  const daemon = await running()
  const log = new Log()
  const server = await listening(vite, inline(site(), signalbox({ home: daemon.home }), log, { base: '/app/' }))
  server.printUrls()
  await eventually(() => log.text.includes('https://shop.main.localhost:8443/app/  proved'))
})

test('a directory that no name can be made of is told, and the server goes on', async () => {
  const daemon = await running()
  const log = new Log()
  const server = await listening(vite, inline(site('日本語'), signalbox({ home: daemon.home }), log))
  expect(log.text).toContain('option repo')
  expect(await socketOf(server)).toEqual({ host: undefined, port: undefined })
  expect(daemon.leases).toEqual([])
})

/** Where the page's HMR client connects, as it is written in the client's source; nothing where Vite's own way is left. */
async function socketOf(server: { httpServer: { address(): unknown } | null }): Promise<{ host: string | undefined; port: string | undefined }> {
  const text = await textOf(portOf(server), '/@vite/client')
  return { host: text.match(/socketHost = `\$\{"([^"]+)"/)?.[1], port: text.match(/hmrPort = (\d+)/)?.[1] }
}

function textOf(port: number, path: string): Promise<string> {
  return new Promise((done, failed) => {
    get({ port, host: '127.0.0.1', path }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => done(text))
    }).on('error', failed)
  })
}
