import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Problem } from './wire.js'

/** The most that is read of an answer, in characters: a guard against whatever else may listen there, far above any real answer. */
const MAX_ANSWER = 4 * 1024 * 1024

/** A daemon that does not answer a short question in this time (ms) is taken for absent; it answers within a few. */
const ANSWER_TIMEOUT = 10_000

/** The daemon answered, and not with what was asked for. */
export class Refused extends Error {
  constructor(readonly status: number, readonly problems: Problem[]) {
    super(problems.map((problem) => problem.text).join(' '))
  }
}

/** Asks one short question over the socket. Rejects with Refused, or with the system's error when nobody listens there. */
export async function ask<T>(socketPath: string, path: string): Promise<T> {
  const asked = request({ socketPath, path, agent: false, timeout: ANSWER_TIMEOUT, headers: { accept: 'application/json' } })
  asked.once('timeout', () => asked.destroy(new Error(`No answer within ${ANSWER_TIMEOUT / 1000} s.`)))
  asked.end()
  const answer = await answerTo(asked)
  const text = await readAll(answer)
  if (answer.statusCode !== 200) throw refusal(answer.statusCode ?? 0, text)
  return JSON.parse(text) as T
}

/** The response, once its head is there. */
export function answerTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((done, failed) => {
    asked.once('response', done)
    // Kept for good: an error after the response must not become an uncaught one.
    asked.on('error', failed)
  })
}

/** The whole body as text. */
export async function readAll(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8')
  let text = ''
  for await (const part of answer) {
    text += part
    if (text.length > MAX_ANSWER) throw new Error('The answer on the admin socket is too long.')
  }

  return text
}

/** The problems of an RFC 9457 document, or one made of whatever else was answered. */
export function refusal(status: number, text: string): Refused {
  try {
    const document = JSON.parse(text) as { problems?: Problem[]; detail?: string; title?: string }
    if (document.problems?.length) return new Refused(status, document.problems)
    const detail = document.detail ?? document.title
    if (detail) return new Refused(status, [plain(detail)])
  } catch {
    // Not JSON: told below by its status.
  }

  return new Refused(status, [plain(`The daemon answered with status ${status}.`)])
}

function plain(text: string): Problem {
  return { type: 'invalid-request', side: 'daemon', subject: '', text }
}
