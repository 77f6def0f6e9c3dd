import type {
  ChangedDiscoveryCredential,
  DiscoveryAgent,
  DiscoveryCredential,
  DiscoveryOverview,
  DiscoveryPlan,
  DiscoveryRule,
  DiscoveryRules,
  DiscoveryRuleTrial,
  DiscoveryRun,
  InboxAcceptance,
  InboxCounts,
  InboxItem,
  InboxQuery,
  InboxResult,
  NewDiscoveryCredential,
  NewDiscoveryRules,
  NewDiscoveryRun,
} from '@eyenet/shared/api'
import type { AgentId } from '@eyenet/shared/identity'

/** Something of an agent's discovery has changed: a run, or what is in the inbox. */
export type DiscoveryNews = {
  /** Absent where somebody decided about entries. */
  readonly agent?: AgentId
  readonly run?: DiscoveryRun
  /** Of all agents. */
  readonly inbox: InboxCounts
}

export type InboxPage = { readonly items: readonly InboxItem[]; readonly total: number; readonly next?: string }

/** What the API may ask of discovery. */
export interface Discovery {
  overview(): Promise<DiscoveryOverview>
  /** EyeNetError `not_found` for no agent. */
  agent(agent: AgentId): Promise<DiscoveryAgent>
  /** EyeNetError `invalid` for credentials that there are not and networks that are too large. */
  setPlan(agent: AgentId, plan: DiscoveryPlan, by: string): Promise<DiscoveryAgent>
  /** EyeNetError `conflict` where the agent does not begin, `unavailable` where it is away. */
  run(agent: AgentId, wanted: NewDiscoveryRun, by: string): Promise<DiscoveryRun>
  /** EyeNetError `not_found` where none runs. */
  stop(agent: AgentId): Promise<void>
  credentials(): Promise<readonly DiscoveryCredential[]>
  addCredential(wanted: NewDiscoveryCredential, by: string): Promise<DiscoveryCredential>
  changeCredential(id: string, wanted: ChangedDiscoveryCredential, by: string): Promise<DiscoveryCredential>
  removeCredential(id: string): Promise<void>
  inbox(query: InboxQuery): Promise<InboxPage>
  /** Each is done or not, whatever becomes of the others. */
  accept(wanted: InboxAcceptance, by: string): Promise<readonly InboxResult[]>
  ignore(ids: readonly string[], by: string): Promise<readonly InboxResult[]>
  /** Takes back either: what was accepted is watched no more and forgotten. */
  undo(ids: readonly string[], by: string): Promise<readonly InboxResult[]>
  rules(): DiscoveryRules
  setRules(wanted: NewDiscoveryRules, by: string): Promise<DiscoveryRules>
  /** What they would do with what is new; nothing is changed. */
  tryRules(rules: readonly DiscoveryRule[]): Promise<DiscoveryRuleTrial>
  /** Answers a function that ends the listening. */
  onChange(listener: (news: DiscoveryNews) => void): () => void
}
