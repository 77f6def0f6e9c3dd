import type { TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openDatabase } from '../../db/db.ts'
import { at, device, link, node, seenOf } from './history.testkit.ts'
import { HistoryRecords, NOTHING_REMEMBERED, type Remembered, remember, topologyGraphOf } from './history.ts'

const NAMES = [...'ABCDEFGHIJ']
const MOMENTS = 1_000
const STEPS = 1_500
const SEED = Number(process.env.EYENET_TEST_SEED ?? Date.now() % 1_000_000)

/** Numbers that look random and are the same for the same seed (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Ten devices of six ports whose cables, states, names, VLANs and neighbors change by chance. */
class RandomNetwork {
  readonly #roll: (below: number) => number
  readonly #devices = new Set(NAMES)
  readonly #names = new Map<string, string>()
  #links = new Map<string, TopologyLink>()
  #down: string[] = []
  #isHeard = false

  constructor(roll: (below: number) => number) {
    this.#roll = roll
  }

  change(): void {
    const what = this.#roll(12)
    const [a, b] = [this.#device(), this.#device()]
    const [one] = [...this.#links.keys()].slice(this.#roll(Math.max(1, this.#links.size)))
    if (what < 4 && a < b) this.#plug(`${a}.${this.#roll(6)}~${b}.${this.#roll(6)}`)
    if (what === 4 && one !== undefined) this.#links.delete(one)
    if (what === 5) this.#down = this.#roll(2) === 0 ? [] : [`${a}.${this.#roll(6)}`]
    if (what === 6) this.#names.set(a, `${a}-${this.#roll(100)}`)
    if (what === 7 && this.#devices.size > 5) this.#devices.delete(a)
    if (what === 8) this.#devices.add(a)
    if (what === 9 && one !== undefined) this.#plug(one)
    if (what === 10) this.#isHeard = !this.#isHeard
    // What is not told once is what makes memory differ from sight.
    if (what === 11 && this.#roll(8) === 0) this.#links = new Map([...this.#links].slice(0, 2))
  }

  shown() {
    const there = new Set([...this.#devices].map((name) => device(name).id as string))
    const links = [...this.#links.values()].filter(({ a, b }) => there.has(a.node) && there.has(b.node))
    const heard: TopologyNode[] = this.#isHeard && this.#devices.has('A') ? [node('heard:phone', 'heard')] : []
    return {
      nodes: [...[...this.#devices].map((name) => device(name, { name: this.#names.get(name) ?? name })), ...heard],
      links: [...links, ...(heard.length > 0 ? [link('A.5~heard:phone')] : [])],
      down: this.#down,
    }
  }

  #device(): string {
    return NAMES[this.#roll(NAMES.length)] ?? 'A'
  }

  /** A port takes one cable. */
  #plug(text: string): void {
    const ends = text.split('~')
    for (const id of this.#links.keys()) if (ends.some((end) => id.split('~').includes(end))) this.#links.delete(id)
    const states = ['up', 'up', 'up', 'down', 'blocked'] as const
    const vlans = [1, 20 + this.#roll(3)]
    this.#links.set(text, link(text, { state: states[this.#roll(states.length)] ?? 'up', vlans }))
  }
}

test(`the graph rebuilt at ${MOMENTS} random moments is the one that was remembered then, over restarts (seed ${SEED})`, async () => {
  const roll = dice(SEED)
  const db = await openDatabase(':memory:')
  let records = new HistoryRecords(db)
  const network = new RandomNetwork(roll)
  let remembered: Remembered = NOTHING_REMEMBERED
  const recorded: { readonly at: EpochMs; readonly text: string }[] = []
  let minute = 0
  for (let step = 0; step < STEPS; step += 1) {
    minute += [0, 1, 1, 3, 20, 400][roll(6)] ?? 1
    for (let n = roll(8); n >= 0; n -= 1) network.change()
    const { remembered: after, events } = remember(remembered, seenOf(network.shown(), minute), at(minute))
    const isFirst = step === 0
    const next = isFirst ? { ...after, graph: { ...after.graph, seq: 0 } } : after
    await records.append(isFirst ? [] : events, next)
    remembered = next
    if (roll(40) === 0) {
      // Killed and started again: what is read is what was there.
      records = new HistoryRecords(db)
      const read = await records.load()
      if (read === undefined) throw new Error('nothing was stored')
      expect(textOf(topologyGraphOf(read.graph, []))).toBe(textOf(topologyGraphOf(remembered.graph, [])))
      const { graph: _graph, trees: _trees, watched, lookedAt, ...waits } = read
      expect(remembered).toMatchObject(waits)
      // The clock is not written at each look: a kill makes waits longer, never shorter.
      expect(watched).toBeLessThanOrEqual(remembered.watched)
      expect(lookedAt).toBeLessThanOrEqual(remembered.lookedAt)
      remembered = read
    }
    recorded.push({ at: at(minute), text: textOf(topologyGraphOf(remembered.graph, [])) })
  }
  const { events } = await records.span()
  expect(events).toBeGreaterThan(1_000)
  const last = new Map(recorded.map((one) => [one.at, one.text]))
  const moments = [...last.keys()]
  for (let n = 0; n < MOMENTS; n += 1) {
    const known = moments[roll(moments.length)] ?? at(0)
    // Between two changes it is as after the first.
    const next = moments[moments.indexOf(known) + 1]
    const moment = epochMs(next === undefined ? known : known + roll(next - known))
    expect(textOf(topologyGraphOf(await records.graphAt(moment), []))).toBe(last.get(known))
  }
  await db.destroy()
}, 240_000)

function textOf({ nodes, links, seq }: TopologyGraph): string {
  return JSON.stringify({ nodes, links, seq })
}

test('what was told is told once: the same sight after a restart, in any state, has no events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 40 }), async (seed, steps) => {
      const db = await openDatabase(':memory:')
      const network = new RandomNetwork(dice(seed))
      const records = new HistoryRecords(db)
      let remembered: Remembered = NOTHING_REMEMBERED
      for (let step = 0; step < steps; step += 1) {
        for (let n = 0; n < 3; n += 1) network.change()
        const { remembered: after, events } = remember(remembered, seenOf(network.shown(), step), at(step))
        await records.append(events, after)
        remembered = after
      }
      const read = (await new HistoryRecords(db).load()) ?? NOTHING_REMEMBERED
      // At the same moment: what waits goes on waiting.
      const again = remember(read, seenOf(network.shown(), steps - 1), at(steps - 1))
      expect(again.events.filter(({ kind }) => kind !== 'link-lost' && kind !== 'link-removed')).toEqual([])
      await db.destroy()
    }),
    { numRuns: 40 },
  )
}, 240_000)

test('events that cannot be stored leave the graph as it was stored', async () => {
  const db = await openDatabase(':memory:')
  const records = new HistoryRecords(db)
  const first = remember(NOTHING_REMEMBERED, seenOf({ nodes: [device('A')], links: [] }, 0), at(0))
  await records.append([], { ...first.remembered, graph: { ...first.remembered.graph, seq: 0 } })
  const base = await records.load()
  if (base === undefined) throw new Error('nothing was stored')
  const next = remember(base, seenOf({ nodes: [device('A'), device('B')], links: [link('A.1~B.1')] }, 1), at(1))
  const twice = [...next.events, ...next.events]
  await expect(records.append(twice, next.remembered)).rejects.toThrow(/UNIQUE/)
  expect(await new HistoryRecords(db).load()).toEqual(base)
  await records.append(next.events, next.remembered)
  expect((await new HistoryRecords(db).load())?.graph).toEqual(next.remembered.graph)
  await db.destroy()
})

test('old events and snapshots go; what is left is rebuilt as it was', async () => {
  const db = await openDatabase(':memory:')
  const records = new HistoryRecords(db)
  let remembered: Remembered = NOTHING_REMEMBERED
  const days = 500
  for (let day = 0; day < days; day += 1) {
    const names = NAMES.slice(0, 2 + (day % 8))
    const shown = { nodes: names.map((name) => device(name)), links: [] }
    const { remembered: after, events } = remember(remembered, seenOf(shown, day * 1_440), at(day * 1_440))
    await records.append(events, after)
    remembered = after
  }
  const before = textOf(topologyGraphOf(await records.graphAt(at(400 * 1_440)), []))
  await records.expire(at(days * 1_440))
  const { from } = await records.span()
  expect(from).toBeGreaterThan(at(40 * 1_440))
  expect(textOf(topologyGraphOf(await records.graphAt(at(400 * 1_440)), []))).toBe(before)
  await expect(records.graphAt(at(1))).rejects.toThrow(/there is no topology of .*: it begins at/)
  await db.destroy()
})

test('after a clock was a year ahead events have the right time again, and the graph is rebuilt as it was since', async () => {
  const db = await openDatabase(':memory:')
  const records = new HistoryRecords(db)
  let remembered: Remembered = NOTHING_REMEMBERED
  const YEAR = 365 * 1_440
  const see = async (minute: number, names: string) => {
    const shown = { nodes: [...names].map((name) => device(name)), links: [] }
    const step = remember(remembered, seenOf(shown, minute % YEAR), at(minute))
    await records.append(step.events, step.remembered)
    remembered = step.remembered
    return step.events.map((event) => event.at)
  }
  await see(0, 'AB')
  await see(YEAR + 10, 'ABC')
  expect(await see(20, 'ABCD')).toEqual([at(20)])
  // Set back by little, it is waited for.
  expect(await see(18, 'ABCDE')).toEqual([at(20)])
  await see(30, 'ABDE')
  const names = async (minute: number) =>
    [...(await records.graphAt(at(minute))).nodes.values()].map(({ name }) => name).join('')
  expect([await names(5), await names(25), await names(35)]).toEqual(['AB', 'ABCDE', 'ABDE'])
  await db.destroy()
})
