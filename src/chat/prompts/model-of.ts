import type { App } from '../../app.ts';
import type { ChatModel } from '../../models/chat-model.ts';
import type { SessionRow } from '../own.ts';

/** The session's model, or the default where that is no longer offered. */
export function modelOf(app: Pick<App, 'chat'>, session: Pick<SessionRow, 'model'>): ChatModel {
  const model = app.chat.models.find((offered) => offered.id === session.model) ?? app.chat.models[0];
  if (!model) throw new Error('No chat model is configured.');
  return model;
}
