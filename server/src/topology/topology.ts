/**
 * What is connected to what. This room knows links, what depends on what, and which failure explains which; it asks no
 * device and tells nobody.
 */
export * from './depend/depend.ts'
