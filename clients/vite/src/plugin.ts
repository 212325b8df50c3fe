import { resolve } from 'node:path'
import type { ConfigEnv, Plugin, PreviewServer, ResolvedConfig, UserConfig, ViteDevServer } from 'vite'
import { Announcer } from './announcer.js'
import type { DaemonPlace } from './daemon.js'
import { locateHome } from './home.js'
import { checkOptions, type SignalboxOptions } from './options.js'
import { hostsOnly, makePlan, type Plan } from './plan.js'
import { Registration } from './registration.js'
import { setSocket } from './socket.js'
import { yellow } from './style.js'

/** The newest registration of each chain of restarts. Vite hands the same inline configuration on from a server to the one that replaces it. */
const lineages = new WeakMap<object, Registration>()

/** Gives dev and preview servers a stable, proved HTTPS name. */
export function signalbox(options: SignalboxOptions = {}): Plugin {
  checkOptions(options)
  const place: DaemonPlace = { home: locateHome(options.home), bin: options.bin }
  // By root: one plugin object may serve several servers.
  const plans = new Map<string, Plan>()

  const register = (server: ViteDevServer | PreviewServer, scheme: 'http' | 'https') => {
    const config = server.config
    const plan = plans.get(config.root)
    if (!plan?.names) return
    const http = server.httpServer
    if (!http) return warn(config, MIDDLEWARE_MODE)

    const former = lineages.get(config.inlineConfig)
    const announcer = new Announcer(config.logger, config.base, former?.announcer)
    const wish = { place, names: plan.names, hostHeader: options.hostHeader, take: options.take ?? false, scheme, startFailed: plan.startFailed }
    const registration = new Registration(wish, announcer)
    former?.succeededBy(registration)
    lineages.set(config.inlineConfig, registration)

    // Emitted once, for the port that was really bound: a port in use gives 'error', and Vite tries the next.
    http.once('listening', () => {
      const address = http.address()
      if (address !== null && typeof address === 'object') registration.listening(address)
    })
    http.once('close', () => registration.closed())

    const printUrls = server.printUrls
    server.printUrls = () => {
      printUrls.call(server)
      announcer.list()
    }
  }

  return {
    name: 'vite-plugin-signalbox',
    apply: 'serve',

    async config(user: UserConfig, env: ConfigEnv) {
      const root = resolve(user.root ?? process.cwd())
      plans.delete(root)
      // Vitest loads the same configuration, and has no pages to show.
      if (env.mode === 'test' && process.env.VITEST) return undefined
      const plan = user.server?.middlewareMode && !env.isPreview ? hostsOnly(options, root) : await makePlan(options, place, root)
      plans.set(root, plan)
      return additions(user, plan, options)
    },

    configResolved(config: ResolvedConfig) {
      const plan = plans.get(config.root)
      if (!plan) return
      for (const text of plan.warnings.splice(0)) warn(config, text)
      if (plan.socket !== null) setSocket(config, plan.socket.host, plan.socket.port)
    },

    configureServer(server: ViteDevServer) {
      if (server.config.server.middlewareMode && plans.has(server.config.root)) return warn(server.config, MIDDLEWARE_MODE)
      register(server, server.config.server.https ? 'https' : 'http')
    },

    configurePreviewServer(server: PreviewServer) {
      register(server, server.config.preview.https ? 'https' : 'http')
    },
  }
}

const MIDDLEWARE_MODE =
  'Vite runs as a middleware here, so the port of the server around it is not known, and no name is registered. ' +
  'Start that server with “signalbox dev -- COMMAND”, or name it with “signalbox route add HOST TARGET”.'

/** What the configuration gets, where the user has set nothing. */
function additions(user: UserConfig, plan: Plan, options: SignalboxOptions): UserConfig {
  const server: NonNullable<UserConfig['server']> = {}
  const preview: NonNullable<UserConfig['preview']> = {}
  const told = user.server?.allowedHosts
  if (told === undefined && plan.allowedHosts.length > 0) {
    // Copies: Vite adds entries of its own to the lists it is given.
    server.allowedHosts = [...plan.allowedHosts]
    // Unset, the preview server's own setting is the dev server's.
    if (user.preview?.allowedHosts === undefined) preview.allowedHosts = [...plan.allowedHosts]
  } else if (Array.isArray(told)) {
    const missing = plan.allowedHosts.filter((host) => !isAllowed(host, told))
    if (missing.length > 0) plan.warnings.push(`server.allowedHosts does not hold ${missing.join(', ')}: Vite will answer 403 there. Add what is missing, or leave the list to the plugin.`)
  }

  if (options.cors !== undefined && user.server?.cors === undefined) {
    server.cors = options.cors
    if (user.preview?.cors === undefined) preview.cors = options.cors
  }

  return { server, preview }
}

/** Vite allows everything under localhost, what is listed, and what lies under a listed name with a leading dot. */
function isAllowed(host: string, list: string[]): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || list.includes(host)) return true
  return list.some((entry) => entry.startsWith('.') && (entry.slice(1) === host || host.endsWith(entry)))
}

function warn(config: ResolvedConfig, text: string): void {
  config.logger.warn(yellow(`[signalbox] ${text}`))
}
