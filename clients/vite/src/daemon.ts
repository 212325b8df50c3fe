import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from './admin.js'
import { adminSocket } from './home.js'
import type { Status } from './wire.js'

/** How long `signalbox up --detach` may take (ms). It answers when the daemon serves; a build from sources may come first. */
const START_TIMEOUT = 120_000

/** How long to look for the socket after the command has ended (ms): somebody else's daemon may be just coming up. */
const APPEAR_TIMEOUT = 5_000

/** How long the rest of what an ended command said may take to arrive (ms). */
const LAST_WORDS = 200

/** Which daemon, and how it is started. */
export interface DaemonPlace {
  home: string
  bin: string | undefined
}

/** The daemon's status; it is started when nobody answers. Rejects with an Error in words. */
export async function ensureDaemon(place: DaemonPlace): Promise<Status> {
  return (await statusOf(place.home)) ?? startDaemon(place, true)
}

/** The status, or null when nobody answers. */
export async function statusOf(home: string): Promise<Status | null> {
  try {
    return await ask<Status>(adminSocket(home), '/v1/status')
  } catch (error) {
    if (errorCode(error) === 'EACCES') throw new Error(`The daemon's socket ${adminSocket(home)} belongs to somebody else. Give a home of your own with the option home.`)
    return null
  }
}

/**
 * Runs `signalbox up --detach`. Any number of processes may do so at once: whoever loses the race finds the winner's daemon.
 * @param hold False lets this process end while the command still runs.
 */
export async function startDaemon(place: DaemonPlace, hold: boolean): Promise<Status> {
  const command = findCommand(place.bin)
  if (command === null) {
    throw new Error(
      `No daemon answers on ${adminSocket(place.home)}, and the signalbox command was not found. Put it on PATH, name it with SIGNALBOX_BIN or the option bin, ` +
        `or start it yourself: signalbox up --home ${place.home}. It is found as soon as it runs.`,
    )
  }

  const failure = await run(command, ['up', '--detach', '--home', place.home], hold)
  for (let waited = 0; ; waited += 100) {
    const status = await statusOf(place.home)
    if (status !== null) return status
    if (failure !== null || waited >= APPEAR_TIMEOUT) break
    await delay(100, undefined, { ref: hold })
  }

  throw new Error(
    `The daemon of ${place.home} could not be started, so there is no name for now; it is tried again by and by. ` +
      `“${command} up --detach --home ${place.home}” ${failure ?? 'ended, but no daemon answers'}`,
  )
}

/** The command: told, or `SIGNALBOX_BIN`, or the first on `PATH`; null when there is none. */
export function findCommand(told: string | undefined, env: NodeJS.ProcessEnv = process.env): string | null {
  const named = told || env.SIGNALBOX_BIN
  if (named) return named
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    const path = join(directory, 'signalbox')
    if (directory !== '' && isExecutable(path)) return path
  }

  return null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Null when the command ended with 0, else how it ended, with the last of what it said. */
function run(command: string, args: string[], hold: boolean): Promise<string | null> {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: START_TIMEOUT })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said = (said + part).slice(-2000)))
    if (!hold) {
      child.unref()
      ;(child.stderr as unknown as { unref(): void }).unref()
    }

    child.once('error', (error) => done(`could not be run: ${error.message}`))
    // Not 'close' alone: the daemon that is left running may have inherited the pipe, which then never closes.
    child.once('exit', (code, signal) => {
      const end = () => {
        clearTimeout(grace)
        child.stderr.destroy()
        done(code === 0 ? null : `ended with ${signal ?? code}${said.trim() ? `:\n  ${said.trim().replaceAll('\n', '\n  ')}` : ''}`)
      }
      const grace = setTimeout(end, LAST_WORDS)
      if (!hold) grace.unref()
      child.once('close', end)
    })
  })
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}
