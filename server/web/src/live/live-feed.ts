import { type LiveChange, type LiveClientMessage, LiveServerMessage } from '@eyenet/shared/api'

/** What the feed needs of a WebSocket. */
export type Socket = { send(text: string): void; close(): void }
export type SocketEvents = { opened(): void; message(text: string): void; closed(): void }

export type FeedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** No connection since `since`; the next try is at `retryAt`. Milliseconds since 1970. */
  | { readonly kind: 'cut'; readonly since: number; readonly retryAt: number }

export type LiveFeedParts = {
  connect(events: SocketEvents): Socket
  /** A token that is valid now; undefined when the session is over. */
  token(): Promise<string | undefined>
  now(): number
  /** Runs once after a while; the answer calls it off. */
  after(milliseconds: number, run: () => void): () => void
  random(): number
  onChange(change: LiveChange, at: number): void
  /** Changes may have been missed: everything is to be fetched again. */
  onMissed(): void
  onState(state: FeedState): void
}

/** First wait, and the longest: a server that restarts is found quickly, one that is away is not pestered. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** A welcome that takes longer is none. */
const WELCOME_TIMEOUT_MS = 10_000

/** Keeps one connection to the live feed, resumes where it was, and says since when it is cut. */
export function createLiveFeed(parts: LiveFeedParts) {
  let socket: Socket | undefined
  let place: { feed: string; seq: number } | undefined
  const backOff = createBackOff(parts.random)
  const timer = createTimer(parts.after)
  let cutSince: number | undefined
  let generation = 0
  let welcomedBefore = false

  async function open(): Promise<void> {
    const mine = ++generation
    if (cutSince === undefined) parts.onState({ kind: 'connecting' })
    const token = await parts.token()
    if (mine !== generation || token === undefined) {
      lost(mine)
      return
    }
    timer.set(WELCOME_TIMEOUT_MS, () => lost(mine))
    socket = parts.connect({
      opened: () =>
        mine === generation && say(socket, { kind: 'hello', accessToken: token, ...(place && { resume: place }) }),
      message: (text) => mine === generation && hear(text),
      closed: () => lost(mine),
    })
  }

  function hear(text: string): void {
    const message = messageOf(text)
    if (message === undefined) return
    if (message.kind === 'welcome') welcomed(message)
    else if (place === undefined || message.seq > place.seq) {
      if (place !== undefined) place = { feed: place.feed, seq: message.seq }
      parts.onChange(message.change, message.at)
    }
  }

  function welcomed(message: { feed: string; seq: number; resumed: boolean }): void {
    timer.cancel()
    const missed = welcomedBefore && !message.resumed
    // A resumed feed still sends what came after the place where we were; its own number must not hide that.
    if (!message.resumed || place === undefined) place = { feed: message.feed, seq: message.seq }
    welcomedBefore = true
    backOff.reset()
    cutSince = undefined
    parts.onState({ kind: 'live' })
    if (missed) parts.onMissed()
  }

  function lost(mine: number): void {
    if (mine !== generation) return
    generation += 1
    socket?.close()
    socket = undefined
    cutSince ??= parts.now()
    const wait = backOff.next()
    parts.onState({ kind: 'cut', since: cutSince, retryAt: parts.now() + wait })
    timer.set(wait, () => void open())
  }

  return {
    start: (): void => void open(),
    /** Tries at once, for an impatient person or a browser that says it is online again. */
    retryNow(): void {
      if (socket !== undefined) return
      backOff.reset()
      void open()
    },
    renew(accessToken: string): void {
      if (socket !== undefined && cutSince === undefined) say(socket, { kind: 'renew', accessToken })
    },
    stop(): void {
      generation += 1
      timer.cancel()
      socket?.close()
      socket = undefined
      place = undefined
      welcomedBefore = false
    },
  }
}

export type LiveFeed = ReturnType<typeof createLiveFeed>

function say(socket: Socket | undefined, message: LiveClientMessage): void {
  socket?.send(JSON.stringify(message))
}

/** Waits double up to a limit. Half of each is random: after a restart not every page comes back in the same instant. */
function createBackOff(random: () => number) {
  let wait = FIRST_WAIT_MS
  return {
    next(): number {
      const half = wait / 2
      wait = Math.min(LONGEST_WAIT_MS, wait * 2)
      return half + random() * half
    },
    reset(): void {
      wait = FIRST_WAIT_MS
    },
  }
}

/** One timer at a time. */
function createTimer(after: LiveFeedParts['after']) {
  let callOff: (() => void) | undefined
  return {
    set(milliseconds: number, run: () => void): void {
      callOff?.()
      callOff = after(milliseconds, run)
    },
    cancel(): void {
      callOff?.()
      callOff = undefined
    },
  }
}

/** A kind of change that this page does not know yet is no reason to stop. */
function messageOf(text: string): LiveServerMessage | undefined {
  const parsed = LiveServerMessage.safeParse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
