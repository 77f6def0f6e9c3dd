import type { AuthTables } from './tables/auth.ts'

/** Every table of the control-plane database; a room adds its own file in tables/ and one member here. */
export type Tables = AuthTables
