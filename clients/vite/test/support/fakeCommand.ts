import { createServer } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { FakeDaemon } from './fakeDaemon.js'
import { write } from './places.js'

/** A `signalbox` command that starts the given daemon, in this process, and tells with which arguments it was run. */
export async function fakeCommand(daemon: FakeDaemon): Promise<{ bin: string; runs: string[][] }> {
  const runs: string[][] = []
  const starter = join(daemon.home, 'starter.sock')
  const server = createServer((request, response) => {
    runs.push(JSON.parse(decodeURIComponent(request.url!.slice(1))) as string[])
    void daemon.start().then(() => response.end())
  })
  await new Promise<void>((done) => server.listen(starter, done))
  onTestFinished(() => void server.close())
  const bin = write(
    join(daemon.home, 'bin', 'signalbox'),
    `#!${process.execPath}
require('node:http').get({ socketPath: ${JSON.stringify(starter)}, path: '/' + encodeURIComponent(JSON.stringify(process.argv.slice(2))) }, (answer) => answer.resume())
`,
    0o755,
  )
  return { bin, runs }
}
