import type { Device } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatDuration } from '../../format/duration.ts'
import { formatMoment } from '../../format/moment.ts'
import { Copyable } from '../../parts/copy-button.tsx'
import { Fact } from '../../parts/fact.tsx'
import { NotMeasured } from '../../parts/figure.tsx'
import { Note } from '../../parts/notes.tsx'
import { Ago, Since } from '../../parts/since.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { may } from '../../session/session.ts'
import { deviceProblem, deviceWords, KIND_WORDS } from '../devices/device-words.ts'
import { RemoveDevice } from './remove-device.tsx'

/** What it is, how it is, since when, and what is wrong. */
export function DeviceHead({ device }: { device: Device }): JSX.Element {
  // The device's open alerts follow below: what they say is not said twice.
  const problem = device.reach.problem !== '' || device.openAlerts === 0 ? deviceProblem(device) : undefined
  const severity = device.state === 'ok' ? 'info' : device.state
  return (
    <header class="device-head">
      <nav class="crumb" aria-label="Where this is">
        <a href={hrefOf({ kind: 'devices' })}>Devices</a>
        <span aria-hidden="true">/</span>
        <a href={hrefOf({ kind: 'devices' }, { q: device.site })}>{device.site}</a>
      </nav>
      <div class="page-head">
        <h1>{device.name}</h1>
        <span class="device-state">
          <StateMark kind={device.state} strong />
          <span class="faint">
            <Since at={device.since} />
          </span>
        </span>
        <span class="quiet device-what">{deviceWords(device)}</span>
        <div class="end">
          <a class="button plain" href={hrefOf({ kind: 'map' }, { focus: device.id, pick: device.id })}>
            On the map
          </a>
          {may('operator') && (
            <a class="button plain" href={hrefOf({ kind: 'tools' }, { agent: device.agent, device: device.id })}>
              Tools
            </a>
          )}
          {device.managed && <RemoveDevice device={device} />}
        </div>
      </div>
      {problem !== undefined && <Note kind={severity}>{problem}</Note>}
    </header>
  )
}

/** Where it is and how it answers. */
export function DeviceFacts({ device }: { device: Device }): JSX.Element {
  return (
    <div class="device-head">
      <dl class="facts">
        <Fact name="Address">
          <Copyable text={device.address} what="address" />
        </Fact>
        <Fact name="Up for">
          {device.uptimeSeconds === undefined ? <NotMeasured /> : formatDuration(device.uptimeSeconds * 1000)}
        </Fact>
        <Fact name="Last seen">
          {device.lastSeenAt === undefined ? 'not since the server started' : <Ago at={device.lastSeenAt} />}
        </Fact>
        <Fact name="Answers to">{reachWords(device)}</Fact>
        {device.serial !== '' && (
          <Fact name="Serial number">
            <Copyable text={device.serial} what="serial number" />
          </Fact>
        )}
        {device.sysLocation !== '' && <Fact name="Location">{device.sysLocation}</Fact>}
      </dl>
      <More device={device} />
    </div>
  )
}

const REACH = { up: 'yes', down: 'no', off: 'not asked' } as const

function reachWords({ reach }: Device): string {
  return `SNMP: ${REACH[reach.snmp]}, ping: ${REACH[reach.icmp]}`
}

/** What is needed now and then. Texts of the device are shown as they are, never as markup. */
function More({ device }: { device: Device }): JSX.Element {
  const rows: readonly (readonly [string, string])[] = [
    ['System name', device.sysName],
    ['Description', device.sysDescr],
    ['Contact', device.sysContact],
    ['Kind', KIND_WORDS[device.kind]],
    ['Recognised by', device.identityRank],
    ['First seen', formatMoment(device.firstSeenAt)],
    ['Polled', device.intervalSeconds === undefined ? '' : `every ${formatDuration(device.intervalSeconds * 1000)}`],
    ['Named in', device.managed ? 'this page or the API' : "the agent's YAML file"],
  ]
  return (
    <details class="more">
      <summary>More about this device</summary>
      <dl class="facts">
        {rows.map(([name, value]) =>
          value === '' ? null : (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ),
        )}
        {device.sysObjectId !== '' && (
          <Fact name="sysObjectID">
            <Copyable text={device.sysObjectId} what="OID" />
          </Fact>
        )}
        <Fact name="Id">
          <Copyable text={device.id} what="id" />
        </Fact>
      </dl>
    </details>
  )
}
