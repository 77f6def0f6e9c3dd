import { AgentResource, AlertResource, Device, DeviceSummary, EnrolmentToken, pageOf } from '@eyenet/shared/api'
import { z } from 'zod'

const Point = z.tuple([z.number(), z.string()])
const Series = z.object({
  metric: z.record(z.string(), z.string()),
  value: Point.optional(),
  values: z.array(Point).optional(),
})
const QueryAnswer = z.object({ status: z.literal('success'), data: z.object({ result: z.array(Series) }) })

const ActiveAlert = z.object({ id: z.string(), state: z.string(), labels: z.record(z.string(), z.string()) })
const ActiveAlerts = z.object({ data: z.object({ alerts: z.array(ActiveAlert) }) })

export type StoredSeries = {
  readonly metric: Readonly<Record<string, string>>
  readonly times: readonly number[]
  readonly values: readonly number[]
}

/** The server's API as a program uses it. */
export class ApiClient {
  readonly #url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  async send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(new URL(path, this.#url), {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  async get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const { status, body } = await this.send('GET', path)
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`)
    return shape.parse(body)
  }

  async devices() {
    return (await this.get('/api/v1/devices', pageOf(DeviceSummary))).items
  }

  device(id: string) {
    return this.get(`/api/v1/devices/${id}`, Device)
  }

  async agents() {
    return (await this.get('/api/v1/agents', pageOf(AgentResource))).items
  }

  agent(id: string) {
    return this.get(`/api/v1/agents/${id}`, AgentResource)
  }

  /** As Prometheus tells them, the pending ones too. */
  async activeAlerts() {
    return (await this.get('/api/v1/alerts', ActiveAlerts)).data.alerts
  }

  /** Those that have fired. */
  async alerts(state: 'open' | 'resolved' | 'all' = 'open') {
    return (await this.get(`/api/v1/alerts/history?state=${state}`, pageOf(AlertResource))).items
  }

  async enrolmentToken(site: string, name: string) {
    const { status, body } = await this.send('POST', '/api/v1/agents/enrolment-tokens', { site, name })
    if (status >= 300) throw new Error(`no enrolment token: ${status} ${JSON.stringify(body)}`)
    return EnrolmentToken.parse(body)
  }

  /** Samples as they are stored; times in milliseconds. A selector with a range gives all of them. */
  async query(expr: string): Promise<readonly StoredSeries[]> {
    const { data } = await this.get(`/api/v1/query?query=${encodeURIComponent(expr)}`, QueryAnswer)
    return data.result.map(({ metric, value, values }) => {
      const points = values ?? (value === undefined ? [] : [value])
      return {
        metric,
        times: points.map(([time]) => Math.round(time * 1000)),
        values: points.map(([, text]) => Number(text)),
      }
    })
  }
}
