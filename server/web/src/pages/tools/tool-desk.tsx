import {
  type AgentResource,
  AgentTask,
  type DeviceSummary,
  DeviceTest,
  type NewAgentTask,
  type NewDevice,
} from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { type Failure, failureSentence } from '../../net/failure.ts'
import { Note } from '../../parts/notes.tsx'
import { query, setQuery } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import type { FormFaults } from '../add-device/device-form.ts'
import { TestResult } from '../add-device/test-result.tsx'
import { RecentTasks } from './recent-tasks.tsx'
import { TaskPanel } from './task-panel.tsx'
import { ToolFields } from './tool-fields.tsx'
import { EMPTY_TOOL_FORM, readTool, type ToolForm } from './tool-form.ts'
import type { TOOLS } from './tool-kinds.ts'
import { tasksPath, useTask } from './use-task.ts'

type Props = {
  readonly agent: AgentResource
  readonly tool: (typeof TOOLS)[number]
  readonly devices: ReadonlyMap<string, DeviceSummary>
  /** What the fields are about at first. */
  readonly device: DeviceSummary | undefined
}

/** A request that was made in this form; the task that came of one is in the address. */
type Asked =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'tested'; readonly test: DeviceTest }

export function ToolDesk({ agent, tool, devices, device }: Props): JSX.Element {
  const form = useSignal<ToolForm>({ ...EMPTY_TOOL_FORM, device: device?.id ?? '', address: device?.address ?? '' })
  const faults = useSignal<FormFaults>({})
  const asked = useSignal<{ readonly by: string; readonly how: Asked }>({ by: '', how: { kind: 'none' } })
  const id = query.value.get('task') ?? undefined
  const task = useTask(agent.id, id).value
  const how: Asked = asked.value.by === tool.kind ? asked.value.how : { kind: 'none' }
  const running = id !== undefined && task.kind === 'ready' && task.value.state === 'running'
  const change = (part: Partial<ToolForm>): void => {
    form.value = { ...form.value, ...part }
    faults.value = {}
  }
  const run = async (event: Event): Promise<void> => {
    event.preventDefault()
    const read = readTool(tool.kind, form.value, agent.id)
    faults.value = read.kind === 'faults' ? read.faults : {}
    if (read.kind === 'faults') return
    const by = tool.kind
    asked.value = { by, how: { kind: 'busy' } }
    if (read.kind === 'test') setQuery({ task: undefined })
    asked.value = { by, how: read.kind === 'test' ? await test(read.device) : await start(agent.id, read.task) }
  }
  const here = [...devices.values()].filter((one) => one.agent === agent.id)
  return (
    <div class="tool-desk">
      <form class="panel form padded" onSubmit={(event) => void run(event)} noValidate aria-label={tool.word}>
        <p class="quiet">{tool.about}</p>
        <ToolFields
          key={tool.kind}
          {...{ kind: tool.kind, form: form.value, faults: faults.value, change }}
          devices={tool.kind === 'poll-now' ? here : here.filter((one) => one.kind === 'snmp')}
        />
        <div class="actions">
          <button
            type="submit"
            class="button solid"
            disabled={how.kind === 'busy' || running || agent.state !== 'connected'}
          >
            {how.kind === 'busy' || running ? 'Running …' : 'Run'}
          </button>
        </div>
      </form>
      <div class="tool-side">
        {how.kind === 'failed' && <Note kind="critical">{failureSentence(how.failure)}</Note>}
        {how.kind === 'busy' && tool.kind === 'test' && (
          <Note>The agent is asking the device. A device that does not answer takes some seconds.</Note>
        )}
        {how.kind === 'tested' && id === undefined && <TestResult test={how.test} />}
        {id !== undefined && <TaskPanel key={id} agent={agent.id} id={id} state={task} devices={devices} />}
        <RecentTasks
          agent={agent}
          devices={devices}
          here={id}
          changed={task.kind === 'ready' ? `${task.value.id} ${task.value.state}` : ''}
        />
      </div>
    </div>
  )
}

async function start(agent: string, body: NewAgentTask): Promise<Asked> {
  const path = `${tasksPath(agent)}?waitSeconds=0`
  const answer = await request({ method: 'POST', path, body, answer: AgentTask })
  if (answer.kind === 'failed') return { kind: 'failed', failure: answer.failure }
  setQuery({ agent, tool: body.kind, task: answer.value.id }, { replace: false })
  return { kind: 'none' }
}

async function test(body: NewDevice): Promise<Asked> {
  const answer = await request({ method: 'POST', path: '/api/v1/devices/test', body, answer: DeviceTest })
  return answer.kind === 'ok' ? { kind: 'tested', test: answer.value } : { kind: 'failed', failure: answer.failure }
}
