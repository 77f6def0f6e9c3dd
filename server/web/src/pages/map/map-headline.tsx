import type { Incident } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { wordsWithin } from '../../format/common-domain.ts'
import { devices } from '../../live/site.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import type { Past } from './data/use-past.ts'
import type { FoldTree } from './graph/fold-tree.ts'
import { type Headline, mapHeadline, PAST_WORDS, pastHeadline, stateCounts } from './map-words.ts'

/** The whole map in one sentence, before everything else. */
export function MapHeadline({ headline: { kind, text } }: { headline: Headline }): JSX.Element {
  return (
    <p class={`map-headline ${kind}`} role="status">
      <StateMark kind={kind} word={text} strong />
    </p>
  )
}

type Shown = { readonly incidents: readonly Incident[]; readonly past: Past | undefined }

/** The sentence for now, or for the past moment that is shown. */
export function headlineOf(tree: FoldTree, { incidents, past }: Shown): Headline {
  const { kind, text } = wholeHeadline(tree, { incidents, past })
  return { kind, text: wordsWithin(text, tree.domain) }
}

function wholeHeadline(tree: FoldTree, { incidents, past }: Shown): Headline {
  const counts = stateCounts(tree.states)
  if (past === undefined) return mapHeadline(incidents, counts, { since: lastChangeAt(), now: Date.now() })
  if (past.kind !== 'known') return { kind: 'unknown', text: PAST_WORDS[past.kind] }
  return pastHeadline(incidents, counts, { at: past.at, now: Date.now(), isWhole: past.isWhole })
}

function lastChangeAt(): number | undefined {
  const known = devices.value
  if (known.kind !== 'ready' || known.value.size === 0) return undefined
  return Math.max(...[...known.value.values()].map((one) => one.since))
}
