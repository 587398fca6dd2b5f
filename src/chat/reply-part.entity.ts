import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatMessage } from './message.entity.ts';

/** What a running reply gained since the last flush. Settling folds the parts into the message and deletes them. */
export const ReplyPart = defineEntity({
  name: 'ReplyPart',
  tableName: 'reply_part',
  primaryKeys: ['message', 'offset'],
  properties: {
    message: () => p.manyToOne(ChatMessage).ref().primary().deleteRule('cascade'),
    offset: p.integer().primary(),
    text: p.text(),
  },
});
export interface ReplyPart extends InferEntity<typeof ReplyPart> {}
