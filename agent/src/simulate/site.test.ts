import { EyeNetError } from '@eyenet/shared/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TAG } from './ber-tag.ts'
import { DEMO_FAULTS } from './demo-faults.ts'
import { deviceOf, portOf, START, siteWith } from './demo-site.testkit.ts'
import { type Fault, FaultScript } from './fault-script.ts'
import { ask, unsignedOf, type Varbind, walk } from './manager.testkit.ts'

const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
const IF_X_ENTRY = '1.3.6.1.2.1.31.1.1.1'
const LLDP_REMOTE = '1.0.8802.1.1.2.1.4.1.1'
const MINUTE = 60_000
const COUNTERS = ['octets', 'unicast', 'multicast', 'broadcast', 'errors', 'discards'] as const

const script = (...faults: GivenFault[]) => FaultScript.parse({ every: '1h', faults })
type GivenFault = Record<string, unknown> & { kind: Fault['kind'] }

test('all counters of the demonstration only grow between restarts, whatever the polling', () => {
  const site = siteWith(DEMO_FAULTS)
  const gaps = fc.array(fc.integer({ min: 1, max: 20 * MINUTE }), { minLength: 5, maxLength: 30 })
  fc.assert(
    fc.property(gaps, (steps) => {
      for (const device of site.devices) {
        let now = START
        for (const step of steps) {
          const later = now + step
          if (device.model.bootedAt(now) === device.model.bootedAt(later)) {
            for (const port of device.interfaces) {
              for (const side of ['received', 'sent'] as const) {
                for (const which of COUNTERS)
                  expect(port[side][which](later)).toBeGreaterThanOrEqual(port[side][which](now))
              }
            }
          }
          now = later
        }
      }
    }),
    { numRuns: 10 },
  )
})

test('what one end of a link sends, the other receives', () => {
  const site = siteWith(DEMO_FAULTS)
  const from = START + 11 * MINUTE
  const to = from + 7 * MINUTE
  for (const { a, b } of site.spec.links) {
    const left = portOf(site, a.device, a.interface)
    const right = portOf(site, b.device, b.interface)
    const ways = [
      [left.sent, right.received],
      [right.sent, left.received],
    ] as const
    for (const [sender, receiver] of ways) {
      for (const which of ['octets', 'unicast', 'multicast', 'broadcast'] as const) {
        const sent = sender[which](to) - sender[which](from)
        const received = receiver[which](to) - receiver[which](from)
        expect(Math.abs(sent - received)).toBeLessThanOrEqual(1)
      }
    }
    expect(left.isUp(from)).toBe(right.isUp(from))
    expect(left.spec.speedBps).toBe(right.spec.speedBps)
  }
})

test('no direction carries more than its link can, and without faults none more than 70 %', () => {
  for (const [faults, most] of [
    [undefined, 0.7],
    [DEMO_FAULTS, 1],
  ] as const) {
    const site = siteWith(faults)
    for (const port of site.devices.flatMap((device) => device.interfaces)) {
      for (let now = START + 30 * MINUTE; now < START + 30 * 60 * MINUTE; now += 137 * MINUTE) {
        for (const side of ['received', 'sent'] as const) {
          const bits = 8 * (port[side].octets(now + MINUTE) - port[side].octets(now))
          expect(bits).toBeLessThanOrEqual(most * 60 * port.spec.speedBps + 8)
        }
      }
    }
  }
})

test('32-bit counters are the lower half of the 64-bit ones, and wrap', () => {
  const device = deviceOf(siteWith(), 'core-1')
  const values = (column: string, now: number) => walk(device, column, now).map(unsignedOf)
  const first = values(`${IF_ENTRY}.10`, START)
  const later = values(`${IF_ENTRY}.10`, START + 10 * MINUTE)
  expect(first).toEqual(values(`${IF_X_ENTRY}.6`, START).map((value) => value & 0xffffffffn))
  expect(later.some((value, at) => value < first[at]!)).toBe(true)
})

test('a fast link that has run for long counts beyond 2^53', () => {
  const octets = walk(deviceOf(siteWith(), 'core-1'), `${IF_X_ENTRY}.6`, START).map(unsignedOf)
  expect(octets.some((value) => value > 2n ** 53n)).toBe(true)
})

test('a cut link is down at both ends for as long as the script says', () => {
  const site = siteWith(script({ kind: 'link_down', device: 'dist-1', interface: 'xe-0/2/1', at: '30s', for: '15m' }))
  const ends = [portOf(site, 'dist-1', 'xe-0/2/1'), portOf(site, 'core-2', 'Ethernet1')]
  for (const [seconds, up] of [
    [0, true],
    [29, true],
    [30, false],
    [929, false],
    [930, true],
    [3_630, false],
  ] as const) {
    expect(ends.map((end) => end.isUp(START + seconds * 1_000))).toEqual([up, up])
  }
  const uptime = deviceOf(site, 'dist-1').model.upTicks(START + 30_000)
  expect(ends[0]?.lastChange(START + MINUTE)).toBe(uptime)
})

test('a device that is down is silent, its neighbours see the link go, and it starts again from 0', () => {
  const site = siteWith(script({ kind: 'device_down', device: 'ap-2', at: '20s', for: '10m' }))
  const ap = deviceOf(site, 'ap-2')
  const back = START + 620_000
  expect([START, START + 20_000, back - 1, back].map((now) => ap.answers(now))).toEqual([true, false, false, true])
  expect(portOf(site, 'access-2', 'Gi1/0/1').isUp(START + 25_000)).toBe(false)
  expect(ap.model.upTicks(START)).toBeGreaterThan(1_000_000)
  expect(ap.model.upTicks(back + 1_000)).toBe(100)
  expect(portOf(site, 'ap-2', 'eth0').received.octets(back)).toBe(0)
  expect(portOf(site, 'ap-2', 'eth0').received.octets(back + MINUTE)).toBeGreaterThan(0)
})

test('a surge fills the link in the direction that is named', () => {
  const site = siteWith(
    script({
      kind: 'surge',
      device: 'router-1',
      interface: 'ether1',
      at: 60,
      for: 300,
      direction: 'in',
      utilisation: 0.9,
    }),
  )
  const port = portOf(site, 'router-1', 'ether1')
  const share = (side: 'received' | 'sent') =>
    (8 * (port[side].octets(START + 300_000) - port[side].octets(START + 100_000))) / (200 * port.spec.speedBps)
  expect(share('received')).toBeGreaterThan(0.89)
  expect(share('received')).toBeLessThan(0.97)
  expect(share('sent')).toBeLessThan(0.5)
})

test('a stalled port stays up and passes nothing in the direction that is named, at both ends', () => {
  const site = siteWith(
    script({ kind: 'stall', device: 'core-1', interface: 'Ethernet5', at: 60, for: 300, direction: 'out' }),
  )
  const [port, other] = [portOf(site, 'core-1', 'Ethernet5'), portOf(site, 'server-1', 'eth0')]
  const passed = (read: (now: number) => number) => read(START + 300_000) - read(START + 100_000)
  expect([port.isUp(START + 200_000), other.isUp(START + 200_000)]).toEqual([true, true])
  expect([passed(port.sent.octets), passed(other.received.octets)]).toEqual([0, 0])
  expect(passed(port.received.octets)).toBeGreaterThan(1e6)
  expect(port.sent.octets(START + 400_000)).toBeGreaterThan(port.sent.octets(START + 300_000))
})

test('a stuck sensor shows what it had when it stuck, and moves again after', () => {
  const site = siteWith(script({ kind: 'stuck', device: 'core-1', sensor: 'Fan 2', at: 60, for: 300 }))
  const { model } = deviceOf(site, 'core-1')
  const [one, two] = ['Fan 1', 'Fan 2'].map((name) => model.spec.sensors.find((sensor) => sensor.name === name))
  if (one === undefined || two === undefined) throw new Error('core-1 has two fans')
  const at = (sensor: typeof one) => [100, 200, 359].map((second) => model.sensor(sensor, START + second * 1_000))
  expect(new Set(at(two)).size).toBe(1)
  expect(new Set(at(one)).size).toBe(3)
  expect(model.sensor(two, START + 361_000)).not.toBe(at(two)[0])
})

test('errors, temperature and processor follow the script and return', () => {
  const site = siteWith(
    script(
      { kind: 'errors', device: 'access-2', interface: 'Gi1/0/6', at: 60, for: 100, perSecond: 40 },
      { kind: 'temperature', device: 'access-3', at: 0, for: '30m', celsius: 40 },
      { kind: 'cpu', device: 'server-2', at: 60, for: 60, percent: 97 },
    ),
  )
  const errors = portOf(site, 'access-2', 'Gi1/0/6').received.errors
  expect(errors(START + 200_000) - errors(START)).toBeGreaterThanOrEqual(4_000)
  expect(errors(START + 400_000) - errors(START + 200_000)).toBeLessThan(3)
  const { model } = deviceOf(site, 'access-3')
  const inlet = model.spec.sensors[0]!
  expect(model.sensor(inlet, START + 20 * MINUTE)).toBeGreaterThan(60)
  expect(model.sensor(inlet, START + 31 * MINUTE)).toBeLessThan(35)
  const server = deviceOf(site, 'server-2')
  const load = (now: number) => server.model.load(server.model.spec.host!.load, 0, now)
  expect([load(START + 90_000), load(START + 130_000) < 97]).toEqual([97, true])
})

test('LLDP is symmetric: who hears a neighbour is heard by it, on the ports that the link names', () => {
  const site = siteWith()
  const heard = site.devices.flatMap((device) => {
    const column = (number: number) => walk(device, `${LLDP_REMOTE}.${number}`, START)
    const ports = new Map(device.interfaces.map(({ spec }) => [spec.index, spec.name]))
    const systems = column(9)
    return column(7).map((row: Varbind, at) => {
      const local = ports.get(Number(row.name.split('.').at(-2)))
      return `${device.model.spec.sysName} ${local} > ${systems[at]?.content} ${row.content}`
    })
  })
  expect(heard.length).toBeGreaterThanOrEqual(30)
  const reversed = heard.map((line) => line.split(' > ').reverse().join(' > '))
  expect(new Set(reversed)).toEqual(new Set(heard))
})

test('a neighbour behind a cut link is not heard', () => {
  const site = siteWith(script({ kind: 'link_down', device: 'dist-1', interface: 'xe-0/2/1', at: 0, for: '15m' }))
  const count = (now: number) => walk(deviceOf(site, 'core-2'), `${LLDP_REMOTE}.9`, now).length
  expect(count(START + 20 * MINUTE) - count(START)).toBe(1)
})

test('every device says who it is, and no two say the same', () => {
  const site = siteWith()
  const identity = ['1.3.6.1.2.1.1.5.0', '1.3.6.1.6.3.10.2.1.1.0', '1.3.6.1.2.1.47.1.1.1.1.11.1', '1.3.6.1.2.1.2.2.1.6']
  const facts = site.devices.map(
    (device) => ask(device, { tag: TAG.get, names: identity.slice(0, 3) }, START)!.varbinds,
  )
  for (const [fact] of identity.slice(0, 3).entries()) {
    const said = new Set(facts.map((varbinds) => varbinds[fact]!.content.toString('latin1')))
    expect(said.size).toBe(site.devices.length)
  }
  const macs = site.devices.flatMap((device) =>
    device.interfaces.map(({ spec }) => spec.mac).filter((mac) => mac !== ''),
  )
  expect(new Set(macs).size).toBe(macs.length)
})

test('a fault on what is not there names what there is', () => {
  const wrong = (fault: GivenFault) => () => siteWith(script(fault))
  expect(wrong({ kind: 'device_down', device: 'core-9', at: 0, for: 1 })).toThrow(
    /faults\.0: there is no device "core-9"; there are core-1, /,
  )
  expect(wrong({ kind: 'link_down', device: 'ap-1', interface: 'eth7', at: 0, for: 1 })).toThrow(
    /ap-1 has no interface "eth7"; it has lo, eth0/,
  )
  expect(wrong({ kind: 'temperature', device: 'ap-1', sensor: 'x', at: 0, for: 1 })).toThrow(EyeNetError)
  const move = { kind: 'move_cable', device: 'ap-1', interface: 'eth0', at: 0, for: 1 } as const
  expect(wrong({ ...move, to: { device: 'access-1', interface: 'Gi1/0/2' } })).toThrow(
    /access-1 Gi1\/0\/2 is no free port; free are Gi1\/0\/9, /,
  )
  expect(wrong({ ...move, interface: 'lo', to: { device: 'access-1', interface: 'Gi1/0/9' } })).toThrow(
    'ap-1 lo has no cable to another device',
  )
  expect(wrong({ kind: 'stuck', device: 'core-1', sensor: 'Fan 9', at: 0, for: 1 })).toThrow(/Fan 1, Fan 2/)
})
