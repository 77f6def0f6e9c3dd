import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cable, HOST, idOf, Plant } from './outage.testkit.ts'

/** host - core - two dists, three accesses each, two stations at every access. */
const TREE: readonly Cable[] = [
  [HOST, 'core'],
  ['core ge-1', 'dist-1'],
  ['core ge-2', 'dist-2'],
  ...[1, 2, 3].flatMap((n): Cable[] => [
    [`dist-1 ge-0/0/${n}`, `acc-1${n}`],
    [`dist-2 ge-0/0/${n}`, `acc-2${n}`],
    [`acc-1${n}`, `ap-1${n}a`],
    [`acc-1${n}`, `ap-1${n}b`],
    [`acc-2${n}`, `ap-2${n}a`],
  ]),
]

/** What is told at any moment while time passes. */
function watch(plant: Plant, seconds: number): Set<string> {
  const seen = new Set<string>()
  // A rule waits for a minute: what is gone by then is told to nobody.
  const since = new Map<string, number>()
  for (let at = 0; at < seconds; at += 5) {
    plant.run(5)
    const now = [...plant.alerting(), ...plant.causes().filter((one) => !one.startsWith('device'))]
    for (const one of since.keys()) if (!now.includes(one)) since.delete(one)
    for (const one of now) {
      if (!since.has(one)) since.set(one, at)
      if (at - (since.get(one) ?? at) >= 60) seen.add(one)
    }
  }
  return seen
}

describe('in a tree', () => {
  test('a switch that fails is the cause, with its link beside it, and all behind it is only behind', () => {
    const plant = new Plant({ cables: TREE }).run(300)
    plant.off.add('acc-21')
    expect([...watch(plant, 600)]).toEqual(['acc-21'])
    expect(plant.causes()).toEqual(['device: acc-21 | its link from dist-2 ge-0/0/1'])
    expect(plant.behind()).toEqual(['ap-21a'])
    expect(plant.quietPorts()).toEqual(['dist-2 ge-0/0/1'])
  })

  test('a port that is up again before the device behind it answers does not clear the link', () => {
    const plant = new Plant({ cables: TREE }).run(300)
    const cause = 'device: acc-21 | its link from dist-2 ge-0/0/1'
    plant.cut.add('dist-2 ge-0/0/1~acc-21')
    plant.run(180)
    expect(plant.causes()).toEqual([cause])
    plant.cut.clear()
    const since = new Set<string>()
    for (let at = 0; at < 120 && plant.told.causes.length > 0; at += 5) {
      for (const one of plant.causes()) since.add(one)
      plant.run(5)
    }
    expect([...since]).toEqual([cause])
  })

  test('a port that was switched off is told beside the device that it led to, and its link is the one that may have failed', () => {
    const plant = new Plant({ cables: TREE }).run(300)
    plant.shut.add('dist-2 ge-0/0/1')
    expect([...watch(plant, 600)]).toEqual(['acc-21'])
    expect(plant.causes()).toEqual(['device: acc-21 | its switched-off link from dist-2 ge-0/0/1'])
    expect(plant.told.causes[0]?.evidence).toContain('dist-2 ge-0/0/1 towards it is switched off')
    expect(plant.told.causes[0]?.cause.link).toBe('dist-2 ge-0/0/1~acc-21')
    expect(plant.behind()).toEqual(['ap-21a'])
    plant.shut.clear()
    expect([...watch(plant, 600)]).toEqual([])
    expect(plant.told.causes).toEqual([])
  })

  test('a port that is switched off while both ends answer is no failure', () => {
    const plant = new Plant({ cables: [...TREE, ['acc-11 up', 'acc-12 up']] }).run(300)
    plant.shut.add('acc-11 up').add('acc-12 up')
    expect([...watch(plant, 600)]).toEqual([])
  })

  test('a link that the map knows to be down is not cleared by ports that are not known to have failed', () => {
    const cables: readonly Cable[] = [...TREE, ['core ae-1', 'edge', { state: 'down' }]]
    const plant = new Plant({ cables, dumb: ['edge'] }).run(300)
    plant.mute.add('edge')
    expect([...watch(plant, 600)]).toEqual(['edge'])
    expect(plant.causes()).toEqual(['device: edge | its link from core ae-1'])
  })

  test.each(['dist-1', 'acc-12', 'ap-13b'])(
    'of %s alone one device alerts, and all is over after it is back',
    (name) => {
      const plant = new Plant({ cables: TREE }).run(300)
      plant.off.add(name)
      expect([...watch(plant, 900)]).toEqual([name])
      plant.off.clear()
      expect([...watch(plant, 900)]).toEqual([])
      expect(plant.told.causes).toEqual([])
    },
  )

  test.each(['dist-1', 'acc-12'])('when %s is back, no link to it is blamed by ports that were read before', (name) => {
    const plant = new Plant({ cables: TREE }).run(300)
    plant.off.add(name)
    plant.run(300)
    plant.off.clear()
    const links = new Set<string>()
    for (let at = 0; at < 600; at += 5) {
      plant.run(5)
      for (const cause of plant.causes()) if (cause.startsWith('link')) links.add(cause)
    }
    expect([...links]).toEqual([])
  })

  test('where the port towards it is up, the link is not blamed', () => {
    const plant = new Plant({ cables: TREE }).run(300)
    plant.mute.add('ap-11a')
    plant.run(300)
    expect(plant.causes()).toEqual(['device: ap-11a'])
  })

  test('a device that does not answer while those behind it do failed alone, and hides nobody', () => {
    const plant = new Plant({ cables: TREE }).run(300)
    plant.mute.add('dist-1')
    expect([...watch(plant, 600)]).toEqual(['dist-1'])
    plant.off.add('ap-11a')
    expect([...watch(plant, 600)].sort()).toEqual(['ap-11a', 'dist-1'])
  })

  test('what was down before its switch failed keeps its own alert', () => {
    const plant = new Plant({ cables: TREE }).run(300)
    plant.off.add('ap-11a')
    plant.run(600)
    plant.off.add('dist-1')
    plant.run(600)
    expect(plant.causes().map((one) => one.split(' |')[0])).toEqual(['device: ap-11a', 'device: dist-1'])
  })

  test('what stays away for long after its switch is back has failed by itself', () => {
    const plant = new Plant({ cables: TREE }).run(300)
    plant.off.add('acc-11').add('ap-11b')
    plant.run(600)
    plant.off.delete('acc-11')
    expect(plant.run(150).alerting()).toEqual([])
    expect([...watch(plant, 900)]).toEqual(['ap-11b'])
  })

  test('a switch that is asked rarely is waited for, and those behind it raise no alert', () => {
    const plant = new Plant({ cables: TREE, intervals: { 'dist-1': 240 } }).run(300)
    plant.off.add('dist-1')
    expect([...watch(plant, 900)]).toEqual(['dist-1'])
  })

  test('two switches that fail hours apart are two causes', () => {
    const plant = new Plant({ cables: TREE }).run(300)
    plant.off.add('acc-11')
    plant.run(7_200)
    plant.off.add('acc-22')
    plant.run(600)
    expect(plant.causes()).toHaveLength(2)
  })
})

describe('with redundant ways', () => {
  const ring = ['s1', 's2', 's3', 's4', 's5']
  const RING: readonly Cable[] = [
    [HOST, 's1'],
    ...ring.map((name, at): Cable => [name, ring[(at + 1) % ring.length] ?? 's1']),
    ...ring.map((name): Cable => [name, `pc-${name}`]),
  ]

  test('a link of a ring that fails is one link, and no device alerts', () => {
    const plant = new Plant({ cables: RING }).run(300)
    plant.cut.add('s3~s4')
    expect([...watch(plant, 600)]).toEqual(['link: s3 to-s4 to s4 to-s3'])
    expect(plant.quietPorts()).toEqual(['s3 to-s4', 's4 to-s3'])
    plant.cut.clear()
    plant.run(300)
    expect(plant.told.causes).toEqual([])
  })

  test('a switch of a ring that fails is named without a link, and its station is behind it', () => {
    const plant = new Plant({ cables: RING }).run(300)
    plant.off.add('s3')
    plant.run(600)
    expect(plant.causes()).toEqual(['device: s3'])
    expect(plant.behind()).toEqual(['pc-s3'])
  })

  test('the second cut of a ring: what lies between hangs on its end', () => {
    const plant = new Plant({ cables: RING }).run(300)
    plant.cut.add('s3~s4')
    plant.run(3_600)
    plant.cut.add('s1~s2')
    plant.run(600)
    expect(plant.causes()).toEqual(['device: s2 | its link from s1 to-s2', 'link: s3 to-s4 to s4 to-s3'])
    expect(plant.behind()).toEqual(['pc-s2', 'pc-s3', 's3'])
  })
})

test('devices of one place that go at once without a common way are one loss of power', () => {
  const places = Object.fromEntries(['acc-11', 'acc-21', 'ap-11a'].map((name) => [name, 'rack 7']))
  const plant = new Plant({ cables: TREE, places }).run(300)
  for (const name of Object.keys(places)) plant.off.add(name)
  expect([...watch(plant, 600)]).toEqual(['power: rack 7'])
  expect(plant.failed()).toEqual(['acc-11', 'acc-21', 'ap-11a'])
  expect(plant.behind()).toEqual(['ap-11b', 'ap-21a'])
  plant.off.delete('acc-21')
  plant.run(60)
  plant.off.clear()
  expect([...watch(plant, 900)]).toEqual([])
  expect(plant.told.causes).toEqual([])
})

test('an agent that loses its own line makes no device alert, whichever way it was cut', () => {
  for (const how of ['cable', 'first hop']) {
    const plant = new Plant({ cables: TREE }).run(300)
    if (how === 'cable') plant.cut.add(`${HOST}~core`)
    else plant.off.add('core')
    expect([...watch(plant, 600)]).toEqual(['agent-line: agent-1 | core'])
    plant.cut.clear()
    plant.off.clear()
    expect([...watch(plant, 900)]).toEqual([])
    expect(plant.told.causes).toEqual([])
  }
})

test('another agent whose devices answer shows that it is the line; one that sees the first hop down names it', () => {
  const second = '00000000-0000-4000-8000-00000000a002'
  const agents = { core: second, 'host-2': second, far: second }
  const cables: readonly Cable[] = [...TREE, ['host-2', 'far'], ['far', 'core']]
  const plant = new Plant({ cables, agents }).run(300)
  plant.off.add('core')
  plant.run(600)
  expect(plant.causes()[0]).toContain('device: core')
  expect(plant.causes()).toHaveLength(1)
})

test('all behind a switch that nobody asks: the port towards it is the cause; one alone failed by itself', () => {
  const cables: readonly Cable[] = [
    [HOST, 'core'],
    ['core ge-7', 'box'],
    ['box', 'a'],
    ['box', 'b'],
    ['core', 'c'],
  ]
  const plant = new Plant({ cables, unmanaged: ['box'] }).run(300)
  plant.off.add('box')
  expect([...watch(plant, 600)]).toEqual(['link: core ge-7 | box, which nobody asks, behind it'])
  expect(plant.behind()).toEqual(['a', 'b'])
  plant.off.clear()
  expect([...watch(plant, 900)]).toEqual([])
  plant.off.add('a')
  expect([...watch(plant, 600)]).toEqual(['a'])
})

test('a doubtful link does not make a device that answers after the failure, or fails later, part of it', () => {
  const cables: readonly Cable[] = [...TREE, ['acc-11', 'odd', { confidence: 0.4 }]]
  const plant = new Plant({ cables }).run(300)
  plant.mute.add('acc-11')
  plant.run(600)
  plant.mute.add('odd')
  expect([...watch(plant, 600)].sort()).toEqual(['acc-11', 'odd'])
})

test('in trees at random one failure has one cause, it is named, and all is over after it', () => {
  const trees = fc.array(fc.nat(), { minLength: 3, maxLength: 25 })
  fc.assert(
    fc.property(trees, fc.nat(), (parents, pick) => {
      const cables: Cable[] = [
        [HOST, 'n0'],
        [HOST, 'beside'],
      ]
      for (const [at, parent] of parents.entries()) cables.push([`n${parent % (at + 1)}`, `n${at + 1}`])
      const plant = new Plant({ cables }).run(130)
      const victim = `n${pick % (parents.length + 1)}`
      plant.off.add(victim)
      expect([...watch(plant, 300)]).toEqual([victim])
      plant.off.clear()
      expect([...watch(plant, 600)]).toEqual([])
      expect(plant.told.causes).toEqual([])
    }),
    { numRuns: 20 },
  )
}, 240_000)

test('what has no place in the map is behind a switch that failed at the same moment, and alerts for itself otherwise', () => {
  const cloud: readonly Cable[] = [
    ['acc-11', 'hub-a', { confidence: 0.5 }],
    ['hub-a', 'cam-1', { confidence: 0.5 }],
    ['core', 'hub-a', { confidence: 0.5 }],
  ]
  const plant = new Plant({ cables: [...TREE, ...cloud], unmanaged: ['hub-a'] }).run(300)
  plant.cut.add('core~hub-a')
  plant.run(130)
  plant.off.add('acc-11')
  expect([...watch(plant, 600)]).toEqual(['acc-11'])
  plant.off.clear()
  expect([...watch(plant, 600)]).toEqual([])
  plant.off.add('cam-1')
  expect([...watch(plant, 600)]).toEqual(['cam-1'])
})

test('of several at a switch that nobody asks a switch that fails is named beside its link to it', () => {
  const shared: readonly Cable[] = [
    ['acc-11', 'hub-a'],
    ['hub-a', 'small'],
    ['small', 'cam-1'],
    ['hub-a', 'cam-2'],
  ]
  const plant = new Plant({ cables: [...TREE, ...shared], unmanaged: ['hub-a'] }).run(300)
  plant.off.add('small')
  expect([...watch(plant, 600)]).toEqual(['small'])
  expect(plant.causes()).toEqual(['device: small | its link to hub-a'])
})

test('a port that leads nowhere on the map and went down as a device did is quiet', () => {
  const plant = new Plant({ cables: [...TREE, ['acc-11 Gi9', 'odd', { layer: 'l3', kind: 'subnet' }]] }).run(300)
  plant.off.add('odd')
  expect([...watch(plant, 600)]).toEqual(['odd'])
  expect(plant.causes()).toEqual(['device: odd | its link, which the map has not'])
  expect(plant.quietPorts()).toEqual(['acc-11 Gi9'])
})

test('a device that only another agent reaches does not show that this one could', () => {
  const second = '00000000-0000-4000-8000-00000000a002'
  const cables: readonly Cable[] = [...TREE, ['acc-11', 'far'], ['far', 'host-2']]
  const plant = new Plant({ cables, agents: { far: second, 'host-2': second } }).run(300)
  plant.off.add('dist-1')
  expect([...watch(plant, 600)]).toEqual(['dist-1'])
})

test('devices that nothing ties to the map alert by themselves', () => {
  const plant = new Plant({ cables: TREE, names: ['lone-1', 'lone-2'] }).run(300)
  plant.off.add('lone-1').add('lone-2')
  // Nothing leads to them, so they are away from the beginning.
  expect(plant.run(300).alerting()).toEqual(['lone-1', 'lone-2'])
  expect(plant.nodes.map(({ id }) => id)).toContain(idOf('lone-1'))
})
