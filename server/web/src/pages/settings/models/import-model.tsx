import { Model, ModelName } from '@eyenet/shared/api'
import { MAX_MODEL_BYTES } from '@eyenet/shared/wire'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { formatQuantity } from '../../../format/quantity.ts'
import { put } from '../../../live/put.ts'
import { failureSentence } from '../../../net/failure.ts'
import { Field } from '../../../parts/field.tsx'
import { Note } from '../../../parts/notes.tsx'
import { toast } from '../../../parts/toasts.tsx'
import { request } from '../../../session/session.ts'
import { base64Of, nameFrom } from './model-file.ts'

/** Takes an ONNX file that was made elsewhere; it is checked by the server, and runs nowhere until it is rolled out. */
export function ImportModel({ imported }: { imported: () => void }): JSX.Element {
  const file = useSignal<File | undefined>(undefined)
  const name = useSignal('')
  const wrong = useSignal('')
  const busy = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  const choose = (chosen: File | undefined): void => {
    if (chosen === undefined) return
    const tooLarge = chosen.size > MAX_MODEL_BYTES
    wrong.value = tooLarge ? `A model has at most ${formatQuantity(MAX_MODEL_BYTES, 'bytes')}.` : ''
    file.value = tooLarge ? undefined : chosen
    if (name.value === '') name.value = nameFrom(chosen.name)
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const chosen = file.value
    if (chosen === undefined) return
    if (!ModelName.safeParse(name.value).success) {
      wrong.value = 'A name has lower-case letters, digits and dashes.'
      return
    }
    busy.value = true
    const body = { name: name.value, onnx: base64Of(new Uint8Array(await chosen.arrayBuffer())) }
    const answer = await request({ method: 'POST', path: '/api/v1/models/import', body, answer: Model })
    busy.value = false
    wrong.value = answer.kind === 'failed' ? failureSentence(answer.failure) : ''
    if (answer.kind === 'failed') return
    file.value = undefined
    name.value = ''
    toast(`${answer.value.id} is taken; it waits for a roll-out`)
    imported()
  }
  return (
    <form class="panel padded form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>Bring your own</h2>
      <p class="quiet">
        An ONNX file whose metadata names the contract of features that agents compute. It is checked, signed and kept;
        it runs nowhere until you roll it out.
      </p>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <div class="pair">
        <div class="field">
          <span>File</span>
          <input
            ref={input}
            class="hidden-text"
            type="file"
            accept=".onnx"
            tabIndex={-1}
            aria-label="ONNX file"
            onChange={(event) => {
              choose(event.currentTarget.files?.[0])
              event.currentTarget.value = ''
            }}
          />
          <button type="button" class="button" onClick={() => input.current?.click()}>
            <span class="cut">
              {file.value === undefined
                ? 'Choose an ONNX file'
                : `${file.value.name}, ${formatQuantity(file.value.size, 'bytes')}`}
            </span>
          </button>
        </div>
        <Field label="Name" value={name.value} onValue={put(name)} placeholder="such as lab" mono />
      </div>
      <div>
        <button type="submit" class="button" disabled={file.value === undefined || busy.value}>
          Import
        </button>
      </div>
    </form>
  )
}
