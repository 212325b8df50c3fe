import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { eventually } from './support/eventually.js'
import { FakeDaemon } from './support/fakeDaemon.js'
import { site, temporary, write } from './support/places.js'

/** The package's own directory. */
const home = fileURLToPath(new URL('..', import.meta.url))

beforeAll(() => void execFileSync(process.execPath, [join(home, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { cwd: home, stdio: 'inherit' }))

/** A site with the built package installed as npm does, and a config file that uses it. */
function project(daemon: FakeDaemon): string {
  const root = site()
  const modules = join(root, 'node_modules')
  mkdirSync(join(modules, 'vite-plugin-signalbox'), { recursive: true })
  cpSync(join(home, 'package.json'), join(modules, 'vite-plugin-signalbox/package.json'))
  cpSync(join(home, 'dist'), join(modules, 'vite-plugin-signalbox/dist'), { recursive: true })
  symlinkSync(join(home, 'node_modules/vite'), join(modules, 'vite'))
  write(join(root, 'package.json'), '{ "type": "module" }\n')
  write(
    join(root, 'vite.config.js'),
    `import signalbox from 'vite-plugin-signalbox'
export default { plugins: [signalbox({ home: ${JSON.stringify(daemon.home)} })], server: { host: '127.0.0.1' }, optimizeDeps: { noDiscovery: true } }
`,
  )
  return root
}

/** A process of its own; what it prints is collected. */
function started(root: string, args: string[]): { child: ChildProcess; said: () => string; code: Promise<number | null> } {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, VITEST: undefined, NO_COLOR: '1' } })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => (text += part))
  return { child, said: () => text, code: new Promise((done) => child.once('exit', done)) }
}

const cli = ['node_modules/vite/bin/vite.js']

test('vite’s own command prints the proved name among its URLs', async () => {
  const daemon = await new FakeDaemon(temporary()).start()
  const { said } = started(project(daemon), cli)
  await eventually(() => said().includes('  ➜  Signalbox: https://shop.main.localhost:8443/  proved'))
  expect(said()).toMatch(/Local: .*\n[^]*Signalbox: /)
})

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('%s ends the lease and has its usual effect', async (signal) => {
  const daemon = await new FakeDaemon(temporary()).start()
  const { child } = started(project(daemon), cli)
  const lease = await eventually(() => daemon.held[0])
  child.kill(signal)
  await eventually(() => lease.ended)
  await eventually(() => child.exitCode !== null || child.signalCode !== null)
})

test('an edited config file keeps the name all the time and leaves one lease', async () => {
  const daemon = await new FakeDaemon(temporary()).start()
  const root = project(daemon)
  const { said } = started(root, cli)
  const first = await eventually(() => daemon.held[0])
  let gone = false
  // A file's time is what the watcher looks at; each try sets a later one, because the watcher may not be there yet.
  let time = Date.now() / 1000
  await eventually(() => {
    utimesSync(join(root, 'vite.config.js'), ++time, time)
    gone ||= daemon.held.length === 0
    return first.ended
  })
  await eventually(() => said().includes('server restarted'))
  expect(gone).toBe(false)
  await eventually(() => daemon.held.length === 1)
})

test.each(['an open lease', 'a lost daemon'])('%s keeps no process alive', async (what) => {
  const daemon = await new FakeDaemon(temporary()).start()
  const root = project(daemon)
  // Leaves the lease as it is, and lets go of everything else that Vite keeps.
  write(
    join(root, 'run.js'),
    `import { createServer } from 'vite'
const server = await createServer()
await server.listen()
process.stdin.once('data', () => {
  process.stdin.destroy()
  server.httpServer.unref()
  void server.watcher.close()
})
`,
  )
  const child = spawn(process.execPath, ['run.js'], { cwd: root, stdio: ['pipe', 'ignore', 'inherit'], env: { ...process.env, VITEST: undefined } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lease = await eventually(() => daemon.held[0])
  if (what === 'a lost daemon') daemon.kill()
  child.stdin.write('leave\n')
  await eventually(() => child.exitCode !== null)
  expect(child.exitCode).toBe(0)
  await eventually(() => lease.ended)
})
