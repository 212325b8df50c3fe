import { isAbsolute, join, resolve } from 'node:path'

/** The home of the daemon: told, or `SIGNALBOX_HOME`, or `/var/lib/signalbox` for root, or the user's state directory (XDG). */
export function locateHome(
  told: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  isRoot: boolean = process.geteuid?.() === 0,
): string {
  const home = told || env.SIGNALBOX_HOME
  if (home) return resolve(home)
  if (isRoot) return '/var/lib/signalbox'
  const state = env.XDG_STATE_HOME
  return join(state && isAbsolute(state) ? state : join(env.HOME ?? '/', '.local', 'state'), 'signalbox')
}

/** Where the daemon of a home listens for wishes. */
export function adminSocket(home: string): string {
  return join(home, 'admin.sock')
}
