import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { readIncoming } from './push-body.ts'
import { giveBackBody, takeBody } from './shared-bodies.ts'

afterEach(() => vi.useRealTimers())

function message(length: number): IncomingMessage {
  const incoming = new IncomingMessage(new Socket())
  incoming.headers['content-length'] = String(length)
  return incoming
}

test('the memory of a body that breaks off is given back once, whatever is told of the end', async () => {
  const incoming = message(100)
  const read = readIncoming(incoming)
  incoming.emit('data', Buffer.from('x'))
  incoming.emit('error', new Error('aborted'))
  incoming.emit('close')
  await expect(read).rejects.toMatchObject({ code: 'cancelled' })
  const [one, other] = [takeBody(10), takeBody(10)]
  expect(one.buffer).not.toBe(other.buffer)
  giveBackBody(one)
  giveBackBody(one)
  expect(takeBody(10).buffer).not.toBe(takeBody(10).buffer)
})

test('a sender that went while it waited for its turn is noticed at once', async () => {
  const incoming = message(100)
  incoming.destroy()
  await expect(readIncoming(incoming)).rejects.toMatchObject({ code: 'cancelled' })
})

test('a sender of whom nothing comes gives up its place', async () => {
  vi.useFakeTimers()
  const incoming = message(100)
  const read = readIncoming(incoming)
  const failed = expect(read).rejects.toMatchObject({ code: 'cancelled' })
  vi.advanceTimersByTime(9_000)
  incoming.emit('data', Buffer.from('x'))
  vi.advanceTimersByTime(9_000)
  incoming.emit('data', Buffer.from('y'))
  vi.advanceTimersByTime(11_000)
  await failed
})

test('a whole body comes as it was sent, told length or not', async () => {
  for (const told of [6, Number.NaN]) {
    const incoming = message(told)
    const read = readIncoming(incoming)
    incoming.emit('data', Buffer.from('abc'))
    incoming.emit('data', Buffer.from('def'))
    incoming.emit('end')
    expect(Buffer.from(await read).toString()).toBe('abcdef')
  }
})
