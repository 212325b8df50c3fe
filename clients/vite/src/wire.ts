/** What travels over the admin socket, as far as this plugin uses it. Fields may be added by the daemon; none is renamed. */

export interface Problem {
  type: string
  side: string
  subject: string
  text: string
  advice?: string
  retry?: boolean
}

export interface Listener {
  address: string
  port: number
  protocol: string
}

export interface Status {
  version: string
  home: string
  listeners: Listener[]
  waiting?: Listener[]
}

/** One claim on one host, as far as `why` is read. */
export interface Why {
  verdict: string
  route?: { owner: string; state: string }
  certificate?: { state: string }
}

/** Body of `POST /v1/leases`. */
export interface ClaimRequest {
  hosts: string[]
  backends: string[]
  hostHeader?: string
  project: string
  holder: string
  label: string
  take: boolean
}

/** One line of the stream that answers a lease. */
export interface LeaseEvent {
  event: string
  id?: string
  urls?: string[]
  rootCertificate?: string
  revision?: number
  problem?: Problem
}

/** The words of a problem: what happened, then what to do. */
export function tell(problem: Problem): string {
  return problem.advice ? `${problem.text} ${problem.advice}` : problem.text
}
