import type { CorsOptions } from 'vite'

/** Public wildcard domains whose every name resolves to 127.0.0.1, and the base domain each stands for. */
const LOOPBACK_BASES = {
  'localtest.me': 'localtest.me',
  'lvh.me': 'lvh.me',
  'nip.io': '127.0.0.1.nip.io',
} as const

/** A public wildcard domain that resolves to the loopback address. */
export type LoopbackDomain = keyof typeof LOOPBACK_BASES

/** What `signalbox()` takes. Everything is optional. */
export interface SignalboxOptions {
  /** The whole name or names, kept as given. Default: `<repo>.<branch>[.<instanceLabel>].<baseDomain>`. */
  domain?: string | string[]
  /** What the generated name ends in. Default `localhost`. */
  baseDomain?: string
  /** A public wildcard domain for loopback, in place of `baseDomain`: for clients that do not resolve `*.localhost` by themselves. */
  loopbackDomain?: LoopbackDomain
  /** Tells two servers of one repository and branch apart. */
  instanceLabel?: string
  /** The first part of the generated name. Default: the name of the main worktree's directory, or of the directory where there is no git. */
  repo?: string
  /** The second part of the generated name; an empty string leaves it out. Default: the branch, or the first 7 digits of a detached commit. */
  branch?: string
  /** The home of the daemon to register with. Default: `SIGNALBOX_HOME`, else `/var/lib/signalbox` for root, else the user's state directory. */
  home?: string
  /** The `signalbox` command that starts the daemon. Default: `SIGNALBOX_BIN`, else the one on `PATH`. */
  bin?: string
  /** Takes the name from whoever holds it. Default false. */
  take?: boolean
  /** Given to Vite as `server.cors` and `preview.cors` where these are not set. */
  cors?: boolean | CorsOptions
  /** The Host header the dev server is to see. Default: the name that the browser asked for. */
  hostHeader?: string
}

const KNOWN = ['domain', 'baseDomain', 'loopbackDomain', 'instanceLabel', 'repo', 'branch', 'home', 'bin', 'take', 'cors', 'hostHeader']

/** Throws one TypeError that lists everything wrong with the options. */
export function checkOptions(options: SignalboxOptions): void {
  const wrong: string[] = []
  for (const key of Object.keys(options)) if (!KNOWN.includes(key)) wrong.push(`“${key}” is no option; the options are ${KNOWN.join(', ')}`)
  for (const key of ['baseDomain', 'loopbackDomain', 'instanceLabel', 'repo', 'branch', 'home', 'bin', 'hostHeader'] as const) {
    const value: unknown = options[key]
    if (value !== undefined && typeof value !== 'string') wrong.push(`${key} is to be a string`)
  }

  const domains: unknown[] = options.domain === undefined ? [] : [options.domain].flat()
  if (options.domain !== undefined && (domains.length === 0 || !domains.every((domain) => typeof domain === 'string' && domain.trim() !== ''))) {
    wrong.push('domain is to be a host name or a list of at least one host name')
  }

  if (options.take !== undefined && typeof options.take !== 'boolean') wrong.push('take is to be true or false')
  if (typeof options.loopbackDomain === 'string' && !Object.hasOwn(LOOPBACK_BASES, options.loopbackDomain)) {
    wrong.push(`loopbackDomain is to be one of ${Object.keys(LOOPBACK_BASES).join(', ')}; give any other one as baseDomain`)
  }

  if (options.loopbackDomain !== undefined && options.baseDomain !== undefined) wrong.push('baseDomain and loopbackDomain exclude each other')
  if (wrong.length > 0) throw new TypeError(`vite-plugin-signalbox: ${wrong.join('; ')}.`)
}

/** What a generated name ends in. */
export function baseOf(options: SignalboxOptions): string {
  return options.loopbackDomain ? LOOPBACK_BASES[options.loopbackDomain] : (options.baseDomain ?? 'localhost')
}
