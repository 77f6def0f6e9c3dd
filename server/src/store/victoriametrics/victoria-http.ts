import { type ErrorCode, EyeNetError, messageOf } from '@eyenet/shared/errors'

export type VictoriaOptions = {
  /** http or https, with a path where there is one, without credentials. */
  readonly url: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly bearerToken?: string | undefined
  /** After that long a write is given up. Default 30 s. */
  readonly writeTimeoutMs?: number
  /** After that long it has what was written on its disk. Default 30 s; it writes each second or, newer ones, each five. */
  readonly settleMs?: number
}

export type VictoriaRequest = {
  readonly path: string
  /** Sent as a form: many selectors do not fit a URL. */
  readonly form?: URLSearchParams
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** What came of a request that got no answer. */
export type NoAnswer = {
  readonly kind: 'no_answer'
  readonly reason: string
  /** No connection came about, so that nothing arrived. */
  readonly isUnreached: boolean
  /** Why it ended: the time given, the caller's signal, or the network. */
  readonly by: 'timeout' | 'cancelled' | 'network'
}

/** An answer's text that is longer is cut: it only explains an error. */
const REASON_MAX = 500
const UNREACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

/** HTTP to one VictoriaMetrics. */
export class VictoriaHttp {
  /** For sentences and logs: kind and place, never credentials. */
  readonly name: string
  readonly #base: string
  readonly #auth: Readonly<Record<string, string>>

  constructor({ url, username, password, bearerToken }: VictoriaOptions) {
    const { origin, pathname } = new URL(url)
    this.#base = `${origin}${pathname.replace(/\/$/, '')}`
    this.name = `VictoriaMetrics at ${this.#base}`
    if (bearerToken !== undefined) this.#auth = { authorization: `Bearer ${bearerToken}` }
    else if (username !== undefined) {
      const pair = Buffer.from(`${username}:${password ?? ''}`).toString('base64')
      this.#auth = { authorization: `Basic ${pair}` }
    } else this.#auth = {}
  }

  /** Any answer, also one that tells of an error; its body is the caller's to read or to cancel. */
  async send({ path, form, body, headers, timeoutMs, signal }: VictoriaRequest): Promise<Response | NoAnswer> {
    try {
      const timeout = AbortSignal.timeout(timeoutMs)
      return await fetch(`${this.#base}${path}`, {
        ...{ headers: { ...this.#auth, ...headers }, redirect: 'manual' },
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        ...((form ?? body) !== undefined && { method: 'POST', body: form ?? body ?? '' }),
      })
    } catch (thrown) {
      return this.noAnswer(thrown, { timeoutMs, signal })
    }
  }

  /** The answer of a question; EyeNetError when there is none or it tells of an error. */
  async ask(request: VictoriaRequest): Promise<Response> {
    const answer = await this.send(request)
    if (!(answer instanceof Response)) throw this.errorOf(answer, request.timeoutMs)
    if (answer.ok) return answer
    throw new EyeNetError(codeOf(answer.status), `${this.name} refuses: ${await reasonOf(answer)}`)
  }

  /** What an exception while asking or reading means. */
  noAnswer(thrown: unknown, { timeoutMs, signal }: Pick<VictoriaRequest, 'timeoutMs' | 'signal'>): NoAnswer {
    const isLate = thrown instanceof Error && thrown.name === 'TimeoutError'
    const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const by = signal?.aborted ? 'cancelled' : isLate ? 'timeout' : 'network'
    const reason = by === 'timeout' ? `no answer within ${timeoutMs / 1000} s` : messageOf(cause) || code
    return { kind: 'no_answer', reason, isUnreached: UNREACHED.includes(code), by }
  }

  errorOf({ by, reason }: NoAnswer, timeoutMs: number): EyeNetError {
    if (by === 'cancelled') return new EyeNetError('cancelled', 'the query was cancelled')
    if (by === 'timeout') {
      const limit = `query timed out after ${timeoutMs / 1000} s, the limit of its time`
      return new EyeNetError('timeout', `${limit}; ask for fewer series or less time`)
    }
    const advice = 'see that it runs and that this machine may reach it'
    return new EyeNetError('unavailable', `${this.name} does not answer: ${reason}; ${advice}`)
  }
}

/** What an answer says of an error, in one short line. */
export async function reasonOf(answer: Response): Promise<string> {
  const text = await answer.text().catch(() => '')
  return `${answer.status} ${text.replace(/\s+/g, ' ').trim().slice(0, REASON_MAX)}`
}

function codeOf(status: number): ErrorCode {
  if (status === 422) return 'limit_exceeded'
  if (status === 400) return 'invalid'
  if (status === 429) return 'too_many'
  return 'unavailable'
}
