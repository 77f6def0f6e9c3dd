import { randomUUID } from 'node:crypto'
import { AgentId } from '@eyenet/shared/identity'
import type { TaskReply } from '@eyenet/shared/wire'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { OpenTasks } from './open-tasks.ts'

const AGENT = AgentId.parse(randomUUID())
const OTHER = AgentId.parse(randomUUID())

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const asked = () => ({ id: randomUUID(), agent: AGENT })
const replyTo = (id: string): TaskReply => ({ kind: 'refused', id, reason: 'no' })

test('a reply reaches who waits for it, once', async () => {
  const tasks = new OpenTasks()
  const task = asked()
  const replied = tasks.replyTo(task, 1_000)
  expect(tasks.settle(AGENT, replyTo(task.id))).toBe(true)
  expect(tasks.settle(AGENT, replyTo(task.id))).toBe(false)
  expect(await replied).toEqual(replyTo(task.id))
})

test("another agent's reply, and one that nobody waits for, are dropped", async () => {
  const tasks = new OpenTasks()
  const task = asked()
  const replied = tasks.replyTo(task, 1_000)
  expect(tasks.settle(OTHER, replyTo(task.id))).toBe(false)
  expect(tasks.settle(AGENT, replyTo(randomUUID()))).toBe(false)
  tasks.settle(AGENT, replyTo(task.id))
  await replied
})

test('without a reply the wait ends, and a late reply is dropped', async () => {
  const tasks = new OpenTasks()
  const task = asked()
  const failed = expect(tasks.replyTo(task, 1_000)).rejects.toMatchObject({ code: 'unavailable' })
  vi.advanceTimersByTime(1_000)
  await failed
  expect(tasks.settle(AGENT, replyTo(task.id))).toBe(false)
})

test('more than a thousand at once are refused; closing ends all', async () => {
  const tasks = new OpenTasks()
  const waits = Array.from({ length: 1_000 }, () => tasks.replyTo(asked(), 1_000).catch((thrown) => thrown.code))
  await expect(tasks.replyTo(asked(), 1_000)).rejects.toMatchObject({ code: 'too_many' })
  tasks.close()
  expect(new Set(await Promise.all(waits))).toEqual(new Set(['unavailable']))
  expect(vi.getTimerCount()).toBe(0)
})
