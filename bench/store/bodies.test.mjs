import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { INFLUX_UNITS, readInflux } from '../../server/src/push/influx-line.ts'
import { KnownLines } from '../../server/src/push/known-lines.ts'
import { NOW, readAll, shortly } from '../../server/src/push/push.testkit.ts'
import { readRemoteWrite } from '../../server/src/push/remote-write.ts'
import { unpackSnappyBlock } from '../../server/src/push/snappy-block.ts'
import { LANES, openBodies, STEP_MS, samplesOf, writeBodies } from './bodies.mjs'
import { fieldsFormat, lineFormat, remoteWriteFormat } from './formats.mjs'

const SERIES = 60
const STEPS = 200
const readLines = (bytes, sink) => readInflux(bytes, sink, { unit: INFLUX_UNITS.ns, known: new KnownLines() })

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-bodies-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function written() {
  const formats = [lineFormat(SERIES), fieldsFormat(), remoteWriteFormat(SERIES)]
  return writeBodies({ folder, series: SERIES, steps: STEPS, endMs: NOW, formats })
}

/** The samples of all bodies of one format, by the server's own reader. */
async function samplesIn(files, read) {
  const opened = openBodies(files)
  const all = []
  for (const body of files.bodies) {
    const { samples, refused } = await readAll(read, opened.read(body))
    expect([refused, samples.length]).toEqual([0, body.samples])
    all.push(...samples.map((sample) => ({ ...sample, lane: body.lane })))
  }
  opened.close()
  return all
}

test('line protocol and remote write hold the same samples, every series at every step', async () => {
  const files = written()
  const lines = await samplesIn(files.line, readLines)
  const remote = await samplesIn(files['remote-write'], (bytes, sink) =>
    readRemoteWrite(unpackSnappyBlock(bytes, 1 << 26), sink),
  )
  expect(shortly(lines)).toEqual(shortly(remote))
  expect(new Set(lines.map(({ series, time }) => JSON.stringify([series, time]))).size).toBe(SERIES * STEPS)
  expect(Math.max(...lines.map(({ time }) => time))).toBe(NOW)
  expect(Math.min(...lines.map(({ time }) => time))).toBe(NOW - (STEPS - 1) * STEP_MS)
})

test('lines of ten fields hold the same values', async () => {
  const files = written()
  const values = async (name) => (await samplesIn(files[name], readLines)).map(({ value, time }) => [time, value])
  expect(await values('fields')).toEqual(await values('line'))
})

test('no series comes out of order, and each has one lane', async () => {
  const newest = new Map()
  const laneOf = new Map()
  for (const { series, time, lane } of await samplesIn(written().line, readLines)) {
    const key = JSON.stringify(series)
    expect(time).toBeGreaterThan(newest.get(key) ?? 0)
    newest.set(key, time)
    expect(laneOf.get(key) ?? lane).toBe(lane)
    laneOf.set(key, lane)
  }
  expect(new Set(laneOf.values()).size).toBe(LANES)
})

test('counters never fall; the same call writes the same bytes; a step of many series is cut', async () => {
  const before = new Map()
  for (const { series, value } of await samplesIn(written().line, readLines)) {
    if (series.__name__ !== 'net_total') continue
    const key = JSON.stringify(series)
    expect(value).toBeGreaterThanOrEqual(before.get(key) ?? 0)
    before.set(key, value)
  }
  const wide = () => writeBodies({ folder, series: 24_000, steps: 1, endMs: NOW, formats: [lineFormat(24_000)] })
  const first = wide()
  expect(wide()).toEqual(first)
  expect(samplesOf(first.line.bodies)).toBe(24_000)
  expect(Math.max(...first.line.bodies.map(({ samples }) => samples))).toBe(10_000)
})
