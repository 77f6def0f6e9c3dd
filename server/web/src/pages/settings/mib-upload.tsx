import { signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { NOTHING } from '../../net/api-client.ts'
import { failureSentence } from '../../net/failure.ts'
import { Icon } from '../../parts/icon.tsx'
import { Note } from '../../parts/notes.tsx'
import { toast } from '../../parts/toasts.tsx'
import { request } from '../../session/session.ts'
import { type MibText, mibBatches, mibText, type RefusedFile, refusal } from './mib-batches.ts'

type Progress = { readonly done: number; readonly all: number }

/** It goes on while another page is looked at, so it is no page's own. */
const progress = signal<Progress | undefined>(undefined)
const MOST_FILES = 500

/** Takes MIB files by drag or by choice, sends them, and says which could not be. */
export function MibUpload({ uploaded }: { uploaded: () => void }): JSX.Element {
  const over = useSignal(false)
  const wrong = useSignal<readonly RefusedFile[]>([])
  const input = useRef<HTMLInputElement>(null)
  const take = async (files: readonly File[]): Promise<void> => {
    if (files.length === 0 || progress.peek() !== undefined) return
    wrong.value = []
    wrong.value = await sendFiles(files, uploaded)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    over.value = false
    void take([...(event.dataTransfer?.files ?? [])])
  }
  return (
    <section class="section" aria-label="Add MIB files">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short way; the button in it does the same */}
      <div
        class={`drop${over.value ? ' over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault()
          over.value = true
        }}
        onDragLeave={() => {
          over.value = false
        }}
        onDrop={drop}
      >
        <Icon name="upload" />
        <div class="drop-text">
          <strong>Drop MIB files here</strong>
          <span class="faint">Texts as vendors publish them, several at once; archives unpacked.</span>
        </div>
        <input
          ref={input}
          class="hidden-text"
          type="file"
          multiple
          tabIndex={-1}
          aria-label="MIB files"
          onChange={(event) => {
            void take([...(event.currentTarget.files ?? [])])
            event.currentTarget.value = ''
          }}
        />
        <button
          type="button"
          class="button"
          disabled={progress.value !== undefined}
          onClick={() => input.current?.click()}
        >
          Choose files
        </button>
      </div>
      <UploadProgress />
      {wrong.value.length > 0 && <Refused files={wrong.value} />}
    </section>
  )
}

function UploadProgress(): JSX.Element | null {
  const now = progress.value
  if (now === undefined) return null
  return (
    <div class="upload" role="status">
      {now.done === 0 ? (
        <progress aria-label="Files sent" />
      ) : (
        <progress max={now.all} value={now.done} aria-label="Files sent" />
      )}
      <span class="quiet">{`${now.done} of ${now.all} compiled by the agents …`}</span>
    </div>
  )
}

function Refused({ files }: { files: readonly RefusedFile[] }): JSX.Element {
  return (
    <Note kind="warning">
      <strong>{files.length === 1 ? 'One file was not taken.' : `${files.length} files were not taken.`}</strong>
      <ul>
        {files.map(({ name, why }) => (
          <li key={name}>
            <span class="mono wrap">{name}</span>
            {`: ${why}`}
          </li>
        ))}
      </ul>
    </Note>
  )
}

/** Sends batch by batch; what could not be sent comes back with the reason. */
async function sendFiles(files: readonly File[], uploaded: () => void): Promise<readonly RefusedFile[]> {
  const refused: RefusedFile[] = files
    .slice(MOST_FILES)
    .map(({ name }) => ({ name, why: `more than ${MOST_FILES} at once` }))
  const good: MibText[] = []
  for (const file of files.slice(0, MOST_FILES)) {
    const one = { name: file.name, text: mibText(new Uint8Array(await file.arrayBuffer())) }
    const why = refusal(one)
    if (why === undefined) good.push(one)
    else refused.push({ name: file.name, why })
  }
  let sent = 0
  try {
    for (const batch of mibBatches(good)) {
      progress.value = { done: sent, all: good.length }
      const answer = await request({ method: 'POST', path: '/api/v1/mibs', body: { files: batch }, answer: NOTHING })
      if (answer.kind === 'ok') sent += batch.length
      else refused.push(...batch.map(({ name }) => ({ name, why: failureSentence(answer.failure) })))
      uploaded()
    }
  } finally {
    progress.value = undefined
  }
  if (sent > 0) toast(sent === 1 ? 'One MIB file added' : `${sent} MIB files added`)
  return refused
}
