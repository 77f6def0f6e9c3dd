import { readFile } from 'node:fs/promises'
import { messageOf } from '@eyenet/shared/errors'
import { MAX_MODEL_REPORTS, type ModelMode, type ModelReport, type SentModel } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import { acceptModel, sha256Of, type Vouch } from './accept-model.ts'
import { KeptModel } from './kept-model.ts'
import { loadOnnx } from './onnx-model.ts'
import { RunningModel } from './running-model.ts'
import { faultOfTrial } from './trial-run.ts'

export type ModelRackOptions = {
  readonly dataDir: string
  /** The model of the package; where there is none, detectors judge alone. */
  readonly shippedFile: string
  readonly logger: Logger
  readonly vouch: Vouch
  readonly notice: (code: string, message: string) => void
  /** Other models run from now on, or one was refused. */
  readonly onChange: () => void
}

type Loaded =
  | { readonly kind: 'ok'; readonly model: RunningModel }
  | { readonly kind: 'refused'; readonly reason: string }

/** Models that failed while they ran, and are not loaded again. */
const MAX_DROPPED = 32

/** Which models run: what the server orders once it is checked, the former one where that is refused, else the shipped one. */
export class ModelRack {
  live: RunningModel | undefined
  shadows: readonly RunningModel[] = []
  readonly #options: ModelRackOptions
  readonly #kept: KeptModel
  /** By hash. */
  readonly #running = new Map<string, RunningModel>()
  readonly #dropped = new Map<string, string>()
  #refused: readonly ModelReport[] = []
  #turn: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: ModelRackOptions) {
    this.#options = options
    this.#kept = new KeptModel(options.dataDir)
  }

  /** What became of each model. */
  get reports(): readonly ModelReport[] {
    const running = [this.live, ...this.shadows].flatMap((one) => (one === undefined ? [] : [one]))
    const told = running.map(({ id, mode }): ModelReport => ({ id, mode, state: 'running' }))
    return [...told, ...this.#refused].slice(0, MAX_MODEL_REPORTS)
  }

  /** Before the server's word is known: what ran last. */
  start(): Promise<void> {
    return this.#next(async () => {
      const kept = this.#kept.read()
      await this.#run(kept === undefined ? [] : [kept], { isOrder: false })
    })
  }

  /** What the server orders, all of it. */
  set(sent: readonly SentModel[]): Promise<void> {
    return this.#next(() => this.#run(sent, { isOrder: true }))
  }

  /** Resolves when what was ordered is done, and what failed is left out. */
  settled(): Promise<void> {
    return this.#turn
  }

  async close(): Promise<void> {
    await this.#next(async () => {
      this.#isClosed = true
      const models = [...this.#running.values()]
      this.live = undefined
      this.shadows = []
      this.#running.clear()
      for (const model of models) await model.close()
    })
  }

  #next(run: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn
      .then(() => (this.#isClosed ? undefined : run()))
      .catch((thrown: unknown) => {
        // What comes after it goes on: the next order may put right what this one left.
        this.#options.logger.error({ err: thrown }, 'anomaly models could not be changed')
      })
    return this.#turn
  }

  async #run(sent: readonly SentModel[], { isOrder }: { isOrder: boolean }): Promise<void> {
    const before = JSON.stringify(this.reports)
    const refused: ModelReport[] = []
    const accepted: { readonly model: RunningModel; readonly sha256: string; readonly sent: SentModel }[] = []
    for (const one of sent) {
      const outcome = await this.#admit(
        one,
        accepted.some(({ sent: { mode } }) => mode === 'live'),
      )
      if (outcome.kind === 'ok') accepted.push({ ...outcome, sent: one })
      else refused.push({ id: outcome.id, mode: one.mode, state: 'refused', reason: outcome.reason.slice(0, 300) })
    }
    const ordered = accepted.find(({ sent: { mode } }) => mode === 'live')
    const wantsLive = sent.some(({ mode }) => mode === 'live')
    const former = wantsLive && isOrder ? await this.#former() : undefined
    const live = ordered?.model ?? former ?? (await this.#shipped(refused))
    const shadows = accepted.filter(({ sent: { mode } }) => mode === 'shadow').map(({ model }) => model)
    if (isOrder) this.#keep(ordered?.sent, wantsLive)
    this.#refused = refused
    const gone = [...this.#running].filter(([, model]) => model !== live && !shadows.includes(model))
    for (const [sha256] of gone) this.#running.delete(sha256)
    if (live !== undefined) live.mode = 'live'
    for (const model of shadows) model.mode = 'shadow'
    this.live = live
    this.shadows = shadows
    if (JSON.stringify(this.reports) === before) return
    this.#tell()
    this.#options.onChange()
    for (const [, model] of gone) await model.close()
  }

  async #admit(
    sent: SentModel,
    hasLive: boolean,
  ): Promise<{ kind: 'ok'; model: RunningModel; sha256: string } | { kind: 'refused'; id: string; reason: string }> {
    const checked = await acceptModel(sent, this.#options.vouch)
    if (checked.kind === 'refused') return checked
    const { id, sha256, onnx } = checked
    if (hasLive && sent.mode === 'live') return { kind: 'refused', id, reason: 'another model is live already' }
    const loaded = await this.#load({ id, sha256, onnx, mode: sent.mode })
    return loaded.kind === 'ok' ? { ...loaded, sha256 } : { ...loaded, id }
  }

  async #load(wanted: { id: string; sha256: string; onnx: Uint8Array; mode: ModelMode }): Promise<Loaded> {
    const { id, sha256, mode } = wanted
    const running = this.#running.get(sha256)
    if (running !== undefined && running.id === id) return { kind: 'ok', model: running }
    const dropped = this.#dropped.get(sha256)
    if (dropped !== undefined) return { kind: 'refused', reason: dropped }
    const loaded = await loadOnnx(wanted.onnx)
    if (loaded.kind === 'refused') return loaded
    const fault = await faultOfTrial(loaded.model)
    if (fault !== undefined) {
      await loaded.model.close()
      return { kind: 'refused', reason: fault }
    }
    const model = new RunningModel({
      id,
      mode,
      onnx: loaded.model,
      onDropped: (one, why) => this.#drop(one, sha256, why),
    })
    this.#running.set(sha256, model)
    return { kind: 'ok', model }
  }

  /** The live model that was accepted last. */
  async #former(): Promise<RunningModel | undefined> {
    const kept = this.#kept.read()
    if (kept === undefined) return undefined
    const outcome = await this.#admit(kept, false)
    return outcome.kind === 'ok' ? outcome.model : undefined
  }

  async #shipped(refused: ModelReport[]): Promise<RunningModel | undefined> {
    let onnx: Uint8Array
    try {
      onnx = await readFile(this.#options.shippedFile)
    } catch (thrown) {
      this.#options.logger.warn({ problem: messageOf(thrown) }, 'the model that ships cannot be read; none judges')
      return undefined
    }
    const sha256 = sha256Of(onnx)
    const id = `base-${sha256.slice(0, 8)}`
    const loaded = await this.#load({ id, sha256, onnx, mode: 'live' })
    if (loaded.kind === 'ok') return loaded.model
    refused.push({ id, mode: 'live', state: 'refused', reason: loaded.reason.slice(0, 300) })
    return undefined
  }

  #keep(sent: SentModel | undefined, wantsLive: boolean): void {
    try {
      if (sent !== undefined) this.#kept.write(sent)
      else if (!wantsLive) this.#kept.forget()
    } catch (thrown) {
      this.#options.logger.warn({ problem: messageOf(thrown) }, 'the live anomaly model cannot be kept on disk')
    }
  }

  #drop(model: RunningModel, sha256: string, why: string): void {
    if (this.#dropped.size < MAX_DROPPED) this.#dropped.set(sha256, why)
    void this.#next(async () => {
      this.#running.delete(sha256)
      const report: ModelReport = { id: model.id, mode: model.mode, state: 'refused', reason: why }
      const refused = [...this.#refused, report]
      if (model === this.live) this.live = await this.#shipped(refused)
      this.shadows = this.shadows.filter((one) => one !== model)
      this.#refused = refused
      this.#tell()
      this.#options.onChange()
      await model.close()
    })
  }

  #tell(): void {
    const { logger, notice } = this.#options
    logger.info({ models: this.reports }, 'anomaly models')
    for (const { id, mode, reason } of this.#refused) {
      notice('model-refused', `The anomaly model ${id} (${mode}) is not run: ${reason}. ${this.#instead(mode)}`)
    }
  }

  #instead(mode: ModelMode): string {
    if (mode === 'shadow') return 'Nothing else changes.'
    return this.live === undefined ? 'The detectors judge alone.' : `The model ${this.live.id} goes on.`
  }
}
