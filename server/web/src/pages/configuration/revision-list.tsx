import type { ConfigRevision } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Ago } from '../../parts/since.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { may } from '../../session/session.ts'
import { ChangeList } from './change-list.tsx'

type Props = {
  readonly revisions: readonly ConfigRevision[]
  /** Begins to edit a new revision with this content. */
  readonly edit: (revision: ConfigRevision) => void
  readonly rollOut: (revision: number) => void
}

/** What was written for a scope, newest first, with who, when, why and what it changed. */
export function RevisionList({ revisions, edit, rollOut }: Props): JSX.Element {
  const newest = revisions[0]?.revision
  return (
    <ul class="panel pairs">
      {revisions.length === 0 && (
        <li class="line-row faint">
          Nothing is set here: the wider scope, or the agents' own files and defaults, rule.
        </li>
      )}
      {revisions.map((one) => (
        <li key={one.revision} class="revision-row">
          <div class="agent-head">
            <strong>{`Revision ${one.revision}`}</strong>
            {one.active && <StateMark kind="ok" word="runs" />}
            <span class="faint">
              {`by ${one.author} `}
              <Ago at={one.at} />
            </span>
            {may('admin') && (
              <div class="end">
                {one.revision !== newest && (
                  <button type="button" class="button small plain" onClick={() => edit(one)}>
                    Go back to this
                  </button>
                )}
                {one.revision === newest && !one.active && (
                  <button type="button" class="button small" onClick={() => rollOut(one.revision)}>
                    Roll out
                  </button>
                )}
              </div>
            )}
          </div>
          {one.comment !== '' && <p class="wrap">{one.comment}</p>}
          <ChangeList changes={one.changes} />
        </li>
      ))}
    </ul>
  )
}
