import { AgentConfigurationView } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { useFetch } from '../../live/use-fetch.ts'
import { FailureNote, Note } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { request } from '../../session/session.ts'
import { scopeName } from './scope-name.ts'

/** For each setting of one agent: what holds and who rules it. */
export function AgentRules({ agent, tick }: { agent: string; tick: number }): JSX.Element {
  const path = `/api/v1/fleet/agents/${agent}/configuration`
  const load = (signal: AbortSignal) => request({ path, answer: AgentConfigurationView, signal })
  const { state, reload } = useFetch(path, load, tick)
  const loaded = state.value
  if (loaded.kind === 'loading') return <SkeletonRows rows={6} what="settings" />
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the settings" retry={reload} />
  const { settings, configuration, takesSettings, applied, rejected } = loaded.value
  return (
    <div class="section">
      {!takesSettings && (
        <Note kind="warning">This agent is too old to take settings from the server, or has not connected yet.</Note>
      )}
      {rejected !== undefined && rejected.revision > (applied?.revision ?? 0) && (
        <Note kind="critical">
          {`It ${rejected.how === 'refused' ? 'refused' : 'rolled back'} what it was told last, and runs what it ran before: ${rejected.reason}`}
        </Note>
      )}
      {applied?.confirmed === false && (
        <Note>It tries a new revision, and goes back by itself if it does not reach the server with it.</Note>
      )}
      <div class="panel scroll-x">
        <table class="rules">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">From the server</th>
              <th scope="col">Ruled by</th>
            </tr>
          </thead>
          <tbody>
            {settings.map(({ path: setting, value, ruledBy }) => (
              <tr key={setting}>
                <th scope="row" class="mono">
                  {setting}
                </th>
                <td class="mono">{value === undefined ? <span class="faint">not set</span> : JSON.stringify(value)}</td>
                <td>{rulerName(ruledBy)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">device profiles</th>
              <td class="mono">{configuration.profiles.map(({ name }) => name).join(', ') || '–'}</td>
              <td class="faint">files of the same name on the agent stand</td>
            </tr>
          </tbody>
        </table>
      </div>
    </div>
  )
}

function rulerName(ruledBy: AgentConfigurationView['settings'][number]['ruledBy']): string {
  if (ruledBy === 'file') return "the agent's own file"
  return ruledBy === 'default' ? "the agent's default" : scopeName(ruledBy)
}
