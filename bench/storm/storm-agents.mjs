// Many agents in one process: their MQTT as agents speak it, with the real back-off, and one message of samples to send.
import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { connect } from 'mqtt'
import { BackOff } from '../../agent/dist/uplink/back-off.js'
import {
  Acknowledgement,
  ackTopic,
  desiredTopic,
  encodeSamples,
  frame,
  laneTopic,
  statusTopic,
  taskTopic,
} from '../../shared/dist/wire/wire.js'

const KEEPALIVE_S = 30
const SERIES = 20

/** One agent. `connectedAtMs` and `servedAtMs` say when it was let in, and when its first samples were acknowledged. */
export class StormAgent {
  connectedAtMs
  servedAtMs
  failures = 0
  #identity
  #epoch = randomBytes(8).toString('hex')
  #backOff = new BackOff()
  #seq = 0
  #client
  #retry
  #isClosed = false

  constructor(identity) {
    this.#identity = identity
  }

  start() {
    const { mqttUrl, agent, mqttPassword } = this.#identity
    const client = connect(mqttUrl, {
      ...{ clientId: agent, username: agent, password: mqttPassword, clean: true, keepalive: KEEPALIVE_S },
      ...{ reconnectPeriod: 0, connectTimeout: 15_000, writeCache: false, protocolVersion: 4 },
    })
    this.#client = client
    client.on('connect', () => void this.#greet(client).catch(() => client.end(true)))
    client.on('message', (topic, payload) => {
      if (topic === ackTopic(this.#identity)) this.#acknowledged(payload)
    })
    client.on('error', () => {})
    client.on('close', () => {
      client.end(true)
      if (this.#isClosed) return
      this.connectedAtMs = undefined
      this.servedAtMs = undefined
      this.failures++
      this.#retry = setTimeout(() => this.start(), this.#backOff.next(false))
    })
  }

  async close() {
    this.#isClosed = true
    clearTimeout(this.#retry)
    await this.#client.endAsync(true).catch(() => {})
  }

  async #greet(client) {
    const identity = this.#identity
    await client.subscribeAsync([ackTopic(identity), desiredTopic(identity), taskTopic(identity)], { qos: 1 })
    this.connectedAtMs = performance.now()
    this.#backOff.succeeded()
    const now = Date.now()
    const birth = {
      ...{ kind: 'birth', agent: identity.agent, epoch: this.#epoch, version: '0.0.0', hostname: 'storm' },
      ...{ startedAt: now, at: now, abilities: { ping: 'none', platform: 'bench' }, revision: 0 },
    }
    await client.publishAsync(statusTopic(identity), JSON.stringify(birth), { qos: 1, retain: true })
    this.#seq++
    await client.publishAsync(laneTopic(identity, 'samples'), this.#samples(now), { qos: 1 })
  }

  #samples(now) {
    const { site } = this.#identity
    const ids = Int32Array.from({ length: SERIES }, (_, id) => id)
    const batch = {
      ...{ epoch: this.#epoch, first: this.#seq, last: this.#seq },
      definitions: [...ids].map((id) => ({
        id,
        labels: { __name__: `storm_${id}`, site, agent: this.#identity.agent },
      })),
      ...{ ids, times: new Float64Array(SERIES).fill(now), values: new Float64Array(SERIES).fill(this.#seq) },
    }
    return Buffer.from(frame(encodeSamples(batch), deflateRawSync))
  }

  #acknowledged(payload) {
    const ack = Acknowledgement.parse(JSON.parse(payload.toString()))
    if ((ack.lanes.samples?.upTo ?? 0) >= this.#seq) this.servedAtMs ??= performance.now()
  }
}
