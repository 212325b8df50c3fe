import type { SignalboxOptions } from './options.js'

/** The name that `signalbox dev` already holds for the command this process belongs to. */
export interface Outer {
  host: string
  protocol: 'https' | 'http'
  port: number
}

/** Read from `SIGNALBOX_URL`; null where there is none or it is no URL. */
export function outerName(env: NodeJS.ProcessEnv = process.env): Outer | null {
  const match = env.SIGNALBOX_URL?.match(/^(https?):\/\/([^/:]+)(?::(\d+))?(?:\/|$)/)
  if (!match) return null
  const protocol = match[1] as 'https' | 'http'
  return { host: match[2]!.toLowerCase(), protocol, port: match[3] ? Number(match[3]) : protocol === 'https' ? 443 : 80 }
}

/** True when nothing was said of the name: then the one that `signalbox dev` was told or made is the name. */
export function isPlain(options: SignalboxOptions): boolean {
  return [options.domain, options.instanceLabel, options.repo, options.branch].every((option) => option === undefined)
}
