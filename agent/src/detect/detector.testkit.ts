import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeviceId, DeviceId as DeviceIdSchema, epochMs, type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { MODEL_CONTRACT } from '@eyenet/shared/judge'
import { AnomalyConfig, MODEL_TYPE, type ModelManifest, type ModelMode, type SentModel } from '@eyenet/shared/wire'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import pino from 'pino'
import type { Additions, NewEvent, SamplePoll } from '../buffer/buffer.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { ringOf } from '../uplink/key-ring.ts'
import { openVouched } from '../uplink/signed-message.ts'
import { sha256Of } from './accept-model.ts'
import type { NewAnomaly } from './anomaly-event.ts'
import { Detector } from './detector.ts'

/** A Monday, 00:00 UTC. */
export const MONDAY = 1_700_438_400_000
export const MINUTE = 60_000

/** Keeps what is appended; ids of series as the outbox gives them. */
export class FakeOutbox {
  readonly polls: SamplePoll[] = []
  readonly events: NewEvent[] = []
  readonly notices: string[] = []
  readonly #ids = new Map<string, number>()
  readonly #labels: Labels[] = []

  seriesId(labels: Labels): number {
    const text = JSON.stringify(Object.entries(labels).sort())
    const id = this.#ids.get(text) ?? this.#labels.push(labels) - 1
    this.#ids.set(text, id)
    return id
  }

  labelsOf(id: number): Labels | undefined {
    return this.#labels[id]
  }

  append({ samples = [], events = [] }: Additions): void {
    this.polls.push(...samples)
    this.events.push(...events)
  }

  notice(code: string, message: string): void {
    this.notices.push(`${code}: ${message}`)
  }

  get anomalies(): readonly NewAnomaly[] {
    return this.events.filter((one) => one.kind === 'anomaly')
  }

  /** Values of one series, in order. */
  valuesOf(labels: Labels): number[] {
    const wanted = this.seriesId(labels)
    return this.polls.flatMap(({ ids, values }) => Array.from(values).filter((_, at) => ids[at] === wanted))
  }

  /** Values of a metric that were appended, in order. */
  values(metric: string): number[] {
    const isOf = (id: number): boolean => this.#labels[id]?.[METRIC_NAME] === metric
    return this.polls.flatMap(({ ids, values }) => Array.from(values).filter((_, at) => isOf(ids[at] ?? -1)))
  }
}

/** One device that is polled each minute, and a detector that judges it. */
export class DetectedDevice {
  readonly outbox = new FakeOutbox()
  readonly clock = new FakeClock(MONDAY)
  readonly device: DeviceId = DeviceIdSchema.parse(randomUUID())
  readonly dataDir: string
  readonly detector: Detector
  readonly #signer: Signer

  constructor(options: {
    dataDir?: string
    device?: DeviceId
    signer: Signer
    settings?: object
    shippedModel?: string
  }) {
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'eyenet-detect-'))
    this.device = options.device ?? this.device
    this.#signer = options.signer
    this.detector = new Detector({
      dataDir: this.dataDir,
      shippedModel: options.shippedModel ?? join(this.dataDir, 'none.onnx'),
      outbox: this.outbox,
      labels: { site: 'lab', agent: 'a' },
      clock: this.clock,
      logger: pino({ level: 'silent' }),
      settings: AnomalyConfig.parse(options.settings ?? {}),
      vouch: (jws) => openVouched(jws, MODEL_TYPE, { ring: this.#signer.ring }),
      onModels: () => {},
    })
  }

  /** One poll at a tick, judged. `undefined`: the device brought no such value. */
  async poll(time: number, values: Readonly<Record<string, number | undefined>>, up = 1): Promise<void> {
    const ids: number[] = []
    const read: number[] = []
    for (const [metric, value] of Object.entries({ ...values, device_up: up })) {
      if (value === undefined) continue
      ids.push(this.outbox.seriesId({ [METRIC_NAME]: metric, site: 'lab', device: this.device }))
      read.push(value)
    }
    this.detector.take([{ time: epochMs(time), ids, values: read }])
    await this.detector.settled()
  }

  close(): Promise<void> {
    return this.detector.close()
  }
}

export type Signer = {
  readonly ring: ReturnType<typeof ringOf>
  sent(onnx: Uint8Array, options?: SentOptions): Promise<SentModel>
}
export type SentOptions = {
  readonly id?: string
  readonly mode?: ModelMode
  readonly manifest?: Partial<ModelManifest>
}

/** A server's signing key, and models that it has signed. */
export async function newSigner(): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const { x = '' } = await exportJWK(publicKey)
  const kid = 'test-key'
  return {
    ring: ringOf({ kty: 'OKP', crv: 'Ed25519', x, kid }),
    async sent(onnx, { id = 'm-1', mode = 'live', manifest = {} } = {}) {
      const said: ModelManifest = {
        ...{ id, name: 'test', version: 1, contract: MODEL_CONTRACT, sha256: sha256Of(onnx), bytes: onnx.length },
        ...{ createdAt: epochMs(MONDAY), server: 'lab', ...manifest },
      }
      const jws = await new CompactSign(Buffer.from(JSON.stringify(said)))
        .setProtectedHeader({ alg: 'EdDSA', typ: MODEL_TYPE, kid })
        .sign(privateKey)
      return { manifest: jws, onnx: Buffer.from(onnx).toString('base64'), mode }
    },
  }
}

/** The same numbers for the same seed, 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
