import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { devHost, slug } from '../src/naming.js'

interface Vectors {
  slugs: { text: string; slug: string }[]
  hosts: { repo: string; branch: string | null; label: string | null; base: string; host: string | null }[]
}

/** The daemon's tests read the same file. */
const vectors = JSON.parse(readFileSync(new URL('../../../tests/vectors/names.json', import.meta.url), 'utf8')) as Vectors

test.each(vectors.slugs)('slug of “$text” is “$slug”', (vector) => expect(slug(vector.text)).toBe(vector.slug))

test.each(vectors.hosts)('name of $repo, $branch, $label, $base is $host', ({ repo, branch, label, base, host }) => {
  if (host === null) expect(() => devHost(repo, branch, label, base)).toThrow(/.{20}/)
  else expect(devHost(repo, branch, label, base)).toBe(host)
})
