/** A path as OpenAPI writes it (/things/{id}) as the router writes it (/things/:id). */
export const pathPattern = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')
