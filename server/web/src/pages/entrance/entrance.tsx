import type { ComponentChildren, JSX } from 'preact'
import { Brand } from '../../parts/icon.tsx'

/** The frame of what is seen before anyone is logged in. */
export function Entrance({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <main class="entrance">
      <div class="entrance-box">
        <div class="entrance-brand">
          <Brand />
          EyeNet
        </div>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}
