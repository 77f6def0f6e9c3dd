// The bodies that all contenders get, written to files before a clock runs: the same bytes for each, in the order of time.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SERIES_PER_HOST, Values } from './values.mjs'

export const STEP_MS = 30_000
/** Connections of a sender; each has its own half of the hosts, so that no series comes out of order. */
export const LANES = 2
const BODY_SAMPLES = 5_000
/** Of a body that holds a part of one step. */
const MOST_BODY_SAMPLES = 10_000

/**
 * Writes `steps` x `series` samples ending at `endMs` in each format of `formats` to a file in `folder`. Answers by the
 * format's name `{ file, bodies: [{ lane, at, length, samples, step }] }`.
 */
export function writeBodies({ folder, series, steps, endMs, formats }) {
  const values = new Values(series)
  const files = formats.map((format) => {
    const file = join(folder, `${format.name}-${series}-${steps}.bodies`)
    return { format, file, fd: openSync(file, 'w'), size: 0, bodies: [] }
  })
  const flush = (lane, samples, step) => {
    for (const one of files) {
      const body = one.format.take()
      writeSync(one.fd, body)
      one.bodies.push({ lane, at: one.size, length: body.length, samples, step })
      one.size += body.length
    }
  }
  const hosts = Math.ceil(series / SERIES_PER_HOST)
  const edge = Math.min(series, Math.ceil(hosts / LANES) * SERIES_PER_HOST)
  const lanes = [
    { from: 0, to: edge },
    { from: edge, to: series },
  ]
  const stepsPerBody = Math.max(1, Math.floor(BODY_SAMPLES / Math.max(1, edge)))
  for (let first = 0; first < steps; first += stepsPerBody) {
    const last = Math.min(steps, first + stepsPerBody)
    for (const [lane, { from, to }] of lanes.entries()) {
      let samples = 0
      for (let step = first; step < last; step++) {
        const timeMs = endMs - (steps - 1 - step) * STEP_MS
        for (let at = from; at < to; at++) {
          const value = values.next(at, step)
          for (const { format } of files) format.add(at, timeMs, value)
          samples += 1
          if (samples >= MOST_BODY_SAMPLES && samples % SERIES_PER_HOST === 0) {
            flush(lane, samples, step)
            samples = 0
          }
        }
      }
      if (samples > 0) flush(lane, samples, first)
    }
  }
  for (const { fd } of files) closeSync(fd)
  return Object.fromEntries(files.map(({ format, file, bodies }) => [format.name, { file, bodies }]))
}

/** Reads the bodies of one file; each call gives one. */
export function openBodies({ file }) {
  const fd = openSync(file, 'r')
  return {
    read({ at, length }) {
      const bytes = Buffer.allocUnsafe(length)
      readSync(fd, bytes, 0, length, at)
      return bytes
    },
    close: () => closeSync(fd),
  }
}

export const samplesOf = (bodies) => bodies.reduce((sum, { samples }) => sum + samples, 0)
