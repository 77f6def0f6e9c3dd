import type { ComponentChildren, JSX } from 'preact'
import { formatMoment } from '../../format/moment.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Figure } from '../../parts/figure.tsx'
import { Ago, Since } from '../../parts/since.tsx'
import type { TaskResult } from './task-words.ts'

type Diagnosis = NonNullable<Extract<TaskResult, { kind: 'diagnose' }>['diagnosis']>

/** What an agent says of itself, by groups; its newest log line first. */
export function DiagnosisView({ diagnosis }: { diagnosis: Diagnosis }): JSX.Element {
  const { polls, buffer, uplink, refused } = diagnosis
  return (
    <>
      <div class="panel pairs">
        <Group title="The agent">
          <Fact name="Version">{diagnosis.version}</Fact>
          <Fact name="Node.js">{diagnosis.node}</Fact>
          <Fact name="Platform">{diagnosis.platform}</Fact>
          <Fact name="Host">{diagnosis.hostname}</Fact>
          <Fact name="Runs for">
            <Since at={diagnosis.startedAt} />
          </Fact>
          <Fact name="Its clock said">{formatMoment(diagnosis.at)}</Fact>
        </Group>
        <Group title="Load">
          <Fact name="Memory">
            <Figure value={diagnosis.memoryBytes} unit="bytes" />
          </Fact>
          <Fact name="Of it heap">
            <Figure value={diagnosis.heapBytes} unit="bytes" />
          </Fact>
          <Fact name="Processor time">
            <Figure value={diagnosis.cpuSeconds} unit="seconds" />
          </Fact>
        </Group>
        <Group title="Polls">
          <Count name="Devices" value={diagnosis.devices} />
          <Count name="Started" value={polls.started} />
          <Count name="Without answer" value={polls.failed} />
          <Count name="Late" value={polls.late} />
          <Count name="Skipped" value={polls.skipped} />
          <Count name="Under way" value={polls.running} />
        </Group>
        <Group title="Buffer">
          <Count name="Samples" value={buffer.samples} />
          <Fact name="Size">
            <Figure value={buffer.bytes} unit="bytes" />
          </Fact>
          <Fact name="Oldest">{buffer.oldest === undefined ? 'none' : <Ago at={buffer.oldest} />}</Fact>
          <Count name="Dropped samples" value={buffer.droppedSamples} />
        </Group>
        <Group title="Link to the server">
          <Fact name="Connected for">
            <Since at={uplink.connectedSince} />
          </Fact>
          <Fact name="Orders">{uplink.revision}</Fact>
          <Fact name="Signing keys that it trusts">
            <span class="mono">{uplink.signingKeys.join(', ') || 'none'}</span>
          </Fact>
          <Fact name="Messages that it refused">
            {Object.entries(refused)
              .filter(([, count]) => count > 0)
              .map(([reason, count]) => `${reason} ${count}`)
              .join(', ') || 'none'}
          </Fact>
        </Group>
      </div>
      <Log lines={diagnosis.log} />
    </>
  )
}

function Group({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="tool-group" aria-label={title}>
      <h3>{title}</h3>
      <dl class="facts">{children}</dl>
    </section>
  )
}

function Count({ name, value }: { name: string; value: number }): JSX.Element {
  return (
    <Fact name={name}>
      <Figure value={value} unit="count" />
    </Fact>
  )
}

function Log({ lines }: { lines: readonly string[] }): JSX.Element | null {
  if (lines.length === 0) return null
  const text = [...lines].reverse().join('\n')
  return (
    <section class="section" aria-labelledby="agent-log">
      <div class="section-head">
        <h3 id="agent-log">Log</h3>
        <span class="faint">{`${lines.length} lines, the newest first`}</span>
        <CopyButton text={text} what="the log lines" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section class="panel tool-log" tabIndex={0} aria-label="Log lines">
        <pre class="mono">{text}</pre>
      </section>
    </section>
  )
}
