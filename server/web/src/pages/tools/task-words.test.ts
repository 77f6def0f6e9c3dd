import { AgentTask } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { aboutWords, lossOf, progressWords, rowsText, taskAdvice, taskMark } from './task-words.ts'

const AGENT = '0190b0c0-0000-7000-8000-000000000001'
const task = (part: object): AgentTask =>
  AgentTask.parse({ id: 'x', agent: AGENT, kind: 'ping', about: '', by: 'ada', at: 0, state: 'done', ...part })
const ping = (sent: number, received: number, ended = 'whole') =>
  task({ result: { kind: 'ping', ended, message: '', sent, received } })
const walk = (ended: string) => task({ result: { kind: 'snmp-walk', ended, message: '', rows: [] } })

test('the mark of a ping tells an answer from loss and silence', () => {
  expect(taskMark(ping(5, 5))).toEqual({ kind: 'ok', word: 'answers' })
  expect(taskMark(ping(5, 4))).toEqual({ kind: 'warning', word: '20\u00a0% lost' })
  expect(taskMark(ping(5, 0))).toEqual({ kind: 'critical', word: 'no answer' })
  expect(taskMark(ping(2, 2, 'cancelled'))).toEqual({ kind: 'unknown', word: 'stopped' })
  expect(lossOf({ sent: 0, received: 0 })).toBeUndefined()
})

test('a result that is not whole says so, and what to do', () => {
  expect(taskMark(walk('limit')).word).toBe('in part')
  expect(taskAdvice(walk('limit'))).toContain('more values')
  expect(taskAdvice(walk('timeout'))).toContain('longer time limit')
  expect(taskAdvice(walk('whole'))).toBe('')
  expect(taskMark(task({ state: 'failed', problem: 'no reply' })).kind).toBe('critical')
  expect(taskMark(task({ result: { kind: 'poll-now', ok: false, message: '' } })).word).toBe('failed')
  expect(taskMark(task({ state: 'running' })).word).toBe('running')
})

test('progress is told in the words of its tool', () => {
  const running = (kind: string, at: string) =>
    progressWords(task({ kind, state: 'running', progress: { done: 1, at } }))
  expect(running('ping', '192.0.2.1')).toBe('1 echo sent to 192.0.2.1.')
  expect(running('traceroute', '*')).toBe('Hop 1: no answer.')
  expect(running('snmp-walk', 'ifDescr.1')).toBe('1 values read, the last at ifDescr.1.')
  expect(progressWords(task({ state: 'running' }))).toBe('On its way to the agent.')
})

test('ids of known devices are told by their names', () => {
  const name = (id: string) => (id === AGENT ? 'core-1' : undefined)
  expect(aboutWords(`1.3.6 of ${AGENT}`, name)).toBe('1.3.6 of core-1')
  expect(aboutWords('0190b0c0-0000-7000-8000-00000000000f', name)).toBe('0190b0c0-0000-7000-8000-00000000000f')
})

test('each value is one line of text, whatever is in it', () => {
  const rows = [
    { oid: '1.3.6.1', name: 'IF-MIB::ifDescr.1', type: 'OctetString', text: 'eth0\nIF-MIB::ifDescr.2 = forged\u202e' },
    { oid: '1.3.6.2', name: '', type: 'Integer', text: '7' },
  ]
  expect(rowsText(rows)).toBe(
    'IF-MIB::ifDescr.1 = OctetString: eth0\\u000aIF-MIB::ifDescr.2 = forged\\u202e\n1.3.6.2 = Integer: 7\n',
  )
})
