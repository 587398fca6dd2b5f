import { createHash } from 'node:crypto';
import type { App } from '../app.ts';
import { findSession, type SessionRow } from '../chat/own.ts';
import { modelOf } from '../chat/prompts/model-of.ts';
import { storeManifest } from '../chat/prompts/store-manifest.ts';
import { storeSummaries } from '../chat/prompts/store-summary.ts';
import { turnStreaming } from '../chat/prompts/turn-streaming.ts';
import type { RunningReply } from '../chat/replies/reply-writer.ts';
import { type Em, viewerEm } from '../db/orm.ts';
import { viewerTransaction } from '../db/viewer-transaction.ts';
import type { ChatModel, ChatRequest } from '../models/chat-model.ts';
import { isOtherLanguage } from '../models/offline/readable.ts';
import type { Usage } from '../users/usage.ts';
import { type BuiltReport, buildReport } from './build-report.ts';
import { gatherMaterial, type ReportRequest } from './evidence/material.ts';
import type { Evidence } from './evidence/number-evidence.ts';
import { stillCovered, stillThere } from './evidence/passages.ts';
import { headerOf, nothingToReport } from './text/report-header.ts';
import { ReportText } from './text/report-text.ts';

/** As often a report is prepared anew, because what it rests on changed under it. */
const MAX_BUILDS = 3;

export type Prepared =
  /** Nothing is covered, so no model is asked. */
  | { kind: 'NOTHING'; text: string }
  | { kind: 'READY'; header: string; model: ChatModel; request: ChatRequest; text: ReportText }
  /** It is to be written no more: cancelled, deleted, or taken by another process. */
  | { kind: 'ENDED' };

/** Gathers, chooses and reduces what a report rests on, and turns it STREAMING with its manifest. */
export async function prepareReport(
  app: App,
  running: RunningReply,
  request: ReportRequest,
  usages: Usage[],
): Promise<Prepared> {
  const known = new Map<string, string>();
  for (let builds = 1; ; builds += 1) {
    const em = viewerEm(app.orm, running.userId);
    const session = await findSession(em, running.userId, running.sessionId);
    if (!session || running.stopReason) return { kind: 'ENDED' };
    const reading = { usages, stopped: running.stopped, now: new Date() };
    const material = await gatherMaterial(app, em, request, reading);
    const model = modelOf(app, session);
    const { facts, passages, withheld } = material;
    const about = { facts, withheld, focus: request.focus };
    if (material.weighed.length === 0 && material.documentHits.length === 0) {
      return { kind: 'NOTHING', text: `${headerOf({ ...about, writer: 'NOBODY' })}\n\n${nothingToReport(facts)}` };
    }
    const built = await buildReport({ app, em, running, request, usages, known, model, material });
    if (running.stopReason) return { kind: 'ENDED' };
    const begun = await begin(app, { running, session, model, request, built });
    if (begun === 'ENDED') return { kind: 'ENDED' };
    if (begun === 'BEGUN') {
      const { prompt, plan, parts } = built;
      const unread = { count: passages.total - passages.lookedAt + built.unread, total: passages.total };
      const isForeign = parts.passages.some(({ text }) => isOtherLanguage(text));
      const writer = app.chat.kind === 'OFFLINE' ? ('RULES' as const) : { model: model.id };
      const header = headerOf({ ...about, writer, unread, isForeign });
      const { messages, usedTokens: promptTokens, replyTokens } = prompt;
      const asked = {
        messages,
        promptTokens,
        replyTokens,
        purpose: 'REPORT' as const,
        parts: prompt.parts,
        report: parts,
      };
      return { kind: 'READY', header, model, request: asked, text: new ReportText(plan) };
    }
    if (builds === MAX_BUILDS) throw new Error('What a report rests on changed each time it was prepared.');
  }
}

/** STALE: something that would be sent has been deleted, forgotten or switched off since. */
function begin(
  app: App,
  {
    running,
    session,
    model,
    request,
    built,
  }: { running: RunningReply; session: SessionRow; model: ChatModel; request: ReportRequest; built: BuiltReport },
): Promise<'BEGUN' | 'ENDED' | 'STALE'> {
  const { prompt, condensed, evidence } = built;
  return viewerTransaction(viewerEm(app.orm, running.userId), running.userId, async (em) => {
    if (!(await isAllThere(em, request, evidence))) return 'STALE';
    if (!(await turnStreaming(em, app.replies.owner, running, model.id))) return 'ENDED';
    const key = createHash('sha256').update(`${running.id} ${prompt.requestHash}`).digest('hex');
    const memory = condensed && { condensed, id: null, key };
    const summaries = await storeSummaries(em, session, { memory, documents: null });
    await storeManifest(em, { ...running, session: running.sessionId }, prompt, summaries);
    return 'BEGUN';
  });
}

async function isAllThere(em: Em, request: ReportRequest, { messages, documents }: Evidence): Promise<boolean> {
  const messageIds = [...new Set(messages.map(({ hit }) => hit.messageId))];
  const chunkIds = documents.map(({ hit }) => hit.chunkId);
  const covered = await stillCovered(em, request, messageIds);
  const there = await stillThere(em, request.userId, chunkIds);
  return covered.size === messageIds.length && there.size === chunkIds.length;
}
