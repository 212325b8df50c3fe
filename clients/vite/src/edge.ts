import { ask } from './admin.js'
import { adminSocket } from './home.js'
import type { Status, Why } from './wire.js'

/** How a name is reached from a browser. */
export interface Edge {
  protocol: 'https' | 'http'
  port: number
  /** True when the name is another project's at this moment. */
  foreign: boolean
}

/** What the daemon says of a name before anything is registered for it. */
export async function edgeOf(home: string, status: Status, host: string, project: string): Promise<Edge | null> {
  const why = await whyOf(home, host)
  // Names that the local authority may not sign for are served in clear.
  const secure = why?.certificate?.state !== 'unavailable'
  const protocol = secure ? 'https' : 'http'
  // A port that is waited for stands in the URL all the same.
  const port = [...status.listeners, ...(status.waiting ?? [])].find((listener) => listener.protocol === protocol)?.port
  if (port === undefined) return null
  const owner = why?.route?.owner
  return { protocol, port, foreign: owner !== undefined && !owner.startsWith(`dev/${project}@`) }
}

/** The origin as a browser writes it: without the port where it is the scheme's own. */
export function originOf(edge: Pick<Edge, 'protocol' | 'port'>, host: string): string {
  return new URL(`${edge.protocol}://${host}:${edge.port}`).origin
}

async function whyOf(home: string, host: string): Promise<Why | null> {
  try {
    return await ask<Why>(adminSocket(home), `/v1/why?url=${encodeURIComponent(`https://${host}/`)}`)
  } catch {
    // Only an explanation: without it the name is taken for free, and registering tells otherwise.
    return null
  }
}
