import { askedThrough } from './asked-through.ts'
import type { Conversation } from './conversation.ts'

/** The same conversation, in turn and size, about what the device has in another context. */
export function inContext(conversation: Conversation, context: string): Conversation {
  return askedThrough(conversation, (plan) => conversation.ask((varbinds) => ({ ...plan(varbinds), context })))
}
