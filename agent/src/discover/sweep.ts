import { messageOf } from '@eyenet/shared/errors'
import { type IpNumber, ipNumber, ipText, type NetworkSet } from '@eyenet/shared/network'
import type { DiscoveryProgress } from '@eyenet/shared/wire'
import type { Clock } from '../schedule/schedule.ts'
import type { KeptRun } from './discovery-file.ts'
import { TELL_EVERY_MS } from './found-teller.ts'

export type SweepParts = {
  readonly clock: Clock
  /** Asks one address and tells what was found there. */
  readonly ask: (address: string) => Promise<{ readonly answered: boolean; readonly heldBack: boolean }>
  /** Resolves when another address may be begun. */
  readonly room: () => Promise<void>
  readonly save: (run: KeptRun) => void
  readonly tell: (progress: DiscoveryProgress) => void
  /** Addresses under way at a time. */
  readonly atOnce: number
}

const SAVE_EVERY_MS = 2_000

/** One sweep over addresses in their order, several at a time. It goes on where a kept run stood. */
export class Sweep {
  readonly #parts: SweepParts
  readonly #addresses: NetworkSet
  readonly #total: number
  /** Those under way when a kept run ended come first. */
  readonly #again: IpNumber[]
  readonly #underWay = new Set<IpNumber>()
  #run: KeptRun
  #next: number
  #done: number
  #problem: string | undefined
  #isStopped = false
  #isPaused = false

  constructor(run: KeptRun, addresses: NetworkSet, parts: SweepParts) {
    this.#parts = parts
    this.#run = run
    this.#addresses = addresses
    this.#total = Number(addresses.count(4))
    this.#next = placeBehind(run.cursor, addresses)
    this.#again = run.underWay
      .map(ipNumber)
      .filter((one) => one !== undefined)
      .filter((one) => addresses.has(one))
    this.#done = this.#next - this.#again.length
  }

  get id(): string {
    return this.#run.run
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  get progress(): DiscoveryProgress {
    const { run, state, startedAt, answered, heldBack } = this.#run
    const problem = this.#problem === undefined ? {} : { problem: this.#problem.slice(0, 500) }
    return { run, state, startedAt, done: this.#done, total: this.#total, answered, heldBack, ...problem }
  }

  /** Asks all that is left. Resolves when it is done, stopped or paused; a disk that takes nothing ends it as `failed`. */
  async go(): Promise<void> {
    const cancels = [
      this.#every(SAVE_EVERY_MS, () => this.#save()),
      this.#every(TELL_EVERY_MS, () => this.#parts.tell(this.progress)),
    ]
    try {
      this.#save()
      this.#parts.tell(this.progress)
      await this.#askAll()
      if (this.#isPaused) return
      if (this.#run.state === 'running') this.#run = { ...this.#run, state: 'done' }
      this.#save()
    } catch (thrown) {
      // What was under way at a pause finds everything closed.
      if (this.#isPaused) return
      this.#isStopped = true
      this.#run = { ...this.#run, state: 'failed' }
      this.#problem = `The search ended at a fault: ${messageOf(thrown)}`
    } finally {
      for (const cancel of cancels) cancel()
    }
    this.#parts.tell(this.progress)
  }

  /** Ends it for good, with a sentence that says why. */
  stop(why: string): void {
    if (this.#isStopped || this.#run.state !== 'running') return
    this.#isStopped = true
    this.#problem = why
    this.#run = { ...this.#run, state: 'stopped' }
  }

  /** Ends it for now: the next start goes on from here. */
  pause(): void {
    if (this.#run.state === 'running') this.#save()
    this.#isPaused = true
    this.#isStopped = true
  }

  async #askAll(): Promise<void> {
    const running = new Set<Promise<void>>()
    const failures: unknown[] = []
    for (;;) {
      await this.#parts.room()
      while (running.size >= this.#parts.atOnce) await Promise.race(running)
      const address = this.#take()
      if (address === undefined) break
      const one: Promise<void> = this.#askOne(address)
        .catch((thrown: unknown) => {
          failures.push(thrown)
          this.#isStopped = true
        })
        .finally(() => running.delete(one))
      running.add(one)
    }
    await Promise.all(running)
    if (failures.length > 0) throw failures[0]
  }

  async #askOne(address: IpNumber): Promise<void> {
    this.#underWay.add(address)
    const { answered, heldBack } = await this.#parts.ask(ipText(address))
    // One that was stopped half way is asked again after a restart.
    if (this.#isStopped) return
    this.#underWay.delete(address)
    this.#done++
    const { answered: before, heldBack: heldBefore } = this.#run
    this.#run = { ...this.#run, answered: before + Number(answered), heldBack: heldBefore + Number(heldBack) }
  }

  #take(): IpNumber | undefined {
    if (this.#isStopped) return undefined
    return this.#again.shift() ?? (this.#next < this.#total ? this.#addresses.at(4, this.#next++) : undefined)
  }

  #save(): void {
    const last = this.#next === 0 ? undefined : this.#addresses.at(4, this.#next - 1)
    const underWay = [...this.#underWay, ...this.#again].map(ipText)
    this.#run = { ...this.#run, ...(last && { cursor: ipText(last) }), underWay }
    this.#parts.save(this.#run)
  }

  #every(ms: number, run: () => void): () => void {
    let cancel = (): void => {}
    const next = (): void => {
      cancel = this.#parts.clock.after(ms, () => {
        try {
          run()
        } catch (thrown) {
          this.#problem = messageOf(thrown)
        }
        next()
      })
    }
    next()
    return () => cancel()
  }
}

/** How many addresses a kept run has behind it, in what is permitted now. */
function placeBehind(cursor: string | undefined, addresses: NetworkSet): number {
  const last = cursor === undefined ? undefined : ipNumber(cursor)
  return last === undefined ? 0 : Number(addresses.before({ ...last, value: last.value + 1n }))
}
