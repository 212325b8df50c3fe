import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'

/** Where a dev server belongs, read from git's own files. */
export interface Project {
  /** The worktree's root, or the directory itself where there is no git: servers of one root are one project. */
  root: string
  /** The name of the main worktree's directory, so that every worktree of a repository begins alike. */
  repo: string
  /** The branch, the first 7 digits of a detached commit, or null. */
  branch: string | null
}

/** Looks for `.git` in the directory and those above it. No git program is needed. */
export function findProject(directory: string): Project {
  const start = resolve(directory)
  for (let root = start; ; root = dirname(root)) {
    const git = gitDirectory(root)
    if (git !== null) return { root, repo: repositoryName(root, git), branch: branchOf(git) }
    if (dirname(root) === root) return { root: start, repo: basename(start), branch: null }
  }
}

/** The directory that holds HEAD: `.git` itself, or what a `.git` file (worktree, submodule) points to. */
function gitDirectory(root: string): string | null {
  const path = join(root, '.git')
  const entry = statSync(path, { throwIfNoEntry: false })
  if (entry === undefined) return null
  if (entry.isDirectory()) return existsSync(join(path, 'HEAD')) ? path : null
  const target = read(path)?.match(/^gitdir:\s*(.+?)\s*$/m)?.[1]
  if (target === undefined) return null
  const directory = isAbsolute(target) ? target : resolve(root, target)
  return existsSync(join(directory, 'HEAD')) ? directory : null
}

/** A linked worktree names the shared directory in `commondir`; beside that lies the main worktree, unless the repository is a bare one. */
function repositoryName(root: string, git: string): string {
  const common = read(join(git, 'commondir'))?.trim()
  if (!common) return basename(root)
  const shared = resolve(git, common)
  const name = basename(shared)
  return name.startsWith('.') ? basename(dirname(shared)) : name.replace(/\.git$/, '')
}

function branchOf(git: string): string | null {
  const head = read(join(git, 'HEAD'))?.trim() ?? ''
  const branch = head.match(/^ref:\s*refs\/heads\/(.+)$/)?.[1]
  // The reftable format keeps HEAD elsewhere and leaves this placeholder in the file.
  if (branch !== undefined) return branch === '.invalid' ? null : branch
  return /^[0-9a-f]{40,64}$/.test(head) ? head.slice(0, 7) : null
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
