import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { arpFrame, lldpFrame, packetHeader, pcap } from './frames.testkit.ts'
import { readFrames } from './read-frames.ts'

const FRAMES = [lldpFrame(), arpFrame('00:00:5e:00:53:21', '192.0.2.33')]

/** What comes of a capture that arrives in chunks of so many octets. */
async function read(capture: Buffer, chunk = capture.length): Promise<{ frames: string[]; problem: string }> {
  const stream = new PassThrough()
  const frames: string[] = []
  const over = new Promise<string>((resolve) => {
    readFrames(stream, { frame: (octets) => frames.push(Buffer.from(octets).toString('hex')), failed: resolve })
  })
  for (let at = 0; at < capture.length; at += chunk) stream.write(capture.subarray(at, at + chunk))
  stream.end()
  return { frames, problem: await over }
}

test.each([1, 7, 16, 4_096])('frames are read whole though they arrive in pieces of %d octets', async (chunk) => {
  const { frames, problem } = await read(pcap(FRAMES), chunk)
  expect(frames).toEqual(FRAMES.map((frame) => frame.toString('hex')))
  expect(problem).toBe('the capture ended')
})

test('a frame that claims more octets than are captured ends the reading, and what came before stands', async () => {
  const { frames, problem } = await read(Buffer.concat([pcap(FRAMES), packetHeader(0xffff_fff0), Buffer.alloc(64)]))
  expect(frames).toHaveLength(2)
  expect(problem).toContain('claims 4294967280 octets')
})

test('captures in nanoseconds, in another form, or of another link are refused', async () => {
  expect((await read(pcap(FRAMES, { magic: '4d3cb2a1' }))).problem).toContain('unknown magic')
  expect((await read(pcap(FRAMES, { magic: '0a0d0d0a' }))).problem).toContain('unknown magic')
  const other = await read(pcap(FRAMES, { link: 113 }))
  expect(other).toEqual({ frames: [], problem: 'frames of link type 113 are not read' })
})
