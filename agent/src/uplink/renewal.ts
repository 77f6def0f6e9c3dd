import type { EpochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { Credentials } from './credentials.ts'

export type RenewalOptions = {
  readonly credentials: Credentials
  readonly logger: Logger
  readonly notice: (code: string, message: string) => void
}

/** Renews the certificate in time, and tells people when that does not work. */
export class Renewal {
  readonly #options: RenewalOptions

  constructor(options: RenewalOptions) {
    this.#options = options
  }

  /** The request that is to be published now, where one is due. */
  async look(now: { readonly at: EpochMs; readonly monotonicMs: number }, connected: boolean) {
    const { credentials, notice } = this.#options
    const problem = credentials.problem(now.at)
    if (problem !== undefined) notice('certificate-ends', `Of its credentials: ${problem}.`)
    return connected ? credentials.renewal(now.at, now.monotonicMs) : undefined
  }

  /** Takes the server's answer; true when there is a new certificate, which is tried at once, while the old one is good. */
  received(payload: Buffer): boolean {
    const { credentials, logger, notice } = this.#options
    const received = credentials.received(payload)
    if (received.kind === 'renewed') logger.info('the certificate was renewed; connecting with the new one')
    else notice('certificate-not-renewed', `The server did not renew its certificate: ${received.reason}.`)
    return received.kind === 'renewed'
  }
}
