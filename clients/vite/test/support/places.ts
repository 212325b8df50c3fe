import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new directory that goes away with the test. Short, because the path of a Unix socket has at most 107 characters. */
export function temporary(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'sb-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
  return path
}

export function write(path: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode })
  return path
}

/** A site that Vite can serve, in a git repository of the given name and branch. */
export function site(name = 'shop', branch = 'main'): string {
  const root = join(temporary(), name)
  write(join(root, '.git', 'HEAD'), `ref: refs/heads/${branch}\n`)
  write(join(root, 'index.html'), '<!doctype html><p id="app">hello</p><script type="module" src="/main.js"></script>\n')
  write(join(root, 'main.js'), 'document.title = "shop"\n')
  write(join(root, 'dist', 'index.html'), '<!doctype html><p>built</p>\n')
  return root
}
