import type { TopologyLink } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { at, device, idOf, link, node, type Shown, Watcher } from './history.testkit.ts'

const [A, B, C, D] = [device('A'), device('B'), device('C'), device('D')]
const ABC = [A, B, C]

function watch(first: Shown): Watcher {
  const watcher = new Watcher()
  watcher.see(0, first)
  watcher.words.length = 0
  return watcher
}

test('what is seen first is new, and the same again is no event', () => {
  const watcher = new Watcher()
  const shown = { nodes: [A, B], links: [link('A.1~B.1')] }
  expect(watcher.see(0, shown)).toEqual(['node-added A', 'node-added B', 'link-added A.1~B.1'])
  expect(watcher.see(1, shown)).toEqual([])
  expect(watcher.remembered.graph).toMatchObject({ seq: 3 })
})

test('a cable that is in another device now is one event, with the port that stayed and both ends', () => {
  const watcher = watch({ nodes: ABC, links: [link('A.1~B.1')] })
  expect(watcher.see(1, { nodes: ABC, links: [link('A.1~C.4')] })).toEqual(['neighbor-moved A.1~B.1 > A.1~C.4'])
  expect([...watcher.remembered.graph.links.keys()]).toEqual(['A.1~C.4'])
  expect(watcher.see(60, { nodes: ABC, links: [link('A.1~C.4')] })).toEqual([])
})

test('a cable that is in another port of the same device is one event', () => {
  const watcher = watch({ nodes: ABC, links: [link('A.1~B.1'), link('B.9~C.1')] })
  const after = { nodes: ABC, links: [link('A.1~B.7'), link('B.9~C.1')] }
  expect(watcher.see(1, after)).toEqual(['neighbor-moved A.1~B.1 > A.1~B.7'])
})

test('nobody tells of a cable while it is moved: one event when it is told again, whether it was down, waited for or lost', () => {
  for (const [minutes, down, between] of [
    [3, [], []],
    [3, ['A.1'], ['link-changed A.1~B.1']],
    [40, [], ['link-lost A.1~B.1']],
  ] as const) {
    const watcher = watch({ nodes: ABC, links: [link('A.1~B.1')] })
    watcher.see(1, { nodes: ABC, links: [], down })
    watcher.see(1 + minutes, { nodes: ABC, links: [], down })
    expect(watcher.words).toEqual(between)
    expect(watcher.see(50, { nodes: ABC, links: [link('A.1~C.4')] })).toEqual(['neighbor-moved A.1~B.1 > A.1~C.4'])
  }
})

test('a port that was taken by a moved cable: what was in it is removed, and moved nowhere', () => {
  const watcher = watch({ nodes: [A, B, C, D], links: [link('A.1~B.1'), link('C.4~D.1')] })
  const told = watcher.see(1, { nodes: [A, B, C, D], links: [link('A.1~C.4')] })
  expect(told).toEqual(['neighbor-moved A.1~B.1 > A.1~C.4', 'link-removed C.4~D.1'])
})

test('what the two ends of a moved cable tell one after the other, and of ports that are read later, is one change', () => {
  const told = (by: readonly string[]) =>
    by.map((name) => ({ kind: 'lldp' as const, device: idOf(name), text: 'heard', at: at(0) }))
  const moved = (minute: number, watcher: Watcher, more: Partial<TopologyLink>) =>
    watcher.see(minute, { nodes: ABC, links: [link('A.1~C.4', more)] })
  const state = (watcher: Watcher) => watcher.remembered.graph.links.get('A.1~C.4')?.state
  const both = watch({ nodes: ABC, links: [link('A.1~B.1')] })
  // The other end's port was read before the cable was plugged in.
  expect(moved(1, both, { state: 'down', evidence: told(['A']) })).toEqual(['neighbor-moved A.1~B.1 > A.1~C.4'])
  expect(state(both)).toBe('unknown')
  expect(moved(1.2, both, { state: 'down', evidence: told(['A', 'C']) })).toEqual([])
  const whole = { evidence: told(['A', 'C']), vlans: [7] }
  expect(moved(1.4, both, whole)).toEqual(['link-changed A.1~C.4'])
  expect([state(both), moved(60, both, whole), moved(200, both, whole)]).toEqual(['up', [], []])
  // The other end announces nobody: what there is is told after some minutes.
  const one = watch({ nodes: ABC, links: [link('A.1~B.1')] })
  moved(1, one, { state: 'down', evidence: told(['A']) })
  const half = { evidence: told(['A']), vlans: [7] }
  expect([moved(2, one, half), moved(3.9, one, half), moved(4, one, half)]).toEqual([[], [], ['link-changed A.1~C.4']])
  // It is down for a quarter of an hour: then it is.
  const down = watch({ nodes: ABC, links: [link('A.1~B.1')] })
  for (const minute of [1, 15.9, 16]) moved(minute, down, { state: 'down', evidence: told(['A']) })
  expect(state(down)).toBe('down')
})

test('two cables that are swapped are two moves', () => {
  const watcher = watch({ nodes: ABC, links: [link('A.1~B.1'), link('A.2~C.1')] })
  const told = watcher.see(1, { nodes: ABC, links: [link('A.1~C.1'), link('A.2~B.1')] })
  expect(told.map((word) => word.split(' ')[0])).toEqual(['neighbor-moved', 'neighbor-moved'])
})

test('a link that is told again within a quarter of an hour was there all the time', () => {
  const shown = { nodes: ABC, links: [link('A.1~B.1')] }
  const watcher = watch(shown)
  watcher.see(1, { nodes: ABC, links: [] })
  watcher.see(14, { nodes: ABC, links: [] })
  watcher.see(15, shown)
  watcher.see(29, { nodes: ABC, links: [] })
  watcher.see(40, shown)
  expect(watcher.words).toEqual([])
})

test('a link of which nobody tells is lost once, comes back as itself, and is forgotten after thirty days', () => {
  const shown = { nodes: ABC, links: [link('A.1~B.1')] }
  const watcher = watch(shown)
  for (let minute = 1; minute < 60; minute += 1) watcher.see(minute, { nodes: ABC, links: [] })
  expect(watcher.words).toEqual(['link-lost A.1~B.1'])
  expect(watcher.see(60, shown)).toEqual(['link-changed A.1~B.1'])
  watcher.see(61, { nodes: ABC, links: [] })
  watcher.see(61 + 29 * 1_440, { nodes: ABC, links: [] })
  expect(watcher.see(61 + 30 * 1_440, { nodes: ABC, links: [] })).toEqual(['link-removed A.1~B.1'])
})

test('a link with a port that is down is down, not lost, as long as the port is', () => {
  const watcher = watch({ nodes: ABC, links: [link('A.1~B.1')] })
  for (let minute = 1; minute < 60; minute += 1) watcher.see(minute, { nodes: ABC, links: [], down: ['B.1'] })
  expect(watcher.words).toEqual(['link-changed A.1~B.1'])
  expect(watcher.see(61, { nodes: ABC, links: [] })).toEqual(['link-lost A.1~B.1'])
})

test('a removed device takes its links with it in one event, and what was only heard of through it goes too', () => {
  const phone = node('heard:phone', 'heard')
  const watcher = watch({ nodes: [A, B, phone], links: [link('A.1~B.1'), link('B.2~heard:phone')] })
  expect(watcher.see(1, { nodes: [A], links: [] })).toEqual(['node-removed B', 'node-removed heard:phone'])
  expect(watcher.remembered.graph.links.size).toBe(0)
})

test('a neighbor that was only heard of and joins the inventory has not moved', () => {
  const heard = node('heard:b', 'heard', 'B.example.net')
  const watcher = watch({ nodes: [A, heard], links: [link('A.1~heard:b')] })
  const told = watcher.see(1, { nodes: [A, B], links: [link('A.1~B.1')] })
  expect(told).toEqual(['node-added B', 'link-changed A.1~heard:b > A.1~B.1', 'node-removed B.example.net'])
})

test('two devices that are one: its links stay where they are', () => {
  const watcher = watch({ nodes: ABC, links: [link('A.1~B.1')] })
  const mergedInto = new Map([[B.id, C.id]])
  const told = watcher.see(1, { nodes: [A, C], links: [link('A.1~C.x')], mergedInto })
  expect(told).toEqual(['link-changed A.1~B.1 > A.1~C.x', 'node-removed B'])
})

test('an unmanaged switch in between is believed in after a quarter of an hour, and so is that it is gone; no cable moved', () => {
  const middle = node('unmanaged:1', 'unmanaged')
  const direct = { nodes: [A, B], links: [link('A.1~B.1')] }
  const between = { nodes: [A, B, middle], links: [link('A.1~unmanaged:1'), link('B.1~unmanaged:1')] }
  const watcher = watch(direct)
  for (let minute = 1; minute <= 15; minute += 1) expect(watcher.see(minute, between)).toEqual([])
  watcher.see(16, between)
  expect([...watcher.remembered.graph.links.keys()]).toEqual(['A.1~unmanaged:1', 'B.1~unmanaged:1'])
  for (let minute = 20; minute < 35; minute += 1) watcher.see(minute, direct)
  expect(watcher.words).toHaveLength(4)
  watcher.see(35, direct)
  expect(watcher.words.join()).not.toContain('neighbor-moved')
  expect([...watcher.remembered.graph.links.keys()]).toEqual(['A.1~B.1'])
  expect(watcher.remembered.graph.nodes.has('unmanaged:1')).toBe(false)
})

test('two neighbors at one port for some minutes while a cable moves are one move, and no switch in between', () => {
  const middle = node('unmanaged:1', 'unmanaged')
  const watcher = watch({ nodes: ABC, links: [link('A.1~B.1')] })
  const links = [link('A.1~unmanaged:1'), link('B.1~unmanaged:1'), link('C.1~unmanaged:1')]
  expect(watcher.see(1, { nodes: [...ABC, middle], links })).toEqual([])
  expect(watcher.see(3, { nodes: ABC, links: [link('A.1~C.1')] })).toEqual(['neighbor-moved A.1~B.1 > A.1~C.1'])
})

test('a station with one link and no known port that is behind another switch has moved, once tables have said so for a quarter of an hour', () => {
  const learnt = (text: string) =>
    link(text, {
      confidence: 0.8,
      evidence: [{ kind: 'fdb', device: idOf('A'), text: 'learnt', at: link(text).since }],
    })
  const watcher = watch({ nodes: ABC, links: [learnt('A.1~C'), link('A.2~B.2')] })
  const after = { nodes: ABC, links: [learnt('B.1~C'), link('A.2~B.2')] }
  for (let minute = 1; minute <= 15; minute += 1) expect(watcher.see(minute, after)).toEqual([])
  expect(watcher.see(16, after)).toEqual(['neighbor-moved A.1~C > B.1~C'])
})

test('two neighbors that tables tell of at one port are one cable on its way: one move as soon as the old one is not told any more', () => {
  const learnt = (text: string) => {
    const { evidence, ...rest } = link(text)
    return { ...rest, evidence: evidence.map((one) => ({ ...one, kind: 'fdb' as const })) }
  }
  const watcher = watch({ nodes: ABC, links: [learnt('A.1~B.1'), link('B.9~C.1')] })
  const both = { nodes: ABC, links: [learnt('A.1~B.1'), learnt('A.1~C.4'), link('B.9~C.1')] }
  for (let minute = 1; minute <= 60; minute += 1) expect(watcher.see(minute, both)).toEqual([])
  const after = { nodes: ABC, links: [learnt('A.1~C.4'), link('B.9~C.1')] }
  expect(watcher.see(61, after)).toEqual(['neighbor-moved A.1~B.1 > A.1~C.4'])
  // Two chassis that act as one look the same for good: then both are links.
  const [chassis, pair] = [learnt('A.1~C.4'), learnt('A.1~B.1')]
  for (let minute = 62; minute < 137; minute += 1) {
    expect(watcher.see(minute, { nodes: ABC, links: [chassis, pair, link('B.9~C.1')] })).toEqual([])
  }
  expect(watcher.see(137, { nodes: ABC, links: [chassis, pair, link('B.9~C.1')] })).toEqual(['link-added A.1~B.1'])
})

test('an end whose port becomes known, and a cable that joins a bundle, have not moved', () => {
  const watcher = watch({ nodes: ABC, links: [link('A.1~B'), link('A.2~C.2')] })
  const bundle = link('A.po1~C.po1', { kind: 'bundle', members: [{ a: '2', b: '2' }] })
  const told = watcher.see(1, { nodes: ABC, links: [link('A.1~B.1'), bundle] })
  expect([...told].sort()).toEqual(['link-changed A.1~B > A.1~B.1', 'link-changed A.2~C.2 > A.po1~C.po1'])
})

test('evidence that comes and goes is no event; VLANs and announcements that stay away for an hour are one', () => {
  const whole = link('A.1~B.1', { vlans: [1, 20] })
  const less = link('A.1~B.1', { vlans: [1], confidence: 0.6 })
  const watcher = watch({ nodes: ABC, links: [whole] })
  for (let minute = 1; minute < 55; minute += 3) {
    watcher.see(minute, { nodes: ABC, links: [less] })
    watcher.see(minute + 1, { nodes: ABC, links: [whole] })
  }
  expect(watcher.words).toEqual([])
  for (let minute = 60; minute < 200; minute += 1) watcher.see(minute, { nodes: ABC, links: [less] })
  expect(watcher.words).toEqual(['link-changed A.1~B.1'])
  expect(watcher.see(201, { nodes: ABC, links: [link('A.1~B.1', { vlans: [1, 30] })] })).toEqual([
    'link-changed A.1~B.1',
  ])
})

test('the state of a link whose ports nobody knows any more is as it was', () => {
  const watcher = watch({ nodes: ABC, links: [link('A.1~heard:x', { state: 'down' })] })
  watcher.see(1, { nodes: ABC, links: [link('A.1~heard:x', { state: 'up' })] })
  expect(watcher.words).toEqual(['link-changed A.1~heard:x'])
})

test('another root bridge is one event for its tree, whichever bridges have heard of it in whichever order', () => {
  const shown = (roots: Record<string, string>): Shown => ({ nodes: [A, B, C, D], links: [], roots })
  const watcher = watch(shown({ A: 'r1', B: 'r1', C: 'r1', D: 'x' }))
  expect(watcher.see(1, shown({ A: 'r1', B: 'r2', C: 'r1', D: 'x' }))).toEqual(['root-bridge-changed B'])
  watcher.see(2, shown({ A: 'r2', B: 'r2', C: 'r1', D: 'x' }))
  watcher.see(3, shown({ A: 'r2', B: 'r2', C: 'r2', D: 'x' }))
  expect(watcher.words).toHaveLength(1)
  watcher.see(4, shown({ A: 'r1', B: 'r2', C: 'r2', D: 'x' }))
  watcher.see(5, shown({ A: 'r1', B: 'r1', C: 'r1', D: 'x' }))
  expect(watcher.words).toHaveLength(2)
  // A bridge that is plugged into another tree changes no root.
  watcher.see(6, shown({ A: 'r1', B: 'r1', C: 'x', D: 'x' }))
  expect(watcher.words).toHaveLength(2)
})

test('sentences name devices and ports, and carry nothing that a terminal would obey', () => {
  const watcher = new Watcher()
  const evil = device('B', { name: 'core\u001b[31m\n<b>\u202e' })
  watcher.see(0, { nodes: [A, evil], links: [] })
  expect(JSON.stringify(watcher.remembered.graph.nodes.get(evil.id)?.name)).toContain('u001b')
  expect(watcher.see(1, { nodes: [A, evil], links: [link('A.1~B.1')] })).toHaveLength(1)
})
