import { DeviceSummary } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { z } from 'zod'
import { devices, loadDevices } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { toast } from '../../parts/toasts.tsx'
import { hrefOf } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'
import type { Column } from '../../table/column.ts'
import { ListSection } from '../../table/list-section.tsx'

const List = z.object({ items: z.array(DeviceSummary) })

/** Devices that have not answered for days, and those that are given up, with the way back. */
export function VanishedSection(): JSX.Element {
  const tick = devices.value.kind === 'ready' ? devices.value.value.size : 0
  const { state, reload } = useFetch(
    'vanished',
    (signal) => request({ path: '/api/v1/devices?lifecycle=all', answer: List, signal }),
    tick,
  )
  const loaded = state.value
  if (loaded.kind === 'loading') return <SkeletonRows rows={4} what="devices" />
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the devices" retry={reload} />
  const gone = loaded.value.items.filter((one) => one.lifecycle !== 'active')
  const act = async (one: DeviceSummary, deed: 'retire' | 'restore'): Promise<void> => {
    const answer = await request({ method: 'POST', path: `/api/v1/devices/${one.id}/${deed}`, answer: NOTHING })
    const word = deed === 'retire' ? 'is retired: it is not polled any more' : 'is polled again'
    toast(answer.kind === 'ok' ? `${one.name} ${word}` : failureSentence(answer.failure))
    reload()
    void loadDevices()
  }
  return (
    <>
      <StaleNote failure={loaded.stale} retry={reload} />
      {gone.length === 0 ? (
        <div class="panel">
          <Empty title="No device has vanished">
            A device that has not answered for days is marked stale, and retired later; its history stays, and it can be
            taken back here.
          </Empty>
        </div>
      ) : (
        <ListSection
          id="vanished"
          title="Stale and retired devices"
          columns={columns(act)}
          all={gone}
          keyOf={(one) => one.id}
          textOf={(one) => `${one.name} ${one.address} ${one.site} ${one.lifecycle}`}
          sorting={{ column: 'seen', descending: false }}
          placeholder="Name, address or site"
          maxHeight="screen"
        />
      )}
    </>
  )
}

const lifecycleWord = ({ lifecycle }: DeviceSummary): string => (lifecycle === 'stale' ? 'Stale' : 'Retired')

function columns(
  act: (one: DeviceSummary, deed: 'retire' | 'restore') => Promise<void>,
): readonly Column<DeviceSummary>[] {
  return [
    {
      id: 'lifecycle',
      title: 'State',
      width: '110px',
      hide: 'small',
      cell: (one) => <StateMark kind={one.lifecycle === 'stale' ? 'unknown' : 'info'} word={lifecycleWord(one)} />,
      sort: (one) => one.lifecycle,
      text: (one) => one.lifecycle,
    },
    {
      id: 'name',
      title: 'Device',
      cell: (one) => (
        <>
          <a class="name" href={hrefOf({ kind: 'device', id: one.id })}>
            {one.name}
          </a>
          <span class="second">
            {`${lifecycleWord(one)}, `}
            {one.lastSeenAt === undefined ? one.address : <Ago at={one.lastSeenAt} />}
          </span>
        </>
      ),
      sort: (one) => one.name,
      text: (one) => one.name,
    },
    {
      id: 'seen',
      title: 'Last answer',
      width: '130px',
      hide: 'small',
      cell: (one) =>
        one.lastSeenAt === undefined ? <span class="faint">not known</span> : <Ago at={one.lastSeenAt} />,
      sort: (one) => one.lastSeenAt,
      text: (one) => (one.lastSeenAt === undefined ? undefined : new Date(one.lastSeenAt).toISOString()),
    },
    {
      id: 'deed',
      title: '',
      width: '190px',
      cell: (one) =>
        may('operator') && (
          <span class="row-deeds">
            <button type="button" class="button small" onClick={() => void act(one, 'restore')}>
              Take back
            </button>
            {one.lifecycle === 'stale' && (
              <button type="button" class="button small plain" onClick={() => void act(one, 'retire')}>
                Retire
              </button>
            )}
          </span>
        ),
    },
  ]
}
