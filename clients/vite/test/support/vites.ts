import * as vite8 from 'vite'
import { createServer as plainServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { InlineConfig, Logger, PluginOption, PreviewServer, ViteDevServer } from 'vite'

/** What the tests use of a version of Vite. */
export type Vite = Pick<typeof vite8, 'createServer' | 'preview' | 'resolveConfig' | 'version'>

/** Every major version that the plugin is for. */
export const vites: { name: string; vite: Vite }[] = [
  { name: 'vite 8', vite: vite8 },
  { name: 'vite 7', vite: (await import('vite7')) as unknown as Vite },
  { name: 'vite 6', vite: (await import('vite6')) as unknown as Vite },
  { name: 'vite 5', vite: (await import('vite5')) as unknown as Vite },
]

/** A logger that keeps what it is told, without colours. */
export class Log implements Logger {
  readonly lines: string[] = []
  hasWarned = false
  info = (text: string) => void this.lines.push(plain(text))
  warn = (text: string) => void this.lines.push(`warn: ${plain(text)}`)
  warnOnce = this.warn
  error = (text: string) => void this.lines.push(`error: ${plain(text)}`)
  clearScreen = () => undefined
  hasErrorLogged = () => false

  get text(): string {
    return this.lines.join('\n')
  }
}

/** What every server of the tests has: no config file, no search for dependencies, no watching. */
export function inline(root: string, plugin: PluginOption, log: Log, more: InlineConfig = {}): InlineConfig {
  return {
    root,
    configFile: false,
    plugins: [plugin],
    customLogger: log,
    optimizeDeps: { noDiscovery: true },
    ...more,
    server: { host: '127.0.0.1', watch: null, ...more.server },
  }
}

/** A dev server that listens on a port of its own. */
export async function listening(vite: Vite, config: InlineConfig): Promise<ViteDevServer> {
  const server = await vite.createServer({ ...config, server: { port: await takenPort(), ...config.server } })
  onTestFinished(() => server.close())
  return server.listen()
}

export async function previewing(vite: Vite, config: InlineConfig): Promise<PreviewServer> {
  const server = await vite.preview({ ...config, preview: { host: '127.0.0.1', port: await takenPort(), ...config.preview } })
  onTestFinished(() => new Promise<void>((done) => void server.httpServer.close(() => done())))
  return server
}

export function portOf(server: { httpServer: { address(): unknown } | null }): number {
  return (server.httpServer!.address() as AddressInfo).port
}

/** A port that is in use until the test ends, so that a server that is to have it takes a later one. */
export function takenPort(): Promise<number> {
  return new Promise((done) => {
    const server = plainServer()
    onTestFinished(() => void server.close())
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port))
  })
}

const plain = (text: string) => text.replace(/\x1b\[\d+m/g, '')
