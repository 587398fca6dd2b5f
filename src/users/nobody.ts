/**
 * Whose something is that is being deleted for good: no viewer has this id, so it is out of reach at once and as a
 * whole, however long its rows take to go. Where the process ends meanwhile, the next sweep goes on.
 */
export const NOBODY = '';
