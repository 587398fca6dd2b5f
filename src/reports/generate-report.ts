import type { App } from '../app.ts';
import { beginReport, refuseSecondReply, refuseWhileDraining } from '../chat/messages/begin-reply.ts';
import { earlierReply, type RequestKey, requestKey, storeKey } from '../chat/messages/idempotency.ts';
import { waitForEnd } from '../chat/messages/wait-for-end.ts';
import { activeSession, type MessageRow, noSuchSession, type SessionRow } from '../chat/own.ts';
import { modelOf } from '../chat/prompts/model-of.ts';
import { startReply } from '../chat/replies/generate-reply.ts';
import { insertSession, newSession } from '../chat/sessions/create-session.ts';
import type { Context } from '../context.ts';
import { db } from '../db/orm.ts';
import { isUniqueViolation } from '../db/unique-violation.ts';
import { viewerTransaction } from '../db/viewer-transaction.ts';
import { invalid } from '../errors.ts';
import { validateInput } from '../graphql/validate-input.ts';
import type { ChatModel } from '../models/chat-model.ts';
import { reportInstructions } from '../prompt/report-prompt.ts';
import { isLimitExceeded, takeTurn } from '../users/limits.ts';
import { roomBeside } from './assemble-report.ts';
import type { ReportRequest } from './evidence/material.ts';
import { factsOf } from './evidence/period.ts';
import { refuseForeignDocuments } from './evidence/source-documents.ts';
import { mostReportTokens } from './most-report-tokens.ts';
import type { GenerateReportInput } from './report.type.ts';
import { periodText } from './text/wording-of-facts.ts';
import { writeReport } from './write-report.ts';

export interface BegunReport {
  session: SessionRow;
  report: MessageRow;
}

/**
 * Begins a report; or answers what an earlier request with the same key did.
 *
 * @throws NOT_FOUND, BAD_USER_INPUT, CONFLICT, REPLY_IN_PROGRESS, LIMIT_EXCEEDED, BUDGET_EXCEEDED, SERVICE_UNAVAILABLE
 */
export async function generateReport(ctx: Context, input: GenerateReportInput): Promise<BegunReport> {
  const { idempotencyKey, wait, ...request } = input;
  const key = idempotencyKey == null ? null : requestKey(idempotencyKey, 'generateReport', asSent(request));
  const begun = (key && (await earlierReport(ctx, key))) ?? (await newReport(ctx, input, key));
  return wait ? { ...begun, report: await waitForEnd(ctx, begun.report, ctx.app.draining) } : begun;
}

/** Instants as text: objects are compared by their fields. */
const asSent = ({ since, until, ...rest }: Omit<GenerateReportInput, 'idempotencyKey' | 'wait'>) => ({
  ...rest,
  since: since?.toISOString(),
  until: until?.toISOString(),
});

async function earlierReport({ em, viewer }: Context, key: RequestKey): Promise<BegunReport | null> {
  const earlier = await earlierReply(em, viewer.id, key);
  return earlier && { session: earlier.session, report: earlier.reply };
}

async function newReport(ctx: Context, input: GenerateReportInput, key: RequestKey | null): Promise<BegunReport> {
  const { app, em, viewer } = ctx;
  refuseWhileDraining(app);
  await validateInput(input);
  const request = requestOf(viewer.id, input);
  const written = request.sessionId === null ? null : await activeSession(ctx, request.sessionId);
  const beginning = written ? null : newSession(app.chat, { title: await titleOf(ctx, request) });
  await refuseForeignDocuments(em, viewer.id, request.documentIds);
  const model = modelOf(app, written ?? { model: '' });
  refuseTooLong(app, model, request);
  // What the viewer's limits have to hold, from the transaction below until the report has ended.
  const tokens = await mostReportTokens(app, em, model, request);
  try {
    const begun = await viewerTransaction(em, viewer.id, async (tx) => {
      await takeTurn(tx, app.config.limits, { userId: viewer.id, sessionId: request.sessionId, tokens });
      const before = beginning
        ? await insertSession(tx, viewer.id, beginning)
        : await activeSession({ em: tx, viewer }, request.sessionId ?? '');
      const stored = await storeReport({ ...ctx, em: tx }, before, tokens);
      if (key) await storeKey(tx, viewer.id, key, stored.report.id);
      return stored;
    });
    startReply(app, begun.report, writeReport(request));
    app.bell.ring(begun.session.id);
    return begun;
  } catch (error) {
    if (!isUniqueViolation(error) && !isLimitExceeded(error)) throw error;
    // The same request was faster, or a reply was.
    const earlier = key && (await earlierReport(ctx, key));
    if (earlier) return earlier;
    if (isLimitExceeded(error)) throw error;
    return refuseSecondReply(ctx, request.sessionId ?? '', error);
  }
}

function requestOf(userId: string, input: GenerateReportInput): ReportRequest {
  const since = input.since ?? null;
  const until = input.until ?? null;
  if (since && until && since >= until) throw invalid('until', 'until must be later than since');
  return {
    ...{ userId, since, until },
    sessionId: input.sessionId ?? null,
    focus: input.focus?.trim() || null,
    documentIds: input.documentIds ?? [],
  };
}

/** A report on all sessions stands in one of its own, named by its period. */
async function titleOf({ em }: Context, request: ReportRequest): Promise<string> {
  const period = periodText(await factsOf(em, request, new Date()));
  return period === null ? 'Report' : `Report: ${period}`;
}

/** @throws BUDGET_EXCEEDED where the model's window has no room for what a report is asked with */
function refuseTooLong({ config }: App, { contextWindowTokens }: ChatModel, { focus }: ReportRequest): void {
  roomBeside(reportInstructions({ facts: [], focus, pair: null }), [], { ...config.prompt, contextWindowTokens });
}

async function storeReport({ app, em }: Context, before: SessionRow, tokens: number): Promise<BegunReport> {
  const session = await db(em)
    .updateTable('chat_session')
    .set((eb) => ({ messageCount: eb('messageCount', '+', 1), updatedAt: new Date() }))
    .where('id', '=', before.id)
    .where('userId', '=', before.userId)
    .where('deletedAt', 'is', null)
    .returningAll()
    .executeTakeFirstOrThrow(noSuchSession);
  return { session, report: await beginReport(em, app.replies.owner, session, tokens) };
}
