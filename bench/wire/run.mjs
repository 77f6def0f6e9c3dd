// What a sample costs as a message: bytes, and CPU to write and read it, against JSON. One live message (all devices once) and
// one of a backlog (some devices, many polls). npm run bench -- wire [--rounds 5] [--json FILE]
import { writeFileSync } from 'node:fs'
import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib'
import { decodeSamples, encodeSamples, frame, unframe } from '../../shared/dist/wire/wire.js'
import { benchOptions, measureInTurns, report } from '../measure.mjs'
import { Interfaces } from './interfaces.mjs'

const EPOCH = '0123456789abcdef'
const REPEATS = 10
const START = 1_750_000_000_000

const inflate = (bytes, maxOutputLength) => inflateRawSync(bytes, { maxOutputLength })
const FORMATS = {
  'JSON, an object per sample, gzip 1': {
    write: ({ ids, times, values }) =>
      gzipSync(JSON.stringify([...ids].map((id, at) => ({ id, time: times[at], value: values[at] }))), { level: 1 }),
    read: (bytes) => JSON.parse(gunzipSync(bytes)),
  },
  'JSON, columns, gzip 1': {
    write: ({ ids, times, values }) =>
      gzipSync(JSON.stringify({ ids: [...ids], times: [...times], values: [...values] }), { level: 1 }),
    read: (bytes) => JSON.parse(gunzipSync(bytes)),
  },
  EyeNet: {
    write: (batch) => frame(encodeSamples(batch), (body) => deflateRawSync(body)),
    read: (bytes) => decodeSamples(unframe(bytes, inflate)),
  },
}

const { json, rounds } = benchOptions()
const results = []
for (const [name, shape] of Object.entries({
  'live, 4,000 samples of one poll': { interfaces: 266, polls: 1 },
  'backlog, 30 polls': { interfaces: 130, polls: 30 },
})) {
  const columns = new Interfaces(shape.interfaces, START).next(shape.polls)
  const batch = { epoch: EPOCH, first: 1, last: 1, definitions: [], ...columns }
  const per = (work) => () => {
    const before = process.cpuUsage()
    for (let repeat = 0; repeat < REPEATS; repeat++) work()
    const { user, system } = process.cpuUsage(before)
    return ((user + system) / REPEATS / batch.ids.length) * 1_000
  }
  const each = (make) => Object.fromEntries(Object.entries(FORMATS).map(([format, parts]) => [format, make(parts)]))
  const sizes = each(
    ({ write }) =>
      () =>
        write(batch).length / batch.ids.length,
  )
  const writes = each(({ write }) => per(() => write(batch)))
  const reads = each(({ write, read }) => {
    const bytes = write(batch)
    return per(() => read(bytes))
  })
  results.push(
    report({ title: `${name}: size`, unit: 'bytes per sample', values: await measureInTurns(sizes, 1) }),
    report({ title: `${name}: writing`, unit: 'CPU us per 1,000', values: await measureInTurns(writes, rounds) }),
    report({ title: `${name}: reading`, unit: 'CPU us per 1,000', values: await measureInTurns(reads, rounds) }),
  )
}
if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
