import type { ResolvedConfig } from 'vite'

/** What of Vite's WebSocket options is set here. */
interface SocketOptions {
  protocol?: string
  host?: string
  port?: number
  clientPort?: number
  server?: unknown
}

/**
 * Lets the page's HMR client come over the public name, where the user set none of it. A WebSocket server apart (a port or server of its
 * own) is left alone: the name does not lead there. Newer versions of Vite keep these options in `server.ws`, older ones in `server.hmr`.
 */
export function setSocket(config: ResolvedConfig, host: string, port: number): void {
  const server = config.server as unknown as { ws?: unknown; hmr?: unknown }
  if (server.hmr === false || server.ws === false) return
  const newer = isObject(server.ws)
  const own: SocketOptions = newer ? (server.ws as SocketOptions) : isObject(server.hmr) ? { ...server.hmr } : {}
  if (own.port !== undefined || own.server !== undefined) return
  own.protocol ??= 'wss'
  own.host ??= host
  own.clientPort ??= port
  if (!newer) server.hmr = own
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
