// First of all imports: the content security policy forbids eval, and zod looks for it when a schema is made.
import { config } from 'zod'

config({ jitless: true })
