import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { userId } from '../db/columns.ts';

/**
 * When a viewer's latest turns began. Requests that race for what a limit leaves wait for each other at this row, and
 * deleting what was sent resets nothing.
 */
export const TurnPace = defineEntity({
  name: 'TurnPace',
  tableName: 'turn_pace',
  primaryKeys: ['userId'],
  properties: {
    userId: userId().primary(),
    /** Milliseconds since 1970, oldest first; as far back as the limit looks. */
    begunAt: p.json<number[]>().onCreate(() => []),
  },
});
export interface TurnPace extends InferEntity<typeof TurnPace> {}
