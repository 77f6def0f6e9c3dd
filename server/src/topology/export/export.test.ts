import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { device, link, node } from '../history/history.testkit.ts'
import { exportGraph } from './export.ts'

const EVIL = '</data><script>"\\N & \u001b[31m\n\ud800'
const graph = {
  ...{ at: epochMs(0), seq: 7, vlans: [] },
  nodes: [device('A', { name: EVIL, place: EVIL }), device('B'), node('heard:"x"', 'heard', EVIL)],
  links: [
    link('A.1~B.2', { vlans: [1, 20], speedBps: 1e9, state: 'down' }),
    link('B.3~heard:"x"', { confidence: 0.5, members: [{ a: '3' }, { a: '4' }] }),
  ],
}

test('GraphML has every node and link, and nothing that a device says can leave its element', () => {
  const { text, mediaType, file } = exportGraph(graph, 'graphml')
  expect([mediaType, file]).toEqual(['application/graphml+xml; charset=utf-8', 'topology.graphml'])
  expect(text.match(/<node /g)).toHaveLength(3)
  expect(text.match(/<edge /g)).toHaveLength(2)
  expect(text).not.toContain('<script>')
  expect(text).toContain('&lt;/data&gt;&lt;script&gt;&quot;\\N &amp;  [31m \ufffd')
  expect(text).toContain('<data key="speed_bps">1000000000</data>')
  expect(text).toContain('<data key="vlans">1,20</data>')
  // Every quote that stands is one of the format's own.
  expect(text.split('\n').filter((line) => (line.match(/"/g) ?? []).length % 2 === 1)).toEqual([])
})

test('DOT quotes what devices say: no string ends early, and no backslash is an escape', () => {
  const { text } = exportGraph(graph, 'dot')
  const strings = text.match(/"(?:[^"\\]|\\.)*"/g) ?? []
  const rest = text.replace(/"(?:[^"\\]|\\.)*"/g, '_')
  expect(rest).not.toContain('script')
  expect(rest).not.toContain('"')
  expect(strings.some((one) => one.includes('\\\\N'))).toBe(true)
  expect(text).toMatch(/color=red/)
  expect(text).toMatch(/style=dashed.*label="2 cables"/)
})

test('JSON is the graph as the API has it', () => {
  expect(JSON.parse(exportGraph({ ...graph, nodes: [device('B')] }, 'json').text)).toMatchObject({
    seq: 7,
    nodes: [{ name: 'B' }],
  })
})
