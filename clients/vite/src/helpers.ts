import { ensureDaemon } from './daemon.js'
import { edgeOf, originOf } from './edge.js'
import { locateHome } from './home.js'
import { canonical, firstConcrete, namesOf } from './names.js'
import { checkOptions, type SignalboxOptions } from './options.js'
import { isPlain, outerName } from './outer.js'

/** The names a server in the directory gets: what `signalbox(options)` registers. */
export function resolveDomains(options: SignalboxOptions = {}, root: string = process.cwd()): string[] {
  checkOptions(options)
  return namesOf(options, root).domains
}

/**
 * The URL of the first name that is no wildcard, as a browser uses it: for a base URL in tests, an OAuth callback and the like.
 * The port is asked of the daemon, which is started when it is down. Rejects with an Error that says what to do.
 */
export async function resolveUrl(options: SignalboxOptions = {}, root: string = process.cwd()): Promise<string> {
  checkOptions(options)
  const outer = outerName()
  if (outer !== null && isPlain(options)) return originOf(outer, outer.host)
  const { domains, project } = namesOf(options, root)
  const host = firstConcrete(domains)
  if (host === undefined) throw new Error(`“${domains.join(', ')}” is no name that a page can be asked for. Give one without a wildcard.`)
  if (outer?.host === canonical(host)) return originOf(outer, host)
  const home = locateHome(options.home)
  const edge = await edgeOf(home, await ensureDaemon({ home, bin: options.bin }), host, project)
  if (edge === null) throw new Error(`The daemon of ${home} listens on no port for web pages. See “signalbox status --home ${home}”.`)
  return originOf(edge, host)
}
