import { ensureDaemon, type DaemonPlace } from './daemon.js'
import { edgeOf } from './edge.js'
import { allowedHosts, canonical, firstConcrete, namesOf, type Names } from './names.js'
import type { SignalboxOptions } from './options.js'
import { isPlain, outerName } from './outer.js'
import type { Status } from './wire.js'

/** What was found out before the server exists. */
export interface Plan {
  /** The names to register; null when there is nothing to register. */
  names: Names | null
  /** Every host the server is asked for, as `allowedHosts` takes them. */
  allowedHosts: string[]
  /** Where the page's HMR client connects; null leaves Vite's own way. */
  socket: { host: string; port: number } | null
  /** True when the daemon could not be started; a warning tells why. */
  startFailed: boolean
  /** What to tell once there is a logger. */
  warnings: string[]
}

/** Finds the names, starts the daemon when it is down, and asks it for the public port. Failures become warnings: the server goes on. */
export async function makePlan(options: SignalboxOptions, place: DaemonPlace, root: string): Promise<Plan> {
  const plan: Plan = { names: null, allowedHosts: [], socket: null, startFailed: false, warnings: [] }
  const outer = outerName()
  if (outer !== null) plan.allowedHosts.push(outer.host)
  let names: Names
  try {
    names = namesOf(options, root)
  } catch (error) {
    plan.warnings.push((error as Error).message)
    return plan
  }

  // Under `signalbox dev` that command holds its name, and would see it taken if the plugin claimed it as well. Names that the options ask for
  // beside that one are the plugin's own.
  const own = outer !== null && isPlain(options) ? [] : names.domains.filter((domain) => canonical(domain) !== outer?.host)
  plan.allowedHosts.push(...allowedHosts(own))
  if (own.length > 0) plan.names = { ...names, domains: own }
  if (outer !== null && own.length < names.domains.length) {
    if (outer.protocol === 'https') plan.socket = { host: outer.host, port: outer.port }
  } else {
    await askDaemon(plan, place, names, options.take ?? false)
  }

  return plan
}

/** The same without a daemon: for servers whose port is not ours to know. */
export function hostsOnly(options: SignalboxOptions, root: string): Plan {
  try {
    return { names: null, allowedHosts: allowedHosts(namesOf(options, root).domains), socket: null, startFailed: false, warnings: [] }
  } catch (error) {
    return { names: null, allowedHosts: [], socket: null, startFailed: false, warnings: [(error as Error).message] }
  }
}

async function askDaemon(plan: Plan, place: DaemonPlace, names: Names, take: boolean): Promise<void> {
  let status: Status
  try {
    status = await ensureDaemon(place)
  } catch (error) {
    plan.startFailed = true
    plan.warnings.push((error as Error).message)
    return
  }

  const host = firstConcrete(names.domains)
  const edge = host === undefined ? null : await edgeOf(place.home, status, host, names.project)
  // A name that is somebody else's, and stays so, leads to another server: HMR would go there too.
  const ours = edge !== null && (take || !edge.foreign)
  if (host !== undefined && ours && edge.protocol === 'https') plan.socket = { host, port: edge.port }
}
