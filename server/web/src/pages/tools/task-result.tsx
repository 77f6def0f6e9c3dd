import type { JSX } from 'preact'
import { Fact } from '../../parts/fact.tsx'
import { Figure, NotMeasured } from '../../parts/figure.tsx'
import { DiagnosisView } from './diagnosis-view.tsx'
import { lossOf, type TaskResult } from './task-words.ts'
import { ValuesTable } from './values-table.tsx'

/** What a task brought; what the agent says of it in words stands above. */
export function TaskResultView({ result }: { result: TaskResult }): JSX.Element | null {
  switch (result.kind) {
    case 'ping':
      return <PingFacts ping={result} />
    case 'traceroute':
      return result.hops.length === 0 ? null : <Hops hops={result.hops} />
    case 'snmp-get':
    case 'snmp-walk':
      return result.rows.length === 0 ? null : <ValuesTable rows={result.rows} name={result.kind} />
    case 'diagnose':
      return result.diagnosis === undefined ? null : <DiagnosisView diagnosis={result.diagnosis} />
    case 'poll-now':
      return null
  }
}

function PingFacts({ ping }: { ping: Extract<TaskResult, { kind: 'ping' }> }): JSX.Element {
  return (
    <div class="panel padded">
      <dl class="facts">
        <Fact name="Sent">{ping.sent}</Fact>
        <Fact name="Received">{ping.received}</Fact>
        <Fact name="Lost">
          <Figure value={lossOf(ping)} unit="ratio" />
        </Fact>
        <Fact name="Fastest">
          <Figure value={ping.minSeconds} unit="seconds" />
        </Fact>
        <Fact name="On average">
          <Figure value={ping.meanSeconds} unit="seconds" />
        </Fact>
        <Fact name="Slowest">
          <Figure value={ping.maxSeconds} unit="seconds" />
        </Fact>
      </dl>
    </div>
  )
}

type Hop = Extract<TaskResult, { kind: 'traceroute' }>['hops'][number]

function Hops({ hops }: { hops: readonly Hop[] }): JSX.Element {
  return (
    <div class="panel scroll-x">
      <table class="rules hops">
        <caption class="hidden-text">Hops on the way</caption>
        <thead>
          <tr>
            <th scope="col">Hop</th>
            <th scope="col">Address</th>
            <th scope="col">Round trips</th>
          </tr>
        </thead>
        <tbody>
          {hops.map(({ hop, addresses, rtts }) => (
            <tr key={hop}>
              <th scope="row">{hop}</th>
              <td class="mono wrap">
                {addresses.length === 0 ? <span class="none">no answer</span> : addresses.join(', ')}
              </td>
              <td>
                {rtts.length === 0 ? (
                  <NotMeasured />
                ) : (
                  <span class="rtts">
                    {rtts.map((seconds, at) => (
                      <Figure key={at} value={seconds} unit="seconds" />
                    ))}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
