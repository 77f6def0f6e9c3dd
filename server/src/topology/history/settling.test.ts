import { expect, test } from 'vitest'
import { at, device, idOf, link, node, type Shown, Watcher } from './history.testkit.ts'

const [A, B, C] = [device('A'), device('B'), device('C')]
const LONE = device('Z')

const learnt = (text: string, minute = 0) => {
  const one = link(text)
  return { ...one, since: at(minute), evidence: one.evidence.map((some) => ({ ...some, kind: 'fdb' as const })) }
}

/** A network of one device, to which others come. */
function watch(): Watcher {
  const watcher = new Watcher()
  watcher.see(-120, { nodes: [LONE], links: [] })
  watcher.words.length = 0
  return watcher
}

test('a neighbor of a new site that joins the inventory some minutes later was never a stranger', () => {
  const watcher = watch()
  const heard = node('heard:b', 'heard', 'B.example.net')
  const site = { ...heard, site: A.site }
  const first: Shown = { nodes: [LONE, A, site], links: [link('A.1~heard:b')], firstTold: { A: 0 } }
  expect(watcher.see(0, first)).toEqual(['node-added A'])
  expect(watcher.see(2, first)).toEqual([])
  const both: Shown = { nodes: [LONE, A, B], links: [link('A.1~B.1')], firstTold: { A: 0, B: 'never' } }
  // It has yet to tell, and may say more of the link.
  expect(watcher.see(2.5, both)).toEqual(['node-added B'])
  const toldByBoth = link('A.1~B.1', {
    evidence: ['A', 'B'].map((name) => ({ kind: 'lldp', device: idOf(name), text: 'heard', at: at(0) })),
  })
  const after: Shown = { nodes: [LONE, A, B], links: [toldByBoth], firstTold: { A: 0, B: 3 } }
  expect(watcher.see(3, after)).toEqual(['link-added A.1~B.1'])
})

test('what tables tell of a site that has just begun to tell waits until its devices have told, and a quarter of an hour at most', () => {
  const watcher = watch()
  const shown = (B: number | 'never'): Shown => ({
    nodes: [LONE, A, device('B')],
    links: [learnt('A.1~B.1')],
    firstTold: { A: 0, B },
  })
  watcher.see(0, shown('never'))
  expect(watcher.see(9, shown('never'))).toEqual([])
  expect(watcher.see(10, shown('never'))).toEqual(['link-added A.1~B.1'])
  const other = watch()
  for (let minute = 0; minute < 15; minute += 1) {
    // Somebody has always just begun to tell.
    expect(other.see(minute, shown(minute)).join()).not.toContain('link')
  }
  expect(other.see(15, shown(15))).toEqual(['link-added A.1~B.1'])
})

test('what waits for a neighbor that is not believed yet does not wait anew once that is', () => {
  const watcher = watch()
  const hub = { ...node('unmanaged:1', 'unmanaged'), site: A.site }
  const far = { ...node('heard:p', 'heard'), site: A.site }
  for (let minute = 0; minute <= 20; minute += 1) {
    const links = [learnt('unmanaged:1~heard:p'), ...(minute < 5 ? [] : [learnt('A.2~heard:p')])]
    const words = watcher.see(minute, { nodes: [LONE, A, hub, far], links, firstTold: { A: minute } })
    if (minute < 20) expect(words.join()).not.toContain('link')
  }
  expect([...watcher.remembered.graph.links.keys()].sort()).toEqual(['A.2~heard:p', 'unmanaged:1~heard:p'])
})

test('a switch that joins the inventory between two devices that tables had put together has moved no cable', () => {
  const watcher = watch()
  const two = { nodes: [LONE, A, B], links: [learnt('A.1~B.1', -60)] }
  watcher.see(-60, two)
  watcher.words.length = 0
  const three = (minute: number): Shown => ({
    nodes: [LONE, A, B, C],
    links: [learnt('A.1~C.1', minute), learnt('C.2~B.1', minute)],
    firstTold: { C: minute },
  })
  for (let minute = 0; minute < 30; minute += 1) watcher.see(minute, three(0))
  expect(watcher.words.join()).not.toContain('neighbor-moved')
  expect([...watcher.remembered.graph.links.keys()].sort()).toEqual(['A.1~C.1', 'C.2~B.1'])
})

test('which stations are at a switch that nobody asks is a guess of tables; a cable has moved where a port went down for it', () => {
  const hub = node('unmanaged:1', 'unmanaged')
  const at1 = {
    nodes: [A, B, C, hub],
    links: [learnt('A.1~unmanaged:1'), learnt('B.1~unmanaged:1'), learnt('C.1~A.7')],
  }
  const at2 = { ...at1, links: [learnt('A.1~unmanaged:1'), learnt('B.1~unmanaged:1'), learnt('C.1~unmanaged:1')] }
  for (const [down, told] of [
    [[], 'link-changed C.1~A.7 > C.1~unmanaged:1'],
    [['A.7'], 'neighbor-moved C.1~A.7 > C.1~unmanaged:1'],
  ] as const) {
    const watcher = new Watcher()
    watcher.see(-60, at1)
    watcher.words.length = 0
    for (let minute = 0; minute <= 15; minute += 1) watcher.see(minute, { ...at2, down })
    expect(watcher.words.filter((word) => word.includes('unmanaged'))).toEqual([told])
  }
})

test('a link of devices that have just begun to tell waits until its ports are read, and three minutes at most', () => {
  const shown = (state: 'unknown' | 'up'): Shown => {
    const tellers = ['A', 'B'].map((name) => ({ kind: 'lldp' as const, device: idOf(name), text: 'heard', at: at(0) }))
    return { nodes: [LONE, A, B], links: [link('A.1~B.1', { state, evidence: tellers })], firstTold: { A: 0, B: 0 } }
  }
  const watcher = watch()
  expect(watcher.see(0, shown('unknown'))).toEqual(['node-added A', 'node-added B'])
  expect(watcher.see(0.5, shown('up'))).toEqual(['link-added A.1~B.1'])
  const other = watch()
  other.see(0, shown('unknown'))
  expect(other.see(2.9, shown('unknown'))).toEqual([])
  expect(other.see(3, shown('unknown'))).toEqual(['link-added A.1~B.1'])
})
