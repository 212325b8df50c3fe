import { baseOf, type SignalboxOptions } from './options.js'
import { devHost } from './naming.js'
import { findProject } from './project.js'

/** Where a server belongs and what it is called. */
export interface Names {
  /** Servers of one project never refuse each other a name. */
  project: string
  /** As asked for; at least one. */
  domains: string[]
}

/** The names for a server that serves the given directory. Throws an Error in words where no name can be made. */
export function namesOf(options: SignalboxOptions, root: string): Names {
  const project = findProject(root)
  if (options.domain !== undefined) return { project: project.root, domains: [options.domain].flat() }
  const host = devHost(options.repo ?? project.repo, options.branch ?? project.branch, options.instanceLabel ?? null, baseOf(options))
  return { project: project.root, domains: [host] }
}

/** A domain as a browser's Host header has it: lower case, A-labels, no port, no trailing dot. */
export function canonical(domain: string): string {
  const wildcard = domain.startsWith('*.')
  const plain = (wildcard ? domain.slice(2) : domain).trim().replace(/\.$/, '')
  return (wildcard ? '*.' : '') + (asUrl(plain)?.hostname ?? plain.toLowerCase())
}

/** The first name that is no wildcard, which one page can be asked for. */
export function firstConcrete(domains: string[]): string | undefined {
  return domains.map(canonical).find((domain) => !domain.startsWith('*.'))
}

/** Domains as Vite's `allowedHosts` takes them: a leading dot stands for every name below. */
export function allowedHosts(domains: string[]): string[] {
  return domains.map(canonical).map((domain) => (domain.startsWith('*.') ? domain.slice(1) : domain))
}

function asUrl(host: string): URL | null {
  try {
    return new URL(`http://${host}`)
  } catch {
    return null
  }
}
