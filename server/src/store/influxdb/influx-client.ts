import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { InfluxDB, type IPoint } from 'influx'
import { z } from 'zod'

export type InfluxOptions = {
  /** http or https, without credentials. */
  readonly url: string
  readonly database: string
  readonly retentionPolicy?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** After that long a write is given up. Default 30 s. */
  readonly writeTimeoutMs?: number
}

const WRITE_TIMEOUT_MS = 30_000
const READ_TIMEOUT_MS = 120_000

const Series = z.object({
  name: z.string().default(''),
  tags: z.record(z.string(), z.string()).default({}),
  columns: z.array(z.string()),
  // Rows are many: what they hold is looked at where it is used.
  values: z.array(z.custom<readonly unknown[]>(Array.isArray)).default([]),
})
const Answer = z.object({
  results: z.array(z.object({ error: z.string().optional(), series: z.array(Series).default([]) })).default([]),
  error: z.string().optional(),
})
export type InfluxSeries = z.infer<typeof Series>

/** What went wrong with a request to InfluxDB. */
export type InfluxFailure = {
  /** Of the answer; undefined when there was none. */
  readonly status: number | undefined
  readonly reason: string
  readonly isUnreached: boolean
}

/** One database of InfluxDB 1.x, through `influx`, which is told not to repeat anything by itself. */
export class InfluxClient {
  readonly name: string
  readonly database: string
  readonly #influx: InfluxDB
  readonly #options: InfluxOptions

  constructor(options: InfluxOptions) {
    const { database, password, url, username } = options
    const { hostname, origin, pathname, port, protocol } = new URL(url)
    const isTls = protocol === 'https:'
    this.database = database
    this.name = `InfluxDB at ${origin}, database ${database}`
    this.#options = options
    this.#influx = new InfluxDB({
      database,
      ...(username !== undefined && { username, password: password ?? '' }),
      hosts: [
        {
          ...{ host: hostname, port: Number(port || (isTls ? 443 : 80)), protocol: isTls ? 'https' : 'http' },
          path: pathname.replace(/\/$/, ''),
        },
      ],
      pool: { maxRetries: 0, requestTimeout: options.writeTimeoutMs ?? WRITE_TIMEOUT_MS, backoff: NEVER_OFF },
    })
  }

  /** Undefined when all points were taken. */
  async write(points: IPoint[]): Promise<InfluxFailure | undefined> {
    const { retentionPolicy, writeTimeoutMs = WRITE_TIMEOUT_MS } = this.#options
    const options = { precision: 'ms' as const, ...(retentionPolicy !== undefined && { retentionPolicy }) }
    try {
      await withinTime(this.#influx.writePoints(points, options), writeTimeoutMs)
      return undefined
    } catch (thrown) {
      return failureOf(thrown)
    }
  }

  async createDatabase(): Promise<InfluxFailure | undefined> {
    try {
      await withinTime(this.#influx.createDatabase(this.database), WRITE_TIMEOUT_MS)
      return undefined
    } catch (thrown) {
      return failureOf(thrown)
    }
  }

  /**
   * The series of one statement's answer, times in milliseconds; none when the database is not there. EyeNetError
   * `unavailable` when there is no answer, `limit_exceeded` when InfluxDB refuses.
   */
  async query(statement: string): Promise<readonly InfluxSeries[]> {
    const { retentionPolicy } = this.#options
    const abort = new AbortController()
    const options = { precision: 'ms' as const, method: 'POST' as const, signal: abort.signal }
    let raw: unknown
    try {
      const asked = this.#influx.queryRaw(statement, {
        ...options,
        ...(retentionPolicy !== undefined && { retentionPolicy }),
      })
      raw = await withinTime(asked, READ_TIMEOUT_MS)
    } catch (thrown) {
      abort.abort()
      const { reason, status } = failureOf(thrown)
      if (status === 400) throw new EyeNetError('limit_exceeded', `${this.name} refuses: ${reason}`)
      const advice = 'see that it runs, that this machine may reach it, and that the login is right'
      throw new EyeNetError('unavailable', `${this.name} does not answer: ${reason}; ${advice}`)
    }
    const { error, results } = Answer.parse(raw)
    const told = error ?? results.find((one) => one.error !== undefined)?.error
    if (told?.startsWith('database not found')) return []
    if (told !== undefined) throw new EyeNetError('limit_exceeded', `${this.name} refuses: ${told.slice(0, 500)}`)
    return results.flatMap(({ series }) => series)
  }
}

/** The pool would leave a host out for a while after a failure, with timers that nobody ends. */
const NEVER_OFF = { getDelay: () => 0, next: () => NEVER_OFF, reset: () => NEVER_OFF }

/** `influx` waits for ever for an answer that breaks off in the middle. */
async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const UNREACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

/** The message alone: the error of `influx` carries the request with its login. */
function failureOf(thrown: unknown): InfluxFailure {
  const status =
    thrown instanceof Error && 'res' in thrown ? z.object({ statusCode: z.number() }).safeParse(thrown.res) : undefined
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return {
    status: status?.data?.statusCode,
    reason: messageOf(thrown).slice(0, 500),
    isUnreached: UNREACHED.includes(code),
  }
}
