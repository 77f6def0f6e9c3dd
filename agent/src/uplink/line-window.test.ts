import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Flight, LineWindow, MAX_WINDOW_BYTES } from './line-window.ts'

const MESSAGE_BYTES = 3_400
const GATHER_MS = 50

/** A line that carries bytes one after the other, a delay there and back, and a server that answers every 50 ms. */
class SimulatedLine {
  readonly window = new LineWindow()
  nowMs = 0
  bytesPerSecond: number
  roundTripMs: number
  carried = 0
  /** How long a message that comes now would wait for those ahead of it, seconds: the most since it was last asked. */
  #worst = 0
  #freeAtMs = 0
  #underWay: { readonly flight: Flight; readonly answeredAtMs: number }[] = []

  constructor(bytesPerSecond: number, roundTripMs: number) {
    this.bytesPerSecond = bytesPerSecond
    this.roundTripMs = roundTripMs
  }

  /** Keeps the line as full as the window lets it, for so many seconds. */
  run(seconds: number): void {
    for (const end = this.nowMs + seconds * 1000; this.nowMs < end; this.nowMs += GATHER_MS) {
      const answered = this.#underWay.filter((one) => one.answeredAtMs <= this.nowMs)
      this.#underWay = this.#underWay.filter((one) => one.answeredAtMs > this.nowMs)
      const flights = answered.map((one) => one.flight)
      this.carried += flights.reduce((sum, flight) => sum + flight.bytes, 0)
      this.window.arrived(flights, this.nowMs)
      while (this.window.hasRoomFor(MESSAGE_BYTES)) this.#send()
      this.window.full()
      this.#worst = Math.max(this.#worst, (this.#freeAtMs - this.nowMs) / 1000)
    }
  }

  worstWait(): number {
    const worst = this.#worst
    this.#worst = 0
    return worst
  }

  #send(): void {
    const flight = this.window.sent(MESSAGE_BYTES, this.nowMs)
    this.#freeAtMs = Math.max(this.#freeAtMs, this.nowMs) + (MESSAGE_BYTES * 1000) / this.bytesPerSecond
    this.#underWay.push({ flight, answeredAtMs: this.#freeAtMs + this.roundTripMs })
  }
}

test('on a slow line an event never waits for long, from the first second on', () => {
  const line = new SimulatedLine(8_000, 40)
  line.run(120)
  expect(line.worstWait()).toBeLessThan(1.1)
  // One message at a time: what is lost is the wait for the answer.
  expect(line.carried / 120).toBeGreaterThan(0.75 * 8_000)
})

test('a fast line is filled, also where its round trip is long', () => {
  for (const roundTripMs of [10, 100, 600]) {
    const line = new SimulatedLine(500_000, roundTripMs)
    line.run(15)
    line.carried = 0
    line.run(60)
    expect(line.carried / 60).toBeGreaterThan(0.8 * 500_000)
  }
})

test('whatever the line, what lies on it stays within bounds, and it is used', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3_000, max: 3_000_000 }), fc.integer({ min: 1, max: 800 }), (rate, roundTripMs) => {
      const line = new SimulatedLine(rate, roundTripMs)
      line.run(30)
      line.worstWait()
      line.carried = 0
      line.run(60)
      expect(line.window.onLine).toBeLessThanOrEqual(Math.max(MAX_WINDOW_BYTES, MESSAGE_BYTES))
      const answer = (roundTripMs + 2 * GATHER_MS) / 1000
      // Half a second beside the delay, a try of half as much again, and where that is less one message.
      expect(line.worstWait()).toBeLessThan(1.5 * (0.5 + answer) + MESSAGE_BYTES / rate)
      const oneAtATime = MESSAGE_BYTES / (MESSAGE_BYTES / rate + answer)
      expect(line.carried / 60).toBeGreaterThan(0.9 * Math.min(oneAtATime, 0.7 * rate))
    }),
  )
})

test('a line that becomes slow is noticed once what lay on it is through, and one that becomes fast too', () => {
  const line = new SimulatedLine(200_000, 40)
  line.run(30)
  expect(line.window.windowBytes).toBeGreaterThan(60_000)
  line.bytesPerSecond = 8_000
  line.run(60)
  line.worstWait()
  line.run(60)
  expect(line.worstWait()).toBeLessThan(1.5)
  line.bytesPerSecond = 200_000
  line.run(60)
  line.carried = 0
  line.run(30)
  expect(line.carried / 30).toBeGreaterThan(0.8 * 200_000)
})

test('a line that is not full says nothing of what it could carry', () => {
  const line = new LineWindow()
  let nowMs = 0
  for (let tick = 0; tick < 100; tick++) {
    const flight = line.sent(200, nowMs)
    line.arrived([flight], nowMs + 100)
    nowMs += 15_000
  }
  expect(line.windowBytes).toBe(4_096)
  expect(line.onLine).toBe(0)
})
