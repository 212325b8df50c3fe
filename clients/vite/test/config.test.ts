import type { InlineConfig, ResolvedConfig } from 'vite'
import { describe, expect, test } from 'vitest'
import signalbox, { type SignalboxOptions } from '../src/index.js'
import { FakeDaemon } from './support/fakeDaemon.js'
import { site, temporary } from './support/places.js'
import { inline, Log, vites, type Vite } from './support/vites.js'

interface Found {
  config: ResolvedConfig
  log: Log
  daemon: FakeDaemon
}

async function resolved(vite: Vite, options: SignalboxOptions, more: InlineConfig = {}, prepare: (daemon: FakeDaemon) => void = () => undefined): Promise<Found> {
  const daemon = await new FakeDaemon(temporary()).start()
  prepare(daemon)
  const log = new Log()
  const config = await vite.resolveConfig(inline(site(), signalbox({ home: daemon.home, ...options }), log, more), 'serve', 'development')
  return { config, log, daemon }
}

/** The options of the page's WebSocket, wherever this version keeps them. */
function socketOf(config: ResolvedConfig): Record<string, unknown> {
  const server = config.server as unknown as { ws?: unknown; hmr?: unknown }
  const at = typeof server.ws === 'object' && server.ws !== null ? server.ws : server.hmr
  return (typeof at === 'object' ? at : {}) as Record<string, unknown>
}

/** Less the addresses that some versions add to the list themselves. */
const hosts = (list: string[] | true | undefined) => (list === true ? list : list?.filter((host) => host !== '127.0.0.1'))

describe.each(vites)('$name', ({ vite }) => {
  test('HMR goes over the public name and the daemon’s own port', async () => {
    const { config } = await resolved(vite, {}, {}, (daemon) => (daemon.httpsPort = 9443))
    expect(socketOf(config)).toMatchObject({ protocol: 'wss', host: 'shop.main.localhost', clientPort: 9443 })
  })

  test('what the user says of HMR stays, and the rest is added', async () => {
    const { config } = await resolved(vite, {}, { server: { hmr: { overlay: false, clientPort: 1234 } } })
    expect(socketOf(config)).toMatchObject({ protocol: 'wss', host: 'shop.main.localhost', clientPort: 1234 })
    expect(config.server.hmr).toMatchObject({ overlay: false })
  })

  test('HMR that is switched off stays off', async () => {
    expect((await resolved(vite, {}, { server: { hmr: false } })).config.server.hmr).toBe(false)
  })

  test('HMR on a port of its own is left alone', async () => {
    const { config } = await resolved(vite, {}, { server: { hmr: { port: 24_999 } } })
    expect(socketOf(config)).not.toHaveProperty('protocol', 'wss')
  })

  test('HMR stays Vite’s own where the name is another project’s', async () => {
    const { config } = await resolved(vite, {}, {}, (daemon) => {
      daemon.why = { verdict: 'live', route: { owner: 'dev//elsewhere@shop.main.localhost#1', state: 'live' } }
    })
    expect(socketOf(config)).not.toHaveProperty('protocol', 'wss')
  })

  test('HMR stays Vite’s own where no certificate can be had', async () => {
    const { config } = await resolved(vite, { loopbackDomain: 'lvh.me' }, {}, (daemon) => {
      daemon.why = { verdict: 'no-route', certificate: { state: 'unavailable' } }
    })
    expect(socketOf(config)).not.toHaveProperty('protocol', 'wss')
  })

  test('the names are allowed for dev and preview', async () => {
    const { config } = await resolved(vite, { domain: ['App.Example.test', '*.tenants.example.test'] })
    expect(hosts(config.server.allowedHosts)).toEqual(['app.example.test', '.tenants.example.test'])
    expect(hosts(config.preview.allowedHosts)).toEqual(['app.example.test', '.tenants.example.test'])
  })

  test('allowed hosts that the user has set stay as they are', async () => {
    const { config, log } = await resolved(vite, { domain: 'app.example.test' }, { server: { allowedHosts: ['mine.example'] } })
    expect(hosts(config.server.allowedHosts)).toEqual(['mine.example'])
    expect(hosts(config.preview.allowedHosts)).toEqual(['mine.example'])
    expect(log.text).toContain('app.example.test')
    expect((await resolved(vite, {}, { server: { allowedHosts: true } })).config.server.allowedHosts).toBe(true)
  })

  test('cors is handed on, unless the user has set it', async () => {
    expect((await resolved(vite, { cors: { origin: 'https://a.test' } })).config.server.cors).toEqual({ origin: 'https://a.test' })
    expect((await resolved(vite, { cors: true }, { server: { cors: false } })).config.server.cors).toBe(false)
  })

  test('a build asks nobody and changes nothing', async () => {
    const daemon = await new FakeDaemon(temporary()).start()
    await vite.resolveConfig(inline(site(), signalbox({ home: daemon.home }), new Log()), 'build', 'production')
    expect(daemon.asked).toEqual([])
  })
})

test('nothing of it leads to a warning of Vite’s own', async () => {
  const { log } = await resolved(vites[0]!.vite, {})
  expect(log.lines).toEqual([])
})

test('wrong options are told all at once', () => {
  const options = { baseDomian: 'x', loopbackDomain: 'example.com', take: 'yes', domain: [] } as unknown as SignalboxOptions
  expect(() => signalbox(options)).toThrow(/baseDomian.*domain is to be.*take is to be.*loopbackDomain is to be/s)
})
