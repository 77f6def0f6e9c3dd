/**
 * Takes samples that other programs push: InfluxDB's line protocol, Prometheus' text format and remote write,
 * VictoriaMetrics' JSON lines. The good part of a body is on disk when it answers, and each bad line has a name. This
 * room knows nothing of HTTP nor of how samples are stored; who may write is its caller's to decide.
 */
import { setImmediate } from 'node:timers/promises'
import { assertNever } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import { readInflux, type Unit } from './influx-line.ts'
import { Intake, type LineFault, type SampleStore } from './intake.ts'
import { readJsonLines } from './json-lines.ts'
import { KnownLines } from './known-lines.ts'
import { readPrometheusText, type TextDialect } from './prometheus-text.ts'
import { readRemoteWrite } from './remote-write.ts'
import type { KnownSeries, Reading } from './sample-sink.ts'

export { INFLUX_UNITS, type Unit } from './influx-line.ts'
export type { LineFault, SampleStore } from './intake.ts'
export { unpackSnappyBlock } from './snappy-block.ts'

/** What a body is; remote write is unpacked already. */
export type PushFormat =
  | { readonly kind: 'influx'; readonly unit: Unit }
  | { readonly kind: 'json-lines' }
  | { readonly kind: 'remote-write' }
  | ({ readonly kind: 'prometheus-text' } & TextDialect)

export type PushOutcome = {
  /** Samples stored. */
  readonly samples: number
  /** Faults; of them the first hundred in `faults`. */
  readonly refused: number
  /** Values of sorts that the store has not: strings. */
  readonly skipped: number
  readonly faults: readonly LineFault[]
}
export type PushStats = { readonly samples: number; readonly refused: number; readonly skipped: number }

export interface Push {
  /**
   * Stores what of a body can be stored. `ownsAll`: also series that carry the id of an agent or device. Rejects with
   * EyeNetError `unavailable` when the disk refuses: the same body may be sent again.
   */
  take(bytes: Buffer, format: PushFormat, options: { readonly ownsAll: boolean }): Promise<PushOutcome>
  /** Forgets which text names which series: some have ended. */
  forget(): void
  stats(): PushStats
}

export type PushOptions = { readonly store: SampleStore; readonly clock: { now(): EpochMs } }

export function createPush({ store, clock }: PushOptions): Push {
  // What an administrator may name must not become known to others.
  const known = { all: new Known(), others: new Known() }
  const total = { samples: 0, refused: 0, skipped: 0 }
  return {
    async take(bytes, format, { ownsAll }) {
      const kept = ownsAll ? known.all : known.others
      const intake = new Intake(store, {
        ...{ now: clock.now(), ownsAll, known: kept.seriesOf(format.kind) },
        forget: () => kept.clear(),
      })
      for (const _ of readingOf(bytes, format, { intake, lines: kept.lines })) {
        await intake.drain()
        await setImmediate()
      }
      await intake.finish()
      const { samples, refused, skipped, faults } = intake
      total.samples += samples
      total.refused += refused
      total.skipped += skipped
      return { samples, refused, skipped, faults }
    },
    forget: () => {
      known.all.clear()
      known.others.clear()
    },
    stats: () => ({ ...total }),
  }
}

/** Which text names which series, by format. */
class Known {
  readonly lines = new KnownLines()
  readonly #series = new Map<PushFormat['kind'], KnownSeries>()

  seriesOf(kind: PushFormat['kind']): KnownSeries {
    const found = this.#series.get(kind) ?? new Map()
    this.#series.set(kind, found)
    return found
  }

  clear(): void {
    this.lines.clear()
    for (const series of this.#series.values()) series.clear()
  }
}

type Into = { readonly intake: Intake; readonly lines: KnownLines }

function readingOf(bytes: Buffer, format: PushFormat, { intake, lines }: Into): Reading {
  switch (format.kind) {
    case 'influx':
      return readInflux(bytes, intake, { unit: format.unit, known: lines })
    case 'json-lines':
      return readJsonLines(bytes, intake)
    case 'remote-write':
      return readRemoteWrite(bytes, intake)
    case 'prometheus-text':
      return readPrometheusText(bytes, intake, format)
    default:
      return assertNever(format)
  }
}
