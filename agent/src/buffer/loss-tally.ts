import type { SampleColumns } from './sample-columns.ts'

/** How many samples, and the times of the first and the last; `from` is infinite where there is none. */
export type LossShare = { samples: number; from: number; to: number }

/** What is lost, and of which device; those of no device are under ''. */
export class LossTally {
  readonly total: LossShare = { samples: 0, from: Number.POSITIVE_INFINITY, to: 0 }
  readonly devices = new Map<string, LossShare>()

  add(device: string, lost: LossShare): void {
    if (lost.samples === 0) return
    widen(this.total, lost)
    const share = this.devices.get(device)
    if (share === undefined) this.devices.set(device, { ...lost })
    else widen(share, lost)
  }

  /** Counts all samples of ordered columns. */
  addColumns({ ids, times }: SampleColumns, deviceOf: (id: number) => string): void {
    for (let from = 0; from < ids.length; ) {
      const id = ids[from] ?? 0
      let to = from + 1
      while (to < ids.length && ids[to] === id) to++
      this.add(deviceOf(id), { samples: to - from, from: times[from] ?? 0, to: times[to - 1] ?? 0 })
      from = to
    }
  }

  addAll(other: LossTally): void {
    for (const [device, share] of other.devices) this.add(device, share)
  }
}

export function widen(share: LossShare, by: LossShare): void {
  share.samples += by.samples
  share.from = Math.min(share.from, by.from)
  share.to = Math.max(share.to, by.to)
}
