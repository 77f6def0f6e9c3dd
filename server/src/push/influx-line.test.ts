import fc from 'fast-check'
import { expect, test } from 'vitest'
import { INFLUX_UNITS, readInflux, type Unit } from './influx-line.ts'
import { KnownLines } from './known-lines.ts'
import { NOW, readAll, shortly } from './push.testkit.ts'

const influx = (body: string | Uint8Array, unit: Unit = INFLUX_UNITS.ns) =>
  readAll((bytes, sink) => readInflux(bytes, sink, { unit, known: new KnownLines() }), body)

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

const crookedLine = fc
  .tuple(
    fc.constantFrom('m', 'm,a=b', 'm,a=c', 'm\\ x,a=b\\,c', 'n,a=\\\\', 'ü,a=é', ' m', 'm '),
    fc.constantFrom(
      'v=1',
      'v=-2.5',
      'v=1i',
      'v=1u',
      'v=1.',
      'v=.5',
      'v=1e3',
      'v=1,w=2',
      'w=2,v=1',
      'v=t',
      'v="a b"',
      'v="x',
      'v=',
    ),
    fc.constantFrom('', ' 5', ' 6', ' 50', ' 5 ', ' 5\r', ' -5', ' x', '  7', ' 123456789012345678901'),
  )
  .map((parts) => `${parts[0]} ${parts[1]}${parts[2]}`)

test('what was read before changes nothing of what a body says', async () => {
  const body = fc.array(fc.oneof(crookedLine, fc.string({ maxLength: 12 })), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(body, async (lines) => {
      const text = lines.join('\n')
      const alone = await influx(text, INFLUX_UNITS.ms)
      // Numbers of series are given anew by each reading, so that what is known must be learnt by the same one.
      const twice = await readAll(function* (bytes, sink) {
        const kept = new KnownLines()
        for (let i = 0; i < 2; i += 1) yield* readInflux(bytes, sink, { unit: INFLUX_UNITS.ms, known: kept })
      }, text)
      const half = twice.samples.length / 2
      expect(shortly(twice.samples.slice(0, half))).toEqual(shortly(alone.samples))
      expect(shortly(twice.samples.slice(half))).toEqual(shortly(alone.samples))
      expect(twice.refused).toBe(2 * alone.refused)
      expect(twice.skipped).toBe(2 * alone.skipped)
    }),
    { numRuns: 3_000 },
  )
})

test('thousands of heads with many fields are told apart when they come again in any order', async () => {
  const heads = Array.from({ length: 3_000 }, (_, at) => `m,host=h${at},x=${'y'.repeat(at % 7)}z f${at % 3}=1,g=2 1`)
  const order = [...heads].reverse().concat(heads.filter((_, at) => at % 2 === 0))
  const got = await readAll(function* (bytes, sink) {
    const known = new KnownLines()
    yield* readInflux(bytes, sink, { unit: INFLUX_UNITS.ms, known })
    yield* readInflux(Buffer.from(order.join('\n')), sink, { unit: INFLUX_UNITS.ms, known })
  }, heads.join('\n'))
  const wanted = await influx([...heads, ...order].join('\n'), INFLUX_UNITS.ms)
  expect(shortly(got.samples)).toEqual(shortly(wanted.samples))
  expect(got.samples).toHaveLength(15_000)
})
