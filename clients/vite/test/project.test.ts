import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findProject } from '../src/project.js'
import { temporary, write } from './support/places.js'

/** Real git, with nothing of the machine's configuration. */
function git(directory: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main']
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_DIR: undefined }
  return execFileSync('git', [...identity, ...args], { cwd: directory, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

function repository(name: string): string {
  const root = join(temporary(), name)
  mkdirSync(root)
  git(root, 'init', '-q')
  git(root, 'commit', '-q', '--allow-empty', '-m', 'first')
  return root
}

test('a repository gives its directory and its branch, from any directory below', () => {
  const root = repository('Shop')
  mkdirSync(join(root, 'packages', 'web'), { recursive: true })
  expect(findProject(join(root, 'packages', 'web'))).toEqual({ root, repo: 'Shop', branch: 'main' })
})

test('a branch with slashes is kept whole', () => {
  const root = repository('shop')
  git(root, 'checkout', '-q', '-b', 'feature/foo')
  expect(findProject(root).branch).toBe('feature/foo')
})

test('a linked worktree has the name of the main one and is a project of its own', () => {
  const root = repository('shop')
  const linked = join(temporary(), 'elsewhere')
  git(root, 'worktree', 'add', '-q', '-b', 'fix', linked)
  expect(findProject(linked)).toEqual({ root: linked, repo: 'shop', branch: 'fix' })
})

test('a worktree of a bare repository has the name of that', () => {
  const root = repository('origin')
  const place = temporary()
  git(place, 'clone', '-q', '--bare', root, join(place, 'shop.git'))
  git(join(place, 'shop.git'), 'worktree', 'add', '-q', join(place, 'main'), 'main')
  expect(findProject(join(place, 'main'))).toEqual({ root: join(place, 'main'), repo: 'shop', branch: 'main' })
})

test('a worktree of a hidden bare repository has the name of the directory around it', () => {
  const root = repository('origin')
  const place = join(temporary(), 'shop')
  mkdirSync(place)
  git(place, 'clone', '-q', '--bare', root, join(place, '.bare'))
  git(join(place, '.bare'), 'worktree', 'add', '-q', join(place, 'main'), 'main')
  expect(findProject(join(place, 'main')).repo).toBe('shop')
})

test('a detached commit gives its first seven digits', () => {
  const root = repository('shop')
  git(root, 'checkout', '-q', '--detach')
  expect(findProject(root).branch).toBe(git(root, 'rev-parse', 'HEAD').slice(0, 7))
})

test('a repository without a commit has its branch already', () => {
  const root = join(temporary(), 'new')
  mkdirSync(root)
  git(root, 'init', '-q')
  expect(findProject(root)).toEqual({ root, repo: 'new', branch: 'main' })
})

test('without git the directory has the name and there is no branch', () => {
  const root = join(temporary(), 'plain')
  mkdirSync(root)
  expect(findProject(root)).toEqual({ root, repo: 'plain', branch: null })
})

test('a .git that points nowhere counts as none', () => {
  const root = join(temporary(), 'broken')
  write(join(root, '.git'), 'gitdir: /nowhere/at/all\n')
  expect(findProject(root)).toEqual({ root, repo: 'broken', branch: null })
})
