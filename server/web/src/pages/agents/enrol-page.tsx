import { EnrolmentToken } from '@eyenet/shared/api'
import { SiteName } from '@eyenet/shared/identity'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { formatDuration } from '../../format/duration.ts'
import { now } from '../../live/clock.ts'
import { put } from '../../live/put.ts'
import { agents } from '../../live/site.ts'
import { failureSentence } from '../../net/failure.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Field } from '../../parts/field.tsx'
import { Empty, Note } from '../../parts/notes.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { may, request } from '../../session/session.ts'

/** The address in the line is one that no other machine reaches. */
const LOOPBACK = /--server https?:\/\/(?:127\.|localhost\b|\[::1\])/

/** One line to paste on the machine where the agent is to run. */
export function EnrolPage(): JSX.Element {
  const token = useSignal<EnrolmentToken | undefined>(undefined)
  return (
    <div class="sheet narrow">
      <header class="device-head">
        <nav class="crumb" aria-label="Where this is">
          <a href={hrefOf({ kind: 'agents' })}>Agents</a>
        </nav>
        <h1>Enrol an agent</h1>
      </header>
      {!may('admin') ? (
        <div class="panel">
          <Empty title="Administrators enrol agents">Ask one of them for the line to paste.</Empty>
        </div>
      ) : token.value === undefined ? (
        <Ask onToken={put(token)} />
      ) : (
        <Line token={token.value} again={() => put(token)(undefined)} />
      )}
    </div>
  )
}

function Ask({ onToken }: { onToken: (token: EnrolmentToken) => void }): JSX.Element {
  const site = useSignal('')
  const name = useSignal('')
  const wrong = useSignal('')
  const tried = useSignal(false)
  const parsed = SiteName.safeParse(site.value.trim())
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    tried.value = true
    if (!parsed.success) return
    const wanted = { site: parsed.data, ...(name.value.trim() === '' ? {} : { name: name.value.trim() }) }
    const answer = await request({
      method: 'POST',
      path: '/api/v1/agents/enrolment-tokens',
      body: wanted,
      answer: EnrolmentToken,
    })
    if (answer.kind === 'ok') onToken(answer.value)
    else wrong.value = failureSentence(answer.failure)
  }
  return (
    <form class="panel form padded" onSubmit={(event) => void submit(event)} noValidate>
      {wrong.value !== '' && <Note kind="critical">{wrong.value}</Note>}
      <Field
        label="Site"
        value={site.value}
        onValue={put(site)}
        hint="Where it stands: lower-case letters, digits and dashes, such as berlin-2. Devices that it watches belong to this site."
        wrong={tried.value && !parsed.success ? 'Lower-case letters, digits and dashes; 63 at most.' : undefined}
        required
        focus
      />
      <Field
        label="Name"
        value={name.value}
        onValue={put(name)}
        hint="How it is called here; its host name, if you leave this empty."
      />
      <div>
        <button type="submit" class="button solid">
          Make the line
        </button>
      </div>
    </form>
  )
}

function Line({ token, again }: { token: EnrolmentToken; again: () => void }): JSX.Element {
  const madeAt = useSignal(Date.now())
  const known = agents.value
  const arrived =
    known.kind === 'ready'
      ? [...known.value.values()].find((one) => one.site === token.site && one.enrolledAt >= madeAt.value)
      : undefined
  const left = token.expiresAt - now.value
  return (
    <div class="section">
      <p>Paste this line on the machine where the agent is to run, in a checkout of EyeNet that has been built:</p>
      <div class="command">
        <code>{token.command}</code>
        <CopyButton text={token.command} what="line" />
      </div>
      {LOOPBACK.test(token.command) && (
        <Note kind="warning">
          This server is reached on its own machine only, and so the line works only there. For an agent elsewhere, set
          server.listen, server.mqtt.listen and server.publicUrl first; config.example.yaml explains them.
        </Note>
      )}
      <p class="quiet">
        {left > 0
          ? `It works once, for another ${formatDuration(left)}. It is not shown again.`
          : 'It has expired; make a new one.'}
      </p>
      {arrived === undefined ? (
        <Note>{`Waiting for an agent of site ${token.site} to report …`}</Note>
      ) : (
        <Note>
          <StateMark kind="ok" word={`${arrived.name} is enrolled.`} />{' '}
          <a href={hrefOf({ kind: 'add-device' })}>Add a device for it to watch</a>
        </Note>
      )}
      <div>
        <button type="button" class="button" onClick={again}>
          Make another
        </button>
      </div>
    </div>
  )
}
