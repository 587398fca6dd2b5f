import { stopped, streamReply, type WriteReply } from '../chat/replies/generate-reply.ts';
import type { ReportRequest } from './evidence/material.ts';
import { prepareReport } from './prepare-report.ts';

/** Writes a report as a reply is written: what is ours at once, what a model adds as it holds. */
export const writeReport =
  (request: ReportRequest): WriteReply =>
  async (app, running, draft) => {
    const prepared = await prepareReport(app, running, request, draft.usages);
    // It was cancelled, if only in its row so far; where it was deleted or taken, what it ends as is not stored.
    if (prepared.kind === 'ENDED') running.stop('CANCELLED');
    if (prepared.kind === 'ENDED' || running.stopReason) return stopped(running);
    if (prepared.kind === 'NOTHING') {
      running.log.append(prepared.text);
      return { status: 'COMPLETE' };
    }
    const { header, ...streaming } = prepared;
    running.log.append(header);
    await streamReply(app, running, draft, streaming);
    return running.stopReason ? stopped(running) : { status: 'COMPLETE' };
  };
