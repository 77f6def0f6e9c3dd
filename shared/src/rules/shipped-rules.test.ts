import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { metricSpec } from '../catalogue/catalogue.ts'
import { epochMs, type Labels, METRIC_NAME } from '../identity/identity.ts'
import { MemoryReader, type TestValue } from '../promql/memory-reader.testkit.ts'
import { childrenOf, type Expr } from '../promql/promql.ts'
import { askOf } from './ask.testkit.ts'
import {
  type AlertMachine,
  type AlertRule,
  describeAlert,
  INACTIVE,
  nextAlertState,
  observeAlerts,
  parseRules,
} from './rules.ts'

const text = readFileSync(new URL('../../../server/rules/eyenet.yaml', import.meta.url), 'utf8')
const parsed = parseRules({ file: 'eyenet.yaml', text })
const rules = parsed.kind === 'ok' ? parsed.groups.flatMap((group) => group.rules) : []

function rule(name: string): AlertRule {
  const found = rules.find((one) => one.name === name)
  if (found?.kind !== 'alert') throw new Error(`no rule ${name}`)
  return found
}

const port = (name: string): Record<string, string> => ({
  [METRIC_NAME]: name,
  site: 's',
  device: 'd',
  interface: 'ge-1',
})
const MINUTE = 60_000

const GE_1 = { site: 's', device: 'd', interface: 'ge-1' }

/** The state of the only alert of a rule after each minute. */
async function watch(name: string, reader: MemoryReader, over: number | Watched): Promise<string[]> {
  const { minutes, series } = typeof over === 'number' ? { minutes: over, series: GE_1 } : over
  let state: AlertMachine = INACTIVE
  const states: string[] = []
  for (let i = 0; i < minutes; i++) {
    const now = epochMs(i * MINUTE)
    const open = state.kind === 'inactive' || state.kind === 'resolved' ? [] : [{ series, state }]
    const [seen] = await observeAlerts({ rule: rule(name), now, ask: askOf(reader, now), open })
    if (seen !== undefined) state = nextAlertState(rule(name), state, { observation: seen.observation, now })
    states.push(state.kind)
  }
  return states
}

type Watched = { readonly minutes: number; readonly series: Readonly<Record<string, string>> }

/** Runs of equal states, with their lengths. */
function runs(states: readonly string[]): string {
  const found: [string, number][] = []
  for (const state of states) {
    const last = found.at(-1)
    if (last?.[0] === state) last[1]++
    else found.push([state, 1])
  }
  return found.map(([state, count]) => `${state}:${count}`).join(' ')
}

test('the shipped file is valid, and every alert says how bad it is and what to do next', () => {
  expect(parsed).toMatchObject({ kind: 'ok' })
  for (const one of rules) {
    if (one.kind !== 'alert') continue
    const { labels, annotations } = describeAlert(one, { labels: { device: 'd' }, value: 1 })
    expect(labels.severity).toMatch(/^(critical|warning|info)$/)
    expect(Object.keys(annotations)).toEqual(['summary', 'description', 'next'])
    expect(JSON.stringify(annotations)).not.toMatch(/<error|\{\{/)
  }
})

test('every metric of the shipped rules is in the catalogue', () => {
  const names = (expr: Expr): string[] => [
    ...(expr.kind === 'selector' ? expr.matchers.filter((m) => m.name === METRIC_NAME).map((m) => m.value) : []),
    ...childrenOf(expr).flatMap(names),
  ]
  const unknown = rules.flatMap((one) => names(one.query.expr)).filter((name) => metricSpec(name) === undefined)
  expect([...new Set(unknown)]).toEqual(['ALERTS'])
})

test('an interface that went down fires, stays firing for days, and is resolved when it is up', async () => {
  const oper: TestValue[] = [...Array(5).fill(1), ...Array(3000).fill(2), 1]
  const reader = new MemoryReader()
    .add(port('ifOperStatus'), oper)
    .add(port('ifAdminStatus'), Array(oper.length).fill(1))
  const states = await watch('InterfaceDown', reader, oper.length)
  expect(runs(states)).toBe('inactive:5 pending:1 firing:2999 resolved:1')
}, 240_000)

const SILENT = { [METRIC_NAME]: 'device_up', site: 's', device: 'd' }
const QUIETS = ['device_behind_failure', 'device_down_held'] as const

/** The states of the only alert of a rule on a device or an incident after each minute. */
async function watchSeries(name: string, reader: MemoryReader, minutes: number): Promise<string> {
  let open: { readonly series: Labels; readonly state: AlertMachine }[] = []
  const states: string[] = []
  for (let i = 0; i < minutes; i++) {
    const now = epochMs(i * MINUTE)
    const seen = await observeAlerts({ rule: rule(name), now, ask: askOf(reader, now), open })
    const before = new Map(open.map(({ series, state }) => [JSON.stringify(series), state]))
    const next = seen.map(({ series, observation }) => ({
      series,
      state: nextAlertState(rule(name), before.get(JSON.stringify(series)) ?? INACTIVE, { observation, now }),
    }))
    states.push(next.map(({ state }) => state.kind).join('+') || 'inactive')
    open = next.filter(({ state }) => state.kind !== 'inactive' && state.kind !== 'resolved')
  }
  return runs(states)
}

test('a device that does not answer fires; behind a failure it does not, and while it is held it waits', async () => {
  const down = [1, 1, ...Array(8).fill(0), 1]
  expect(await watchSeries('DeviceDown', new MemoryReader().add(SILENT, down), down.length)).toBe(
    'inactive:2 pending:1 firing:7 resolved:1',
  )
  for (const quiet of QUIETS) {
    const series = { ...SILENT, [METRIC_NAME]: quiet }
    const all = new MemoryReader().add(SILENT, down).add(series, Array(down.length).fill(1))
    expect(await watchSeries('DeviceDown', all, down.length)).toBe('inactive:11')
    const until = new MemoryReader().add(SILENT, down).add(series, [...Array(5).fill(1), 0])
    expect(await watchSeries('DeviceDown', until, down.length)).toBe('inactive:5 pending:1 firing:4 resolved:1')
  }
})

test('an interface that another failure explains raises nothing', async () => {
  const oper = [1, 1, ...Array(8).fill(2)]
  const reader = new MemoryReader()
    .add(port('ifOperStatus'), oper)
    .add(port('ifAdminStatus'), Array(oper.length).fill(1))
    .add(port('interface_behind_failure'), Array(oper.length).fill(1))
  expect(runs(await watch('InterfaceDown', reader, oper.length))).toBe('inactive:10')
})

test.each([
  ['LinkDown', 'link'],
  ['PowerLost', 'power'],
  ['AgentIsolated', 'agent-line'],
])(
  '%s fires once for an incident, and is resolved when its cause is over though devices are still away',
  async (name, kind) => {
    const labels = { site: 's', incident: 'i', kind }
    const reader = new MemoryReader()
      .add({ ...labels, [METRIC_NAME]: 'incident_devices' }, [...Array(6).fill(4), 4, 0])
      .add({ ...labels, [METRIC_NAME]: 'incident_active' }, [...Array(5).fill(1), 0, 0, 0])
    expect(await watchSeries(name, reader, 7)).toBe('pending:1 firing:4 resolved:1 inactive:1')
  },
)

test('a link that is lost is told, unless one of its ends does not answer', async () => {
  const lost = { [METRIC_NAME]: 'topology_link_lost', site: 's', device: 'd', peer_device: 'p' }
  const one = (): MemoryReader => new MemoryReader().add(lost, Array(4).fill(1))
  expect(await watchSeries('LinkLost', one(), 4)).toBe('firing:4')
  for (const device of ['d', 'p']) {
    expect(await watchSeries('LinkLost', one().add({ ...SILENT, device }, Array(4).fill(0)), 4)).toBe('inactive:4')
  }
})

test('an interface that was never up, or is switched off, raises no alert', async () => {
  const reader = new MemoryReader()
    .add(port('ifOperStatus'), Array(30).fill(2))
    .add(port('ifAdminStatus'), Array(30).fill(1))
  expect(runs(await watch('InterfaceDown', reader, 30))).toBe('inactive:30')
  const off = new MemoryReader()
    .add(port('ifOperStatus'), [1, 1, ...Array(9).fill(2)])
    .add(port('ifAdminStatus'), [1, ...Array(10).fill(2)])
  expect(runs(await watch('InterfaceDown', off, 11))).toBe('inactive:11')
})

test('a firing interface whose device stops answering is unknown, not resolved', async () => {
  const oper: TestValue[] = [1, 1, 2, 2, 2, 'stale', ...Array(20).fill(undefined), 2, 1]
  const admin: TestValue[] = [1, 1, 1, 1, 1, 'stale', ...Array(20).fill(undefined), 1, 1]
  const reader = new MemoryReader().add(port('ifOperStatus'), oper).add(port('ifAdminStatus'), admin)
  expect(runs(await watch('InterfaceDown', reader, oper.length))).toBe(
    'inactive:2 pending:1 firing:2 unknown:21 firing:1 resolved:1',
  )
})

test('an interface without a known speed is never busy', async () => {
  const octets = Array.from({ length: 30 }, (_, i) => i * 1e12)
  const reader = new MemoryReader().add(port('ifHCInOctets'), octets).add(port('ifSpeed'), Array(30).fill(0))
  expect(runs(await watch('InterfaceInputBusy', reader, 30))).toBe('inactive:30')
  reader.add(port('ifSpeed'), Array(30).fill(1e9))
  expect(runs(await watch('InterfaceInputBusy', reader, 30))).toBe('inactive:1 pending:10 firing:19')
})

test('damaged packets raise an alert with their share, and are resolved when they stop', async () => {
  const errors = Array.from({ length: 40 }, (_, i) => Math.min(20, i) * 600)
  const packets = Array.from({ length: 40 }, (_, i) => i * 6000)
  const reader = new MemoryReader().add(port('ifInErrors'), errors).add(port('ifHCInUcastPkts'), packets)
  expect(runs(await watch('InterfaceInputErrors', reader, 40))).toBe('inactive:1 pending:5 firing:18 resolved:16')
})

test('a cable that moved, and another root bridge, are told once, with names, and are over after an hour', async () => {
  for (const [name, metric, labels] of [
    ['NeighborMoved', 'topology_neighbor_moved', { interface: 'Gi1/0/1', from: 'ap-1 eth0', to: 'ups-1 eth0' }],
    [
      'RootBridgeChanged',
      'topology_root_bridge_changed',
      { change: 'the root bridge around access-1 is core-2; it was core-1' },
    ],
  ] as const) {
    const series = { site: 's', device: 'access-3', ...labels }
    const reader = new MemoryReader().add({ ...series, [METRIC_NAME]: metric }, [
      undefined,
      ...Array(60).fill(1),
      ...Array(60).fill(0),
    ])
    const told = name === 'RootBridgeChanged' ? 'pending:3 firing:57' : 'firing:60'
    expect(runs(await watch(name, reader, { minutes: 121, series }))).toBe(`inactive:1 ${told} resolved:60`)
    const { annotations } = describeAlert(rule(name), { labels: { ...labels, device: 'access-3' }, value: 1 })
    expect(annotations.summary).toMatch(
      /access-3 Gi1\/0\/1 moved from ap-1 eth0 to ups-1 eth0|is core-2; it was core-1/,
    )
  }
})

test('a root that changes with a failure that begins or ends is no alert of its own; beside an old one it is', async () => {
  const series = { site: 's', device: 'access-3', change: 'the root bridge around access-1 is core-2; it was core-1' }
  const incident = { [METRIC_NAME]: 'incident_active', site: 's', incident: 'one', kind: 'device', device: 'core-1' }
  const watched = (changesAt: number, active: readonly TestValue[]): Promise<readonly string[]> => {
    const changed = [...Array(changesAt).fill(undefined), ...Array(60).fill(1), ...Array(60).fill(0)]
    const reader = new MemoryReader()
      .add({ ...series, [METRIC_NAME]: 'topology_root_bridge_changed' }, changed)
      .add(incident, active)
    return watch('RootBridgeChanged', reader, { minutes: changed.length, series })
  }
  const begins = await watched(1, [undefined, undefined, undefined, ...Array(118).fill(1)])
  expect(runs(begins)).toBe('inactive:1 pending:2 inactive:118')
  const ends = await watched(98, [...Array(100).fill(1), ...Array(10).fill(0)])
  expect(runs(ends)).toBe('inactive:98 pending:2 inactive:118')
  const lasts = await watched(100, Array(220).fill(1))
  expect(runs(lasts)).toBe('inactive:100 pending:3 firing:57 resolved:60')
})

test('a lost link is told as long as it is lost', async () => {
  const series = { ...GE_1, peer: 'core-2 ge-4' }
  const reader = new MemoryReader().add({ ...series, [METRIC_NAME]: 'topology_link_lost' }, [
    undefined,
    ...Array(300).fill(1),
    ...Array(20).fill(0),
  ])
  expect(runs(await watch('LinkLost', reader, { minutes: 321, series }))).toBe('inactive:1 firing:300 resolved:20')
})
