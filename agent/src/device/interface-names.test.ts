import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nameInterfaces, type SeenInterface } from '@eyenet/shared/identity'
import { MADE_KINDS, makeNetwork, restart, shuffle } from '@eyenet/shared/made-network'
import { expect, test } from 'vitest'

/** Recordings of real devices beside the checkout; where they are absent only made networks are measured. */
const RECORDINGS = fileURLToPath(new URL('../../../../shared/devices/recordings/', import.meta.url))
const hasRecordings = existsSync(RECORDINGS)
const SEED = 7
const COLUMNS = {
  '1.3.6.1.2.1.2.2.1.2': 'ifDescr',
  '1.3.6.1.2.1.2.2.1.6': 'mac',
  '1.3.6.1.2.1.31.1.1.1.1': 'ifName',
  '1.3.6.1.2.1.31.1.1.1.18': 'ifAlias',
} as const
type Device = readonly SeenInterface[]

function recorded(file: string): Device {
  const rows = new Map<number, Record<(typeof COLUMNS)[keyof typeof COLUMNS], string>>()
  // Some lines of the recordings are broken, so each is read by itself.
  for (const line of readFileSync(join(RECORDINGS, file), 'latin1').split('\n')) {
    const [, oid = '', hex, text = ''] = /^([\d.]+)\|4(x?)\|(.*)$/.exec(line) ?? []
    const dot = oid.lastIndexOf('.')
    const column = Object.entries(COLUMNS).find(([name]) => name === oid.slice(0, dot))?.[1]
    if (column === undefined) continue
    const ifIndex = Number(oid.slice(dot + 1))
    const row = rows.get(ifIndex) ?? { ifDescr: '', mac: '', ifName: '', ifAlias: '' }
    const octets = Buffer.from(text, hex === 'x' ? 'hex' : 'latin1')
    row[column] = octets.toString(column === 'mac' ? 'hex' : 'latin1')
    rows.set(ifIndex, row)
  }
  return [...rows].map(([ifIndex, row]) => ({ ifIndex, ...row }))
}

const real = (): readonly Device[] =>
  readdirSync(RECORDINGS)
    .filter((file) => file.endsWith('.snmprec'))
    .map(recorded)
const made = (): readonly Device[] =>
  MADE_KINDS.flatMap((kind) =>
    makeNetwork({ kind, devices: 60, seed: SEED, lldp: 'none' }).devices.map(({ ports }) => ports),
  )

/** What the device shows of an interface, but for its index: twins cannot be told apart by anybody. */
const shown = (one: SeenInterface) => [one.ifName, one.ifDescr, one.ifAlias, one.mac].join('|')

/** Shares of the interfaces that keep their name over a change: of those that differ in what they show, and of all. */
function kept(devices: readonly Device[], change: (device: Device) => Device) {
  const count = { told: 0, ofTold: 0, all: 0, ofAll: 0 }
  for (const device of devices) {
    const known = nameInterfaces([], device)
    const after = change(device)
    const namedBy = new Map(
      nameInterfaces(known, shuffle(after, SEED + 1)).map((one) => [one.ifIndex, one.interface] as const),
    )
    device.forEach((one, at) => {
      const isTold = device.filter((other) => shown(other) === shown(one)).length === 1
      const isKept = namedBy.get(after[at]?.ifIndex ?? -1) === known[at]?.interface
      count.all++
      if (isKept) count.ofAll++
      if (isTold) count.told++
      if (isTold && isKept) count.ofTold++
    })
  }
  return { ofTold: count.ofTold / count.told, ofAll: count.ofAll / count.all, interfaces: count.all }
}

/** Indexes at random, and every interface's name in another form. */
const shuffledAndRenamed = (device: Device): Device => {
  const indexes = shuffle(
    device.map(({ ifIndex }) => ifIndex),
    SEED,
  )
  return device.map((one, at) => ({
    ...one,
    ifIndex: indexes[at] ?? one.ifIndex,
    ifName: one.ifName === '' ? '' : `port-${one.ifName}`,
  }))
}

/** Each tenth has another name, another description, and another address: a module was swapped. */
const shuffledAndSwapped = (device: Device): Device =>
  shuffledAndRenamed(device).map((one, at) => {
    const before = device[at]?.ifName ?? ''
    return at % 10 === 3 && one.ifName !== '' ? { ...one, ifDescr: '', mac: '' } : { ...one, ifName: before }
  })

/** Every index is another one, in the old order. */
const renumbered = (device: Device): Device =>
  [...device].sort((left, right) => left.ifIndex - right.ifIndex).map((one, at) => ({ ...one, ifIndex: 70_000 + at }))

test('made networks keep the names of their interfaces over a restart that shuffles, renames and swaps', () => {
  const network = makeNetwork({ kind: 'mixed', devices: 200, seed: SEED, lldp: 'none' })
  const pairs = network.devices.map((device) => {
    const after = restart(network, device.name, SEED).devices.find(({ name }) => name === device.name)?.ports ?? []
    return { before: device.ports, after }
  })
  const changes = new Map<Device, Device>(pairs.map(({ before, after }) => [before, after]))
  const share = kept(
    pairs.map(({ before }) => before),
    (device) => changes.get(device) ?? [],
  )
  expect(share.interfaces).toBeGreaterThan(900)
  expect(share.ofAll).toBeGreaterThanOrEqual(0.99)
  expect(kept(made(), shuffledAndRenamed).ofAll).toBeGreaterThanOrEqual(0.99)
})

test.skipIf(!hasRecordings)('real devices keep at least 99 % of the names over shuffled indexes and renames', () => {
  const devices = real()
  const shares = {
    nothing: kept(devices, (device) => device),
    renumbered: kept(
      devices.map((device) => [...device].sort((a, b) => a.ifIndex - b.ifIndex)),
      renumbered,
    ),
    renamed: kept(devices, shuffledAndRenamed),
    swapped: kept(devices, shuffledAndSwapped),
  }
  expect(shares.renamed.interfaces).toBeGreaterThan(3_000)
  expect(shares.nothing.ofAll).toBe(1)
  // Renumbered as devices do it, in order: twins too.
  expect(shares.renumbered.ofAll).toBeGreaterThanOrEqual(0.99)
  // Shuffled at random, twins are anybody's guess; all others are known again.
  expect(shares.renamed.ofTold).toBeGreaterThanOrEqual(0.99)
  expect(shares.swapped.ofTold).toBeGreaterThanOrEqual(0.99)
})
