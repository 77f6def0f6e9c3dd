import { expect, test } from 'vitest'
import { createLiveFeed, type FeedState, type SocketEvents } from './live-feed.ts'

/** A feed with a clock, timers and sockets that the test moves. */
function fakeFeed({ token = 'token' as string | undefined } = {}) {
  let now = 0
  const timers: { at: number; run: () => void; off: boolean }[] = []
  const sockets: { events: SocketEvents; sent: unknown[]; closed: boolean }[] = []
  const states: FeedState[] = []
  const seen: string[] = []
  let missed = 0
  const feed = createLiveFeed({
    connect: (events) => {
      const socket = { events, sent: [] as unknown[], closed: false }
      sockets.push(socket)
      return {
        send: (text) => void socket.sent.push(JSON.parse(text)),
        close: () => void Object.assign(socket, { closed: true }),
      }
    },
    token: async () => token,
    now: () => now,
    after: (milliseconds, run) => {
      const timer = { at: now + milliseconds, run, off: false }
      timers.push(timer)
      return () => void Object.assign(timer, { off: true })
    },
    random: () => 1,
    onChange: (change) => void seen.push(change.kind === 'device-removed' ? change.id : change.kind),
    onMissed: () => {
      missed += 1
    },
    onState: (state) => void states.push(state),
  })
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  }
  const advance = async (milliseconds: number): Promise<void> => {
    now += milliseconds
    for (const timer of timers.filter((one) => !one.off && one.at <= now)) {
      timer.off = true
      timer.run()
    }
    await settle()
  }
  const hear = (message: object): void => sockets.at(-1)?.events.message(JSON.stringify(message))
  const welcome = (seq: number, resumed = false): void => hear({ kind: 'welcome', feed: 'f', seq, resumed })
  const removed = (seq: number, id: string): void =>
    hear({ kind: 'change', seq, at: 1, change: { kind: 'device-removed', id } })
  return { feed, sockets, states, seen, settle, advance, welcome, removed, hear, missed: () => missed }
}

const ID = 'c0ffee00-0000-4000-8000-00000000000'

async function connected() {
  const world = fakeFeed()
  world.feed.start()
  await world.settle()
  world.sockets[0]?.events.opened()
  world.welcome(7)
  return world
}

test('says hello with the token and is live once it is welcome', async () => {
  const world = await connected()
  expect(world.sockets[0]?.sent).toEqual([{ kind: 'hello', accessToken: 'token' }])
  expect(world.states.map((one) => one.kind)).toEqual(['connecting', 'live'])
  expect(world.missed()).toBe(0)
})

test('after a cut it resumes where it was and loses nothing', async () => {
  const world = await connected()
  world.removed(8, `${ID}1`)
  world.sockets[0]?.events.closed()
  expect(world.states.at(-1)).toEqual({ kind: 'cut', since: 0, retryAt: 500 })
  await world.advance(500)
  world.sockets[1]?.events.opened()
  expect(world.sockets[1]?.sent).toEqual([{ kind: 'hello', accessToken: 'token', resume: { feed: 'f', seq: 8 } }])
  world.welcome(10, true)
  world.removed(9, `${ID}2`)
  world.removed(10, `${ID}3`)
  expect(world.seen).toEqual([`${ID}1`, `${ID}2`, `${ID}3`])
  expect(world.missed()).toBe(0)
})

test('a change that is heard twice counts once', async () => {
  const world = await connected()
  world.removed(8, `${ID}1`)
  world.removed(8, `${ID}1`)
  expect(world.seen).toHaveLength(1)
})

test('when it cannot resume, everything is fetched again', async () => {
  const world = await connected()
  world.sockets[0]?.events.closed()
  await world.advance(500)
  world.sockets[1]?.events.opened()
  world.welcome(100, false)
  expect(world.missed()).toBe(1)
})

test('waits longer from try to try, up to half a minute, and says since when it is cut', async () => {
  const world = await connected()
  const waits: number[] = []
  for (let count = 0; count < 9; count += 1) {
    world.sockets.at(-1)?.events.closed()
    const state = world.states.at(-1)
    if (state?.kind !== 'cut') throw new Error('not cut')
    expect(state.since).toBe(0)
    const before = waits.reduce((sum, one) => sum + one, 0)
    waits.push(state.retryAt - before)
    await world.advance(state.retryAt - before)
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
})

test('a server that never says welcome is left and tried again', async () => {
  const world = fakeFeed()
  world.feed.start()
  await world.settle()
  world.sockets[0]?.events.opened()
  await world.advance(10_000)
  expect(world.sockets[0]?.closed).toBe(true)
  expect(world.states.at(-1)?.kind).toBe('cut')
})

test('a fresh token is told on the open connection', async () => {
  const world = await connected()
  world.feed.renew('fresh')
  expect(world.sockets[0]?.sent.at(-1)).toEqual({ kind: 'renew', accessToken: 'fresh' })
})

test('what it does not understand is passed over', async () => {
  const world = await connected()
  world.sockets[0]?.events.message('{')
  world.hear({ kind: 'change', seq: 8, at: 1, change: { kind: 'weather' } })
  world.removed(9, `${ID}1`)
  expect(world.seen).toEqual([`${ID}1`])
})

test('once stopped, late events change nothing', async () => {
  const world = await connected()
  world.feed.stop()
  world.removed(8, `${ID}1`)
  world.sockets[0]?.events.closed()
  await world.advance(60_000)
  expect(world.seen).toEqual([])
  expect(world.sockets).toHaveLength(1)
})
