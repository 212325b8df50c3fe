export { signalbox, signalbox as default } from './plugin.js'
export { resolveDomains, resolveUrl } from './helpers.js'
export type { LoopbackDomain, SignalboxOptions } from './options.js'
