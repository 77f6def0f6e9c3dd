import { type DiscoveryOverview, INBOX_STATES, InboxItem, InboxResults, pageOf } from '@eyenet/shared/api'
import { type Signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { commonDomain } from '../../format/common-domain.ts'
import { downloadBlob } from '../../format/download.ts'
import { put } from '../../live/put.ts'
import { discoveryTick } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { failureSentence } from '../../net/failure.ts'
import { Segments } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import { FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf, navigate, query, setQuery } from '../../router/router.ts'
import { fetchFile, may, request } from '../../session/session.ts'
import { sortingText, sortRows } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { FreshRows } from '../../table/fresh-rows.tsx'
import { useSteadyRows } from '../../table/use-steady-rows.ts'
import { inboxColumns } from './inbox-columns.tsx'
import { InboxEmpty } from './inbox-empty.tsx'
import { itemName } from './inbox-words.ts'

type Props = { readonly overview: DiscoveryOverview; readonly reload: () => void }
type State = (typeof INBOX_STATES)[number]
type Deed = 'accept' | 'ignore' | 'undo'

/** What people read at once; the filter and the file have the rest. */
const MOST_LISTED = 1_000
const InboxPage = pageOf(InboxItem)

const STATE_WORDS: Readonly<Record<State, string>> = {
  new: 'New',
  known: 'Watched already',
  accepted: 'Accepted',
  ignored: 'Ignored',
}
const DEED_WORDS: Readonly<Record<Deed, string>> = { accept: 'accepted', ignore: 'ignored', undo: 'taken back' }
const THEN_WORDS: Readonly<Record<Deed, string>> = {
  accept: ': watched from now on, see Devices and Map',
  ignore: ': not told as new when found again',
  undo: ': new again',
}

const listQuery = (state: State, q: string): URLSearchParams =>
  new URLSearchParams({ state, limit: String(MOST_LISTED), ...(q.trim() !== '' && { q: q.trim() }) })

/** What agents found: taken in, left out, and taken back, one or many at a time. */
export function InboxSection({ overview, reload }: Props): JSX.Element {
  const state = INBOX_STATES.find((one) => one === query.value.get('state')) ?? 'new'
  const typed = query.value.get('q') ?? ''
  const path = `/api/v1/discovery/inbox?${listQuery(state, typed)}`
  const list = useFetch(path, (signal) => request({ path, answer: InboxPage, signal }), discoveryTick.value)
  const chosen = useSignal<ReadonlySet<string>>(new Set())
  // What is found while the list is read waits, and is not chosen with the others.
  const listed = useSignal<readonly string[]>([])
  useEffect(() => put(chosen)(new Set()), [path, chosen])
  const loaded = list.state.value
  const act = async (deed: Deed, ids: readonly string[]): Promise<void> => {
    const answer = await request({
      method: 'POST',
      path: `/api/v1/discovery/inbox/${deed}`,
      body: { ids },
      answer: InboxResults,
    })
    if (answer.kind === 'failed') toast(failureSentence(answer.failure))
    else toast(resultSentence(deed, answer.value))
    chosen.value = new Set()
    list.reload()
    reload()
  }
  const save = async (): Promise<void> => {
    const file = await fetchFile(`${path}&format=csv`)
    if (file.kind === 'failed') toast(failureSentence(file.failure))
    else downloadBlob('inbox.csv', file.value)
  }
  return (
    <>
      <div class="map-tools inbox-tools">
        <Segments
          label="State"
          value={state}
          onValue={(next) => setQuery({ state: next === 'new' ? undefined : next }, { replace: false })}
          options={INBOX_STATES.map((one) => [one, `${STATE_WORDS[one]} ${overview.inbox[one]}`])}
        />
        <input
          class="input filter"
          type="search"
          placeholder="Name, address, MAC, maker"
          aria-label="Filter the inbox"
          value={typed}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <div class="end tools">
          {loaded.kind === 'ready' && loaded.value.items.length > 0 && (
            <>
              <ChooseAll {...{ listed, state, chosen }} />
              <Chosen state={state} ids={[...chosen.value]} act={act} />
            </>
          )}
          <button type="button" class="button hide-small" onClick={() => void save()}>
            <Icon name="download" /> CSV
          </button>
        </div>
      </div>
      {loaded.kind === 'loading' && <SkeletonRows rows={8} what="the inbox" />}
      {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the inbox" retry={list.reload} />}
      {loaded.kind === 'ready' && <StaleNote failure={loaded.stale} retry={list.reload} />}
      {loaded.kind === 'ready' && loaded.value.items.length === 0 && (
        <InboxEmpty {...{ overview, typed }} word={state === 'new' ? undefined : STATE_WORDS[state]} />
      )}
      {loaded.kind === 'ready' && loaded.value.items.length > 0 && (
        <List rows={loaded.value.items} total={loaded.value.total} {...{ state, typed, chosen, listed, act }} />
      )}
    </>
  )
}

function resultSentence(deed: Deed, { results }: InboxResults): string {
  const done = results.filter((one) => one.ok).length
  const [first] = results.filter((one) => !one.ok)
  const said = `${done === 1 ? '1 entry' : `${done} entries`} ${DEED_WORDS[deed]}`
  if (first === undefined) return `${said}${THEN_WORDS[deed]}`
  return `${said}; ${results.length - done} not: ${first.problem ?? 'no reason told'}`
}

type AllProps = {
  readonly listed: Signal<readonly string[]>
  readonly state: State
  readonly chosen: { value: ReadonlySet<string> }
}

/** Ticks all that are listed, or none: after a search there are hundreds. */
function ChooseAll({ listed, state, chosen }: AllProps): JSX.Element | null {
  const ids = listed.value
  if (!may('operator') || state === 'known' || ids.length < 2) return null
  const isAll = chosen.value.size === ids.length
  return (
    <button
      type="button"
      class="button plain"
      onClick={() => {
        chosen.value = new Set(isAll ? [] : ids)
      }}
    >
      {isAll ? 'Choose none' : `Choose all ${ids.length}`}
    </button>
  )
}

type ChosenProps = {
  readonly state: State
  readonly ids: readonly string[]
  readonly act: (deed: Deed, ids: readonly string[]) => Promise<void>
}

/** What can be done with the rows that are ticked. */
function Chosen({ state, ids, act }: ChosenProps): JSX.Element | null {
  if (!may('operator') || state === 'known') return null
  const many = ids.length === 0 ? '' : ` ${ids.length}`
  if (state !== 'new') {
    return (
      <button type="button" class="button" disabled={ids.length === 0} onClick={() => void act('undo', ids)}>
        {`Take back${many}`}
      </button>
    )
  }
  return (
    <>
      <button type="button" class="button" disabled={ids.length === 0} onClick={() => void act('ignore', ids)}>
        {`Ignore${many}`}
      </button>
      <button type="button" class="button solid" disabled={ids.length === 0} onClick={() => void act('accept', ids)}>
        {`Accept${many}`}
      </button>
    </>
  )
}

type ListProps = Omit<ChosenProps, 'ids'> & {
  readonly rows: readonly InboxItem[]
  readonly total: number
  readonly typed: string
  readonly chosen: { value: ReadonlySet<string> }
  readonly listed: Signal<readonly string[]>
}

function List({ rows, total, state, typed, chosen, listed, act }: ListProps): JSX.Element {
  const sorting = useSignal({ column: 'seen', descending: true })
  const choose = (ids: readonly string[], on: boolean): void => {
    const next = new Set(chosen.value)
    for (const id of ids) on ? next.add(id) : next.delete(id)
    chosen.value = next
  }
  const mayChoose = may('operator') && state !== 'known'
  const domain = useMemo(() => commonDomain(rows.map(itemName)), [rows])
  const columns = inboxColumns({
    domain,
    chosen: chosen.value,
    choose,
    all: listed.value,
    act: may('operator') ? act : undefined,
    state,
  })
  // A search finds more while the list is read.
  const steady = useSteadyRows(rows, {
    keyOf: ({ id }) => id,
    orderKey: `${state} ${typed} ${sortingText(sorting.value)}`,
    sort: (all) => sortRows(all, columns, sorting.value),
  })
  useEffect(() => {
    const ids = steady.rows.map(({ id }) => id)
    if (ids.length !== listed.value.length || ids.some((id, at) => id !== listed.value[at])) listed.value = ids
  })
  return (
    <>
      <FreshRows count={steady.waiting} show={steady.release} />
      <DataTable
        caption="What agents found"
        fill
        {...(mayChoose && { onTick: ({ id }: InboxItem) => choose([id], !chosen.value.has(id)) })}
        {...(state !== 'new' && { onOpen: openDevice })}
        columns={columns}
        rows={steady.rows}
        keyOf={(one) => one.id}
        sorting={sorting.value}
        onSort={put(sorting)}
      />
      {total > rows.length && (
        <p class="faint">
          {`${rows.length} of ${total} are listed: type to narrow`}
          <span class="hide-small">, or take the CSV file</span>.
        </p>
      )}
    </>
  )
}

const openDevice = ({ device }: InboxItem): void => {
  if (device !== undefined) navigate(hrefOf({ kind: 'device', id: device }))
}
