import type { DeviceTest } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { StateMark } from '../../parts/state-mark.tsx'

const CHECK_WORDS = { resolve: 'Address', ping: 'Ping', snmp: 'SNMP' } as const
const MARKS = { ok: 'ok', failed: 'critical', skipped: 'info' } as const
const WORDS = { ok: 'answers', failed: 'failed', skipped: 'not asked' } as const

/** Step by step what the agent tried, and what each brought. */
export function TestResult({ test }: { test: DeviceTest }): JSX.Element {
  return (
    <div class="section" role="status">
      <h2>{test.ok ? 'It answers' : 'It did not answer to everything'}</h2>
      <ol class="panel pairs">
        {test.steps.map((step) => (
          <li class="line-row" key={`${step.check} ${step.message}`}>
            <div class="line-main">
              <StateMark kind={MARKS[step.outcome]} word={`${CHECK_WORDS[step.check]} ${WORDS[step.outcome]}`} strong />
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
