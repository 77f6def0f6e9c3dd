import type { ModelAgent } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { StateMark } from '../../../parts/state-mark.tsx'
import { AGENT_MARKS } from './model-words.ts'

/** Agents named beside their count; the rest is a number. */
const MOST_NAMED = 12
const RANK: Readonly<Record<ModelAgent['state'], number>> = { refused: 0, 'too-old': 1, pending: 2, running: 3 }

/** Which agents have a model, the trouble first, each with its reason. */
export function ModelAgents({ agents }: { agents: readonly ModelAgent[] }): JSX.Element | null {
  if (agents.length === 0) return null
  const sorted = [...agents].sort((a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name))
  const rest = sorted.length - MOST_NAMED
  return (
    <ul class="rollout-agents">
      {sorted.slice(0, MOST_NAMED).map((one) => (
        <li key={one.agent}>
          <StateMark kind={AGENT_MARKS[one.state].kind} bare word={AGENT_MARKS[one.state].word} />
          <span>
            <strong>{one.name}</strong>
            {one.canary && <span class="tag">canary</span>}
            <span class="faint">{` ${AGENT_MARKS[one.state].word}${one.mode === 'shadow' ? ', on trial' : ''}`}</span>
            {one.reason !== '' && <span class="quiet wrap">{` ${one.reason}`}</span>}
          </span>
        </li>
      ))}
      {rest > 0 && <li class="faint">{`and ${rest} more`}</li>}
    </ul>
  )
}
