import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { StateMark } from '../../parts/state-mark.tsx'
import { type DeviceTab, hrefOf } from '../../router/router.ts'

/** A place of the device: `count` beside its name, `wrong` where something in it is. */
export type TabFact = { readonly count?: number; readonly wrong?: 'critical' | 'warning' | undefined }

/** Absent: the device has none, and the page does not pretend. */
export type TabFacts = Partial<Record<DeviceTab, TabFact>>

const WORDS: readonly (readonly [DeviceTab, string])[] = [
  ['neighbors', 'Neighbours'],
  ['interfaces', 'Interfaces'],
  ['sensors', 'Sensors'],
  ['hardware', 'Hardware'],
  ['network', 'Network'],
  ['readings', 'Readings'],
]

type Props = {
  readonly id: string
  readonly here: DeviceTab | undefined
  readonly facts: TabFacts
  /** Some answers are still on their way. */
  readonly waiting: boolean
}

/** The places of one device, as links: each has its own address. */
export function DeviceTabs({ id, here, facts, waiting }: Props): JSX.Element {
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [here, waiting])
  // Until everything is known all are there and none has a count: one change of the row, not five.
  const shown = WORDS.filter(([tab]) => waiting || facts[tab] !== undefined || tab === here)
  return (
    <nav class="tabs" ref={bar} aria-label="Parts of this device">
      <a href={hrefOf({ kind: 'device', id })} aria-current={here === undefined ? 'page' : undefined}>
        Overview
      </a>
      {shown.map(([tab, word]) => (
        <a
          key={tab}
          class={waiting ? 'waiting' : ''}
          href={hrefOf({ kind: 'device', id, tab })}
          aria-current={here === tab ? 'page' : undefined}
        >
          {word}
          {!waiting && <Told fact={facts[tab]} />}
        </a>
      ))}
    </nav>
  )
}

function Told({ fact }: { fact: TabFact | undefined }): JSX.Element {
  return (
    <>
      {fact?.count !== undefined && <span class="faint">{fact.count}</span>}
      {fact?.wrong !== undefined && <StateMark kind={fact.wrong} bare word="something is wrong" />}
    </>
  )
}
