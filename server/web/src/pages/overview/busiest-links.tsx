import type { DeviceSummary } from '@eyenet/shared/api'
import { useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import { samplesAt } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { type InstantSample, queryInstant } from '../../net/prometheus.ts'
import { Figure } from '../../parts/figure.tsx'
import { FailureNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'

const MOST_SHOWN = 8
/** How often the list is asked again, seconds. */
const REFRESH_SECONDS = 30

const rate = (names: string): string => `rate({__name__=~"${names}"}[5m])`
const IN = rate('ifHCInOctets|ifInOctets')
const OUT = rate('ifHCOutOctets|ifOutOctets')
const SPEED = '(ifSpeed > 0)'

/** Links by how full their fuller direction is; one whose speed is unknown cannot be full. */
const QUERIES = {
  in: `topk(${MOST_SHOWN}, 8 * sum by (device, interface) (${IN}) / sum by (device, interface) (${SPEED}))`,
  out: `topk(${MOST_SHOWN}, 8 * sum by (device, interface) (${OUT}) / sum by (device, interface) (${SPEED}))`,
}

type Link = { readonly device: string; readonly name: string; readonly way: 'in' | 'out'; readonly ratio: number }

export function BusiestLinks({ devices }: { devices: ReadonlyMap<string, DeviceSummary> }): JSX.Element {
  const tick = useComputed(() =>
    samplesAt.value.size === 0 ? 0 : Math.floor(Date.now() / 1000 / REFRESH_SECONDS),
  ).value
  const { state, reload } = useFetch(
    'busiest',
    async (signal) => {
      const [into, out] = await Promise.all([
        queryInstant(request, QUERIES.in, signal),
        queryInstant(request, QUERIES.out, signal),
      ])
      if (into.kind === 'failed') return into
      if (out.kind === 'failed') return out
      return { kind: 'ok', value: busiest(into.value, out.value) }
    },
    tick,
  )
  const loaded = state.value
  return (
    <section class="section" aria-labelledby="busiest">
      <div class="section-head">
        <h2 id="busiest">Busiest links</h2>
        <span class="faint">share of the nominal speed, last 5 min</span>
      </div>
      {loaded.kind === 'loading' && <SkeletonRows rows={4} what="links" />}
      {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the busiest links" retry={reload} />}
      {loaded.kind === 'ready' && (
        <ul class="panel pairs">
          {loaded.value.length === 0 && (
            <li class="line-row faint">No link with a known speed has been measured yet: it takes two polls.</li>
          )}
          {loaded.value.map((link) => (
            <LinkRow key={`${link.device} ${link.name}`} link={link} device={devices.get(link.device)} />
          ))}
        </ul>
      )}
    </section>
  )
}

function LinkRow({ link, device }: { link: Link; device: DeviceSummary | undefined }): JSX.Element {
  return (
    <li class="link-row">
      <span class="cut">
        <a href={hrefOf({ kind: 'interface', id: link.device, name: link.name })}>
          <strong>{link.name}</strong>
        </a>{' '}
        <a class="quiet" href={hrefOf({ kind: 'device', id: link.device })}>
          {device?.name ?? link.device}
        </a>
      </span>
      <span class="meter" aria-hidden="true">
        <span class="meter-fill" style={{ width: `${Math.min(100, link.ratio * 100)}%` }} />
      </span>
      <span class="link-way faint">{link.way}</span>
      <span class="link-figure">
        <Figure value={link.ratio} unit="ratio" />
      </span>
    </li>
  )
}

function busiest(into: readonly InstantSample[], out: readonly InstantSample[]): readonly Link[] {
  const byKey = new Map<string, Link>()
  for (const [way, samples] of [['in', into] as const, ['out', out] as const]) {
    for (const { labels, value } of samples) {
      const { device = '', interface: name = '' } = labels
      const before = byKey.get(`${device} ${name}`)
      if (!Number.isFinite(value) || (before !== undefined && before.ratio >= value)) continue
      byKey.set(`${device} ${name}`, { device, name, way, ratio: value })
    }
  }
  return [...byKey.values()].sort((a, b) => b.ratio - a.ratio).slice(0, MOST_SHOWN)
}
