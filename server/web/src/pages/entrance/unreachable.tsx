import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { type Failure, failureSentence } from '../../net/failure.ts'
import { startSession } from '../../session/session.ts'
import { Entrance } from './entrance.tsx'

const RETRY_MS = 5_000

/** The server did not answer at load: tries again by itself. */
export function Unreachable({ failure }: { failure: Failure }): JSX.Element {
  useEffect(() => {
    const timer = setTimeout(() => void startSession(), RETRY_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Entrance title="No connection to the server">
      <p
        class="quiet"
        role="alert"
      >{`${failureSentence(failure)} This page tries again every ${RETRY_MS / 1000} seconds.`}</p>
      <button type="button" class="button" onClick={() => void startSession()}>
        Try now
      </button>
    </Entrance>
  )
}
