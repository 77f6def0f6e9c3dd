import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Skeleton } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { type DeviceTab, hrefOf } from '../../router/router.ts'

/** A place of the device: `count` beside its name, `wrong` where something in it is. */
export type TabFact = { readonly count?: number; readonly wrong?: 'critical' | 'warning' | undefined }

/** Undefined: not known yet. Absent from the map: the device has none, and the page does not pretend. */
export type TabFacts = Partial<Record<DeviceTab, TabFact>>

const WORDS: readonly (readonly [DeviceTab, string])[] = [
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
  const shown = WORDS.filter(([tab]) => facts[tab] !== undefined || tab === here)
  return (
    <nav class="tabs" ref={bar} aria-label="Parts of this device">
      <a href={hrefOf({ kind: 'device', id })} aria-current={here === undefined ? 'page' : undefined}>
        Overview
      </a>
      {waiting && shown.length <= 1 ? (
        <span class="tabs-wait" aria-hidden="true">
          {[72, 64, 72, 60].map((width, at) => (
            <Skeleton key={at} width={`${width}px`} height={14} />
          ))}
        </span>
      ) : (
        shown.map(([tab, word]) => (
          <a key={tab} href={hrefOf({ kind: 'device', id, tab })} aria-current={here === tab ? 'page' : undefined}>
            {word}
            {facts[tab]?.count !== undefined && <span class="faint">{facts[tab].count}</span>}
            {facts[tab]?.wrong !== undefined && <StateMark kind={facts[tab].wrong} bare word="something is wrong" />}
          </a>
        ))
      )}
    </nav>
  )
}
