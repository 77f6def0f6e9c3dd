import { expect, test } from 'vitest'
import { foldTree } from '../graph/fold-tree.ts'
import { madeLink, madeNode } from '../graph/made-graph.testkit.ts'
import { readablePicture, zoomToFit } from './readable-picture.ts'

/** One site: a core, buildings with a distribution switch, floors with two devices each. */
function campus(buildings: number, floors: number) {
  const nodes = [madeNode('core', { place: 'Server room' })]
  const links = []
  for (let b = 1; b <= buildings; b += 1) {
    nodes.push(madeNode(`dist-${b}`, { place: `Building ${b}, riser` }))
    links.push(madeLink('core', `dist-${b}`))
    for (let f = 1; f <= floors; f += 1) {
      const [access, leaf] = [`access-${b}-${f}`, `ap-${b}-${f}`]
      const place = `Building ${b}, floor ${f}`
      nodes.push(madeNode(access, { place }), madeNode(leaf, { place, role: 'access-point' }))
      links.push(madeLink(`dist-${b}`, access), madeLink(access, leaf))
    }
  }
  return foldTree(nodes, links, new Map())
}

const NOTHING = { urgent: new Set<string>(), opened: new Set<string>(), shut: new Set<string>() }
const TELEPHONE = { width: 360, height: 480 }
const DESK = { width: 720, height: 640 }

test('two hundred devices in ten buildings are drawn so that the names can be read, on a telephone too', () => {
  const tree = campus(10, 10)
  expect(tree.nodes.size).toBe(211)
  for (const room of [TELEPHONE, DESK]) {
    const { picture } = readablePicture(tree, NOTHING, room)
    expect(zoomToFit(picture, room)).toBeGreaterThanOrEqual(room === TELEPHONE ? 0.9 : 0.7)
    expect(picture.marks.map((mark) => mark.id)).toContain('place:berlin/Building 7')
  }
})

test('what failed is a mark of its own, in its building', () => {
  const { picture } = readablePicture(campus(10, 6), { ...NOTHING, urgent: new Set(['dist-3']) }, DESK)
  expect(picture.marks.find((mark) => mark.id === 'dist-3')).toMatchObject({ box: 'place:berlin/Building 3' })
  expect(picture.marks.some((mark) => mark.id === 'dist-4')).toBe(false)
})

test('opening one building by hand closes no other that was open', () => {
  const wish = { ...NOTHING, urgent: new Set(['dist-3']) }
  const before = readablePicture(campus(10, 6), wish, DESK).open
  const after = readablePicture(campus(10, 6), { ...wish, opened: new Set(['place:berlin/Building 5']) }, DESK).open
  expect([...before].filter((id) => !after.has(id))).toEqual([])
  expect(after.has('place:berlin/Building 5')).toBe(true)
})
