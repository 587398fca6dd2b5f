import type { App } from '../../app.ts';
import { type Em, viewerEm } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import type { ChatModel, ChatRequest } from '../../models/chat-model.ts';
import type { Usage } from '../../users/usage.ts';
import { findMessage, findSession, type MessageRow, type SessionRow } from '../own.ts';
import type { RunningReply } from '../replies/reply-writer.ts';
import { type BuiltPrompt, buildPrompt } from './build-prompt.ts';
import { condenseHits } from './condense-hits.ts';
import { modelOf } from './model-of.ts';
import { isStillRecallable } from './recall.ts';
import { storeManifest } from './store-manifest.ts';
import { storeSummaries } from './store-summary.ts';
import { turnStreaming } from './turn-streaming.ts';

/** As often a prompt is built anew, because what was found changed under it. */
const MAX_BUILDS = 3;

/**
 * Builds the prompt of a reply and turns it STREAMING with its manifest.
 *
 * @returns null where the reply is to be written no more: it was cancelled, deleted, or taken by another process
 */
export async function preparePrompt(
  app: App,
  running: RunningReply,
  usages: Usage[],
): Promise<{ model: ChatModel; request: ChatRequest } | null> {
  for (let builds = 1; ; builds += 1) {
    const em = viewerEm(app.orm, running.userId);
    const turn = await loadTurn(em, running);
    if (!turn) return null;
    const { session, question } = turn;
    const built = await buildPrompt(
      { app, em, usages, condense: condenseHits(app, em), stopped: running.stopped },
      session,
      {
        id: question.id,
        text: question.content,
        tokens: question.tokens,
        seq: question.seq,
        saidAt: question.createdAt,
      },
    );
    if (running.stopReason) return null;
    const model = modelOf(app, session);
    const begun = await beginStreaming(app, { ...turn, model, built });
    if (begun === 'ENDED') return null;
    if (begun === 'BEGUN') {
      const { messages, usedTokens, replyTokens, parts } = built.prompt;
      return { model, request: { messages, promptTokens: usedTokens, replyTokens, purpose: 'CHAT', parts } };
    }
    if (builds === MAX_BUILDS) throw new Error('What was found changed each time a prompt was built.');
  }
}

async function loadTurn(em: Em, { id, userId }: RunningReply) {
  const reply = await findMessage(em, userId, id);
  const question = reply?.replyTo && (await findMessage(em, userId, reply.replyTo));
  const session = reply && (await findSession(em, userId, reply.session));
  return reply && question && session ? { reply, question, session } : null;
}

interface Begun {
  reply: MessageRow;
  session: SessionRow;
  model: ChatModel;
  built: BuiltPrompt;
}

/** STALE: what was found has been deleted, forgotten, unlinked or switched off since, and must not be sent. */
function beginStreaming(app: App, { reply, session, model, built }: Begun): Promise<'BEGUN' | 'ENDED' | 'STALE'> {
  return viewerTransaction(viewerEm(app.orm, reply.userId), reply.userId, async (em) => {
    if (!(await isStillRecallable(em, session, built.prompt))) return 'STALE';
    if (!(await turnStreaming(em, app.replies.owner, reply, model.id))) return 'ENDED';
    const summaries = await storeSummaries(em, session, built.summaries);
    await storeManifest(em, reply, built.prompt, summaries);
    return 'BEGUN';
  });
}
