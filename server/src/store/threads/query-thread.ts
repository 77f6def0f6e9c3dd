// A thread that evaluates questions, one at a time, beside the thread that writes.
import { parentPort, type TransferListItem, workerData } from 'node:worker_threads'
import { epochMs } from '@eyenet/shared/identity'
import { parseQuery, type QueryResult, type SeriesSamples } from '@eyenet/shared/promql'
import { Caller, Handed, serve } from '../../calls/calls.ts'
import { resultJson } from '../asking/result-json.ts'
import { runAsk } from '../asking/run-ask.ts'
import { type FinderCalls, FoundReader } from '../embedded/embedded.ts'
import type { Ask } from '../metric-store.ts'
import type { QueryCalls, QueryThreadData } from './query-calls.ts'

/** Bytes handed over at once: most answers are whole then, and the thread is free for the next question. */
const HANDED_BYTES = 8 * 1024 * 1024

const port = parentPort
if (port === null) throw new Error('this file is the body of a thread')
const { folder, finder, cancelled } = workerData as QueryThreadData
const flag = new Int32Array(cancelled)
const caller = new Caller<FinderCalls>(finder)
const reader = new FoundReader(folder, {
  find: (selection) => caller.call('find', [selection]),
  labelsOf: (refs) => caller.call('labelsOf', [refs]),
  damaged: (refs) => caller.call('damaged', [refs]),
})
const WARM_UP = parseQuery('sum(rate({__name__="a name that no series has"}[5m])) or vector(1)')
let rest: Generator<Uint8Array<ArrayBuffer>> | undefined

serve<QueryCalls>(port, {
  warm: async () => {
    const now = epochMs(Date.now())
    const { result } = await run(-1, { expr: WARM_UP, start: now, end: now, step: 0, timeoutMs: 1_000 })
    for (const piece of resultJson(result)) if (piece.length === 0) break
  },
  ask: async (number, ask) => {
    const result = await run(number, ask)
    return new Handed(result, result.result.kind === 'matrix' ? buffersOf(result.result.series) : [])
  },
  select: async (number, selection) => {
    reader.stopped = () => Atomics.load(flag, 0) === number
    const series = await reader.select(selection)
    return new Handed(series, buffersOf(series))
  },
  askJson: async (number, ask) => {
    const { result, warnings, infos } = await run(number, ask)
    rest = resultJson(result)
    const next = nextPieces()
    return new Handed({ warnings, infos, basis: reader.basis, ...next }, buffersIn(next.pieces))
  },
  pieces: () => {
    const next = nextPieces()
    return new Handed(next, buffersIn(next.pieces))
  },
  drop: () => {
    rest = undefined
  },
  close: () => {
    reader.close()
    finder.close()
    setImmediate(() => port.close())
  },
})

function run(number: number, ask: Ask): Promise<QueryResult> {
  reader.basis = undefined
  const isCancelled = (): boolean => Atomics.load(flag, 0) === number
  const deadline = performance.now() + ask.timeoutMs
  reader.stopped = () => isCancelled() || performance.now() > deadline
  return runAsk(ask, { reader, nowMs: () => performance.now(), cancelled: isCancelled })
}

function nextPieces() {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for (let bytes = 0; rest !== undefined && bytes < HANDED_BYTES; ) {
    const { value, done } = rest.next()
    if (done === true) rest = undefined
    else {
      pieces.push(value)
      bytes += value.length
    }
  }
  return { pieces, more: rest !== undefined }
}

const buffersIn = (pieces: readonly Uint8Array<ArrayBuffer>[]): TransferListItem[] => pieces.map(({ buffer }) => buffer)

/** The columns are handed over; a buffer that several share is named once. */
function buffersOf(series: readonly SeriesSamples[]): TransferListItem[] {
  const buffers = new Set<TransferListItem>()
  for (const { times, values } of series) {
    for (const { buffer } of [times, values]) if (buffer instanceof ArrayBuffer) buffers.add(buffer)
  }
  return [...buffers]
}
