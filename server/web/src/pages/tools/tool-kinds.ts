import type { NewAgentTask } from '@eyenet/shared/api'

/** What an agent does for people on request; `test` is no task: it is answered by the API for devices. */
export type ToolKind = NewAgentTask['kind'] | 'test'

type Tool = { readonly kind: ToolKind; readonly word: string; readonly about: string }

export const TOOLS: readonly Tool[] = [
  { kind: 'ping', word: 'Ping', about: 'Whether an address answers, how fast, and how much is lost on the way.' },
  { kind: 'traceroute', word: 'Traceroute', about: 'Which routers lie on the way to an address, and where it ends.' },
  { kind: 'snmp-get', word: 'SNMP get', about: 'Some values of a device, by name or number.' },
  { kind: 'snmp-walk', word: 'SNMP walk', about: 'Everything that a device tells below one place.' },
  {
    kind: 'test',
    word: 'Test credentials',
    about: 'Whether a device answers to a community or user. Nothing is saved.',
  },
  { kind: 'poll-now', word: 'Poll now', about: 'Reads a device at once, without waiting for its interval.' },
  {
    kind: 'diagnose',
    word: 'Diagnostics',
    about: 'What the agent says of itself: load, buffer, link, newest log lines.',
  },
]

export const toolNamed = (kind: string | null): Tool | undefined => TOOLS.find((one) => one.kind === kind)

export const toolWord = (kind: string): string => toolNamed(kind)?.word ?? kind
