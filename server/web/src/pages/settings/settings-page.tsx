import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Empty } from '../../parts/notes.tsx'
import { hrefOf, SETTINGS_SECTIONS, type SettingsSection } from '../../router/router.ts'
import { may, serverVersion } from '../../session/session.ts'
import { AccountSection } from './account-section.tsx'
import { ChoicesSection } from './choices-section.tsx'
import { MibsSection } from './mibs-section.tsx'
import { ModelsSection } from './models/models-section.tsx'
import { TokensSection } from './tokens-section.tsx'
import { UsersSection } from './users-section.tsx'

const WORDS: Record<SettingsSection, string> = {
  account: 'Account',
  users: 'Users',
  tokens: 'API tokens',
  sensors: 'Sensor choices',
  mibs: 'MIB files',
  models: 'Models',
  about: 'About',
}

export function SettingsPage({ section }: { section: SettingsSection }): JSX.Element {
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [section])
  return (
    <div class="sheet narrow">
      <h1>Settings</h1>
      <nav class="segments start" ref={bar} aria-label="Settings">
        {SETTINGS_SECTIONS.map((one) => (
          <a
            key={one}
            href={hrefOf({ kind: 'settings', section: one })}
            aria-current={one === section ? 'page' : undefined}
          >
            {WORDS[one]}
          </a>
        ))}
      </nav>
      <Section section={section} />
    </div>
  )
}

function Section({ section }: { section: SettingsSection }): JSX.Element {
  if (section === 'account') return <AccountSection />
  if (section === 'about') return <About />
  if (section === 'sensors') return <ChoicesSection />
  if (section === 'mibs') return <MibsSection />
  if (section === 'models') return <ModelsSection />
  if (!may('admin')) {
    return (
      <div class="panel">
        <Empty title="For administrators">{`${WORDS[section]} are seen and changed by administrators.`}</Empty>
      </div>
    )
  }
  return section === 'users' ? <UsersSection /> : <TokensSection />
}

function About(): JSX.Element {
  return (
    <section class="panel padded section" aria-labelledby="about">
      <h2 id="about">EyeNet {serverVersion.value}</h2>
      <p class="quiet">Network monitoring from where the network is: light agents, one server, nothing lost.</p>
      <p>
        <a href="/api/docs">API documentation</a>, <a href="/api/v1/openapi.json">OpenAPI document</a>
      </p>
      <p class="faint">Apache License 2.0</p>
    </section>
  )
}
