import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatQuantity } from '../../../format/quantity.ts'
import { Fact } from '../../../parts/fact.tsx'
import { Figure, NotMeasured } from '../../../parts/figure.tsx'
import { Ago, Since } from '../../../parts/since.tsx'
import { type MarkKind, StateMark } from '../../../parts/state-mark.tsx'
import { hrefOf } from '../../../router/router.ts'
import { portKey, type Traffic } from '../data/link-use.ts'
import { DOUBTFUL_BELOW, LINK_STATE_WORDS } from '../draw/wire-look.ts'
import type { MapAddress } from '../map-address.ts'
import { LINK_KIND_WORDS, sureWords } from '../map-words.ts'
import { CloseCard } from './node-card.tsx'

type Props = {
  readonly links: readonly TopologyLink[]
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly traffic: Traffic
  readonly use: ReadonlyMap<string, number>
  readonly change: (change: Partial<MapAddress>) => void
}

const STATE_MARKS: Readonly<Record<TopologyLink['state'], MarkKind>> = {
  up: 'ok',
  down: 'critical',
  blocked: 'info',
  lost: 'unknown',
  unknown: 'unknown',
}

/** One link, or all between two groups. */
export function LinkCard({ links, nodes, traffic, use, change }: Props): JSX.Element {
  const [only] = links
  if (links.length === 1 && only !== undefined) {
    return <OneLink link={only} nodes={nodes} traffic={traffic} ratio={use.get(only.id)} change={change} />
  }
  const worst = [...links].sort((a, b) => RANK[a.state] - RANK[b.state] || (use.get(b.id) ?? 0) - (use.get(a.id) ?? 0))
  return (
    <section class="map-card" aria-label="Links">
      <header class="card-head">
        <h2>{`${links.length} links`}</h2>
        <CloseCard change={change} />
      </header>
      <ul class="card-list">
        {worst.map((link) => (
          <li class="card-row" key={link.id}>
            <button type="button" class="row-button" onClick={() => change({ pick: link.id })}>
              <StateMark kind={STATE_MARKS[link.state]} word={LINK_STATE_WORDS[link.state]} bare />
              <span class="cut">{`${nameOf(nodes, link.a.node)} – ${nameOf(nodes, link.b.node)}`}</span>
              <Figure value={use.get(link.id)} unit="ratio" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const RANK: Readonly<Record<TopologyLink['state'], number>> = { down: 0, lost: 1, unknown: 2, blocked: 3, up: 4 }

const nameOf = (nodes: ReadonlyMap<string, TopologyNode>, id: string): string => nodes.get(id)?.name ?? id

type OneProps = Pick<Props, 'nodes' | 'traffic' | 'change'> & {
  readonly link: TopologyLink
  readonly ratio: number | undefined
}

function OneLink({ link, nodes, traffic, ratio, change }: OneProps): JSX.Element {
  return (
    <section class="map-card" aria-label="Link">
      <header class="card-head">
        <h2 class="wrap">{`${nameOf(nodes, link.a.node)} – ${nameOf(nodes, link.b.node)}`}</h2>
        <CloseCard change={change} />
      </header>
      <p class="card-state">
        <StateMark kind={STATE_MARKS[link.state]} word={LINK_STATE_WORDS[link.state]} strong />
      </p>
      <dl class="facts card-facts">
        <Fact name="Here since">
          <Since at={link.since} />
        </Fact>
        <Fact name="Kind">{LINK_KIND_WORDS[link.kind]}</Fact>
        <Fact name="Speed">
          {link.speedBps === undefined ? <NotMeasured /> : formatQuantity(link.speedBps, 'bits_per_second')}
        </Fact>
        <Fact name="Used">{ratio === undefined ? <NotMeasured /> : <Figure value={ratio} unit="ratio" />}</Fact>
        {link.vlans.length > 0 && <Fact name="VLANs">{vlanWords(link.vlans)}</Fact>}
      </dl>
      <End link={link} end={link.a} nodes={nodes} traffic={traffic} change={change} />
      <End link={link} end={link.b} nodes={nodes} traffic={traffic} change={change} />
      {link.members.length > 0 && (
        <>
          <h3>{`Cables in it · ${link.members.length}`}</h3>
          <ul class="card-list">
            {link.members.map((one) => (
              <li class="card-row" key={`${one.a} ${one.b}`}>{`${one.a ?? '?'} – ${one.b ?? '?'}`}</li>
            ))}
          </ul>
        </>
      )}
      <h3>{`Why it is believed · ${sureWords(link.confidence)}`}</h3>
      {link.confidence < DOUBTFUL_BELOW && (
        <p class="quiet">Doubtful, and drawn dashed: it is concluded from what is seen, no end tells of it itself.</p>
      )}
      <ul class="card-list">
        {link.evidence.map((one) => (
          <li class="evidence" key={`${one.kind} ${one.device} ${one.port} ${one.text}`}>
            <span class="tag">{one.kind.toUpperCase()}</span>
            <span class="wrap">{one.text}</span>
            <span class="faint">
              <Ago at={one.at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

type EndProps = Pick<Props, 'nodes' | 'traffic' | 'change'> & {
  readonly link: TopologyLink
  readonly end: TopologyLink['a']
}

function End({ end, nodes, traffic, change }: EndProps): JSX.Element {
  const node = nodes.get(end.node)
  const figures = end.port === undefined ? undefined : traffic.get(portKey(end.node, end.port))
  return (
    <div class="link-end">
      <button type="button" class="row-button" onClick={() => change({ pick: end.node })}>
        <strong class="cut">{node?.name ?? end.node}</strong>
      </button>
      {end.port === undefined ? (
        <span class="faint">port not known</span>
      ) : node?.device === undefined ? (
        <span class="quiet wrap">{end.port}</span>
      ) : (
        <a class="wrap" href={hrefOf({ kind: 'interface', id: node.device, name: end.port })}>
          {end.port}
        </a>
      )}
      {figures !== undefined && (
        <span class="faint">
          in <Figure value={figures.inBps} unit="bits_per_second" />, out{' '}
          <Figure value={figures.outBps} unit="bits_per_second" />
        </span>
      )}
    </div>
  )
}

const MOST_VLANS = 12

function vlanWords(vlans: readonly number[]): string {
  const shown = vlans.slice(0, MOST_VLANS).join(', ')
  return vlans.length > MOST_VLANS ? `${shown} and ${vlans.length - MOST_VLANS} more` : shown
}
