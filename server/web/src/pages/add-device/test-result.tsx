import type { DeviceTest } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { StateMark } from '../../parts/state-mark.tsx'

const MARKS = { ok: 'ok', failed: 'critical', skipped: 'info' } as const
const WORDS = {
  resolve: { ok: 'Address found', failed: 'Address not found', skipped: 'Address not looked up' },
  ping: { ok: 'Ping answers', failed: 'Ping failed', skipped: 'Ping not tried' },
  snmp: { ok: 'SNMP answers', failed: 'SNMP failed', skipped: 'SNMP not tried' },
} as const

/** Step by step what the agent tried, and what each brought. */
export function TestResult({ test }: { test: DeviceTest }): JSX.Element {
  return (
    <div class="section" role="status">
      <h2>{test.ok ? 'It answers' : 'It did not answer to everything'}</h2>
      <ol class="panel pairs">
        {test.steps.map((step) => (
          <li class="line-row" key={`${step.check} ${step.message}`}>
            <div class="line-main">
              <StateMark kind={MARKS[step.outcome]} word={WORDS[step.check][step.outcome]} strong />
            </div>
            <span class="quiet wrap">{step.message}</span>
          </li>
        ))}
      </ol>
      {test.sysName !== undefined && test.sysName !== '' && (
        <p>
          {'It calls itself '}
          <strong>{test.sysName}</strong>
          {test.interfaces !== undefined && ` and has ${test.interfaces} interfaces`}.
        </p>
      )}
      {test.sysDescr !== undefined && test.sysDescr !== '' && <p class="quiet wrap">{test.sysDescr}</p>}
    </div>
  )
}
