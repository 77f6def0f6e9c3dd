import type { AgentTask } from '@eyenet/shared/api'
import { formatQuantity } from '../../format/quantity.ts'
import type { MarkKind } from '../../parts/state-mark.tsx'

type Mark = { readonly kind: MarkKind; readonly word: string }
export type TaskResult = NonNullable<AgentTask['result']>

/** How a task stands, or how it ended, in a word. */
export function taskMark({ state, result }: AgentTask): Mark {
  if (state === 'running') return { kind: 'pending', word: 'running' }
  if (state === 'failed' || result === undefined) return { kind: 'critical', word: 'failed' }
  if (result.kind === 'poll-now') return result.ok ? { kind: 'ok', word: 'done' } : { kind: 'critical', word: 'failed' }
  switch (result.ended) {
    case 'whole':
      return result.kind === 'ping' ? pingMark(result) : { kind: 'ok', word: 'complete' }
    case 'limit':
      return { kind: 'warning', word: result.kind === 'traceroute' ? 'not reached' : 'in part' }
    case 'timeout':
      return { kind: 'warning', word: 'time was over' }
    case 'cancelled':
      return { kind: 'unknown', word: 'stopped' }
    case 'failed':
      return { kind: 'critical', word: 'failed' }
  }
}

type Echoes = { readonly sent: number; readonly received: number }

function pingMark({ sent, received }: Echoes): Mark {
  if (received === 0) return { kind: 'critical', word: 'no answer' }
  if (received < sent)
    return { kind: 'warning', word: `${formatQuantity(lossOf({ sent, received }) ?? 0, 'ratio')} lost` }
  return { kind: 'ok', word: 'answers' }
}

/** Lost of sent, 0 to 1; undefined where nothing was sent. */
export function lossOf({ sent, received }: Echoes): number | undefined {
  return sent === 0 ? undefined : Math.max(0, sent - received) / sent
}

/** How far a running task is. */
export function progressWords({ kind, progress }: AgentTask): string {
  if (progress === undefined) return 'On its way to the agent.'
  const { done, at } = progress
  switch (kind) {
    case 'ping':
      return `${done} ${done === 1 ? 'echo' : 'echoes'} sent to ${at}.`
    case 'traceroute':
      return `Hop ${done}: ${at === '*' ? 'no answer' : at}.`
    default:
      return `${done} values read, the last at ${at}.`
  }
}

/** What to do about an end that is not whole; what the agent itself said stands before it. */
export function taskAdvice({ result }: AgentTask): string {
  if (result === undefined || result.kind === 'poll-now') return ''
  if (result.ended === 'timeout') return 'What came until then is here. Run it again with a longer time limit.'
  if (result.ended === 'limit' && result.kind === 'snmp-walk')
    return 'Walk from a place further down, or allow more values.'
  return ''
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi

/** What a task is about, with the names of devices in place of their ids. */
export function aboutWords(about: string, nameOf: (device: string) => string | undefined): string {
  return about.replace(ID, (id) => nameOf(id) ?? id)
}

// Control characters, and those that turn the direction of a text: in a file they would make lines that are none.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

type Row = { readonly oid: string; readonly name: string; readonly type: string; readonly text: string }

/** Values as a text, a line each: "IF-MIB::ifDescr.3 = OctetString: eth0". */
export function rowsText(rows: readonly Row[]): string {
  return rows.map(({ oid, name, type, text }) => `${oneLine(name || oid)} = ${type}: ${oneLine(text)}\n`).join('')
}

const oneLine = (text: string): string =>
  text.replace(UNSEEN, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
