/** `quick`: to see that a suite works; its figures are of no use. */
export type Size = 'whole' | 'quick'
