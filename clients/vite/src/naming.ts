import { createHash } from 'node:crypto'
import { domainToASCII } from 'node:url'

/** Longest label, RFC 1035 2.3.4. */
const MAX_LABEL = 63

/** Longest whole name, RFC 1035 2.3.4 less the length octet and the root. */
const MAX_NAME = 253

/** Hex digits of SHA-256 at the end of a label that was cut. */
const HASH_DIGITS = 10

/** First ten lower-case hex digits of the SHA-256 of the UTF-8 bytes. */
export function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, HASH_DIGITS)
}

/**
 * One DNS label of any text, by the same rules as the daemon's: lower case, everything else than a-z, 0-9 becomes one hyphen, none at
 * the ends; a label past 63 characters is cut and gets a hyphen and ten hex digits of the whole. Empty when nothing is left.
 */
export function slug(text: string): string {
  const label = lower(text).replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
  return label.length <= MAX_LABEL ? label : `${label.slice(0, MAX_LABEL - HASH_DIGITS - 1).replace(/-+$/, '')}-${hash(text)}`
}

/**
 * Lower case character by character, as the daemon has it. JavaScript's own mapping makes two characters of U+0130, the only one
 * whose full mapping and simple mapping differ in ASCII letters.
 */
function lower(text: string): string {
  return text.replaceAll('\u0130', '-').toLowerCase()
}

/** `{repo}.{branch}[.{label}].{base}`; parts that are missing or clean to nothing are left out. Throws where no name can be made. */
export function devHost(repo: string, branch: string | null, label: string | null, base: string): string {
  const first = slug(repo)
  if (first === '') throw new Error(`Nothing is left of the repository name “${repo}” once it holds only a-z, 0-9 and hyphens. Give one with the option repo.`)
  if (label && slug(label) === '') throw new Error(`Nothing is left of the label “${label}” once it holds only a-z, 0-9 and hyphens. Give another instanceLabel.`)
  return hostName([first, slug(branch ?? ''), slug(label ?? ''), base].filter((part) => part !== '').join('.'))
}

/** A name checked and normalised by RFC 1123 2.1: lower case, A-labels, no trailing dot. Throws an Error that says what is wrong. */
export function hostName(text: string): string {
  const plain = text.trim().replace(/\.+$/, '')
  const ascii = /^[\x00-\x7f]*$/.test(plain) ? plain.toLowerCase() : domainToASCII(plain)
  if (ascii === '') throw new Error(`“${text}” is not a host name.`)
  for (const label of ascii.split('.')) {
    if (label === '') throw new Error(`The host name “${text}” has an empty label.`)
    if (label.length > MAX_LABEL) throw new Error(`The label “${label.slice(0, 20)}…” has ${label.length} characters; ${MAX_LABEL} is the most.`)
    if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label)) throw new Error(`The label “${label}” of “${text}” holds more than letters, digits and inner hyphens.`)
  }

  if (ascii.length > MAX_NAME) throw new Error(`The name ${ascii.slice(0, 20)}… has ${ascii.length} characters; ${MAX_NAME} is the most. Use shorter parts.`)
  return ascii
}
