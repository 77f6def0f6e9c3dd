import fc from 'fast-check'
import { expect, test } from 'vitest'
import { INFLUX_UNITS, readInflux, type Unit } from './influx-line.ts'
import { NOW, readAll, shortly } from './push.testkit.ts'

const influx = (body: string | Uint8Array, unit: Unit = INFLUX_UNITS.ns) =>
  readAll((bytes, sink) => readInflux(bytes, sink, unit), body)

test('a field becomes a metric of its own, and the field value the measurement alone', async () => {
  const got = await influx('cpu,host=a,cpu=cpu0 usage_user=1.5,usage_idle=97i 1700000000123000000\nup,host=a value=t\n')
  expect(shortly(got.samples)).toEqual([
    'cpu_usage_user{host=a,cpu=cpu0} 1.5 @1700000000123',
    'cpu_usage_idle{host=a,cpu=cpu0} 97 @1700000000123',
    `up{host=a} 1 @${NOW}`,
  ])
  expect(got.faults).toEqual([])
})

test('escapes, comments, empty lines and carriage returns are understood', async () => {
  const got = await influx(
    '# hello\r\n\r\nmy\\ disk,path=C:\\\\\\ x\\,y,a\\=b=z free=-1e3,\\ odd=2u 1\r\n',
    INFLUX_UNITS.s,
  )
  expect(shortly(got.samples)).toEqual([
    'my_disk_free{path=C:\\ x,y,a_b=z} -1000 @1000',
    'my_disk__odd{path=C:\\ x,y,a_b=z} 2 @1000',
  ])
})

test('strings are counted and left out, also those over several lines', async () => {
  const got = await influx('a s="x \\" y, z=1\nnext",v=1 1\nb v=2 2\nc w="only" 3\n', INFLUX_UNITS.ms)
  expect(shortly(got.samples)).toEqual(['a_v{} 1 @1', 'b_v{} 2 @2'])
  expect([got.skipped, got.faults]).toEqual([2, []])
})

test.each([
  ['ns', '1700000000999999999', 1_700_000_000_999],
  ['us', '1700000000000001', 1_700_000_000_000],
  ['ms', '1700000000123', 1_700_000_000_123],
  ['s', '1700000000', 1_700_000_000_000],
  ['m', '28333333', 1_699_999_980_000],
  ['h', '472222', 1_699_999_200_000],
  ['ns', '999999', 0],
] as const)('a time in %s is cut to milliseconds', async (unit, text, time) => {
  expect((await influx(`m value=1 ${text}`, INFLUX_UNITS[unit])).samples[0]?.time).toBe(time)
})

test('each bad line is named, and the others are stored', async () => {
  const bad = [
    'nofields',
    ',x=1 v=1',
    'm, v=1',
    'm,a v=1',
    'm v=',
    'm v=x',
    'm v=1x',
    'm v=1i2',
    'm v=i',
    'm v=1 x',
    'm v=1 1 1',
    'm v=NaN',
    'm v=1e999',
    'm v="open',
    'm v=1 -5',
    `m v=1 ${NOW + 86_400_001}`,
    'm v w=1',
    'm v,w=1',
    'm,a=1,a=2 v=1',
    'm,device=0190bbbb-0000-7000-8000-000000000001 v=1',
  ]
  const got = await influx(bad.map((line) => `${line}\nok v=1 5\n`).join(''), INFLUX_UNITS.ms)
  expect(got.samples.map((one) => one.time)).toEqual(bad.map(() => 5))
  expect(got.faults.map((one) => one.line)).toEqual(bad.map((_, at) => 2 * at + 1))
  for (const { reason } of got.faults) expect(reason).toMatch(/^[a-z]/)
})

test('at most a hundred bad lines are named, all are counted', async () => {
  const got = await influx('bad\n'.repeat(250))
  expect([got.refused, got.faults.length]).toEqual([250, 100])
})

test('a series is known again by its text, and nobody is mistaken for another', async () => {
  const lines = [1, 2].map((value) => `m,a=é x=${value},y=${value} 1\nm,a=e x=${value} 1\n`)
  const got = await influx(lines.join(''), INFLUX_UNITS.ms)
  const wanted = [1, 2].map((value) => [`m_x{a=é} ${value} @1`, `m_y{a=é} ${value} @1`, `m_x{a=e} ${value} @1`])
  expect(shortly(got.samples)).toEqual(wanted.flat())
})

test('a string that does not end on its line takes the lines with it to where it ends, by name', async () => {
  const got = await influx('m v="x\\"\n'.repeat(50_000))
  expect(got.refused).toBe(25_000)
  expect(got.faults[0]?.reason).toMatch(/lines 1 to 2 were left out/)
  expect(got.turns).toBeGreaterThan(1)
})

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const tag = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((one) => !/[\n\r\ufffd]|\\$/.test(one))
const escaped = (text: string) => text.replaceAll(/[\\,= ]/g, '\\$&')

test('what is written in line protocol is read back', async () => {
  const line = fc.record({
    measurement: name,
    tags: fc.dictionary(name, tag, { maxKeys: 4, noNullPrototype: true }),
    fields: fc.dictionary(
      name.filter((one) => one !== 'value'),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      {
        minKeys: 1,
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
    time: fc.integer({ min: 0, max: NOW }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
      const body = lines.map(({ measurement, tags, fields, time }) => {
        const tagText = Object.entries(tags).map(([key, value]) => `,${key}=${escaped(value)}`)
        const fieldText = Object.entries(fields).map(([key, value]) => `${key}=${value}`)
        return `${measurement}${tagText.join('')} ${fieldText.join(',')} ${time}\n`
      })
      const got = await influx(body.join(''), INFLUX_UNITS.ms)
      expect(got.faults).toEqual([])
      const wanted = lines.flatMap(({ measurement, tags, fields, time }) =>
        Object.entries(fields).map(([key, value]) => {
          return { series: { __name__: `${measurement}_${key}`, ...tags }, time, value: value === 0 ? 0 : value }
        }),
      )
      expect(got.samples.map(({ series, time, value }) => ({ series, time, value: value === 0 ? 0 : value }))).toEqual(
        wanted,
      )
    }),
  )
})

test('no bytes whatever make it throw, and each line is counted once at most', async () => {
  const crooked = fc.array(fc.constantFrom('m', ',', '=', ' ', '"', '\\', '\n', '1', 'i', '-', 'é', 't'), {
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        crooked.map((all) => Buffer.from(all.join(''))),
        fc.uint8Array(),
      ),
      async (bytes) => {
        const got = await influx(bytes)
        expect(got.faults.every((one) => one.line >= 1)).toBe(true)
      },
    ),
    { numRuns: 1_000 },
  )
})
