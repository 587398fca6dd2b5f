import type { App } from '../app.ts';
import type { RunningReply } from '../chat/replies/reply-writer.ts';
import type { Em } from '../db/orm.ts';
import type { ChatModel } from '../models/chat-model.ts';
import type { ReportParts } from '../models/report-parts.ts';
import { promptBudget } from '../prompt/budget.ts';
import { documentName } from '../prompt/document-name.ts';
import type { Condensed } from '../prompt/hit-kind.ts';
import type { AssembledPrompt, Hit } from '../prompt/prompt.ts';
import { reportInstructions } from '../prompt/report-prompt.ts';
import type { Usage } from '../users/usage.ts';
import { assembleReport, type ReportLimits, roomBeside } from './assemble-report.ts';
import { chooseEvidence } from './evidence/choose-evidence.ts';
import type { Material, ReportRequest } from './evidence/material.ts';
import { type Evidence, numberEvidence } from './evidence/number-evidence.ts';
import { stillCovered } from './evidence/passages.ts';
import { MAX_PASSES, passTokens, reduce } from './reduce.ts';
import { planReport } from './text/report-plan.ts';
import type { ReportPlan } from './text/report-text.ts';
import { shownText } from './text/shown-text.ts';
import { factSentences } from './text/wording-of-facts.ts';

export interface Building {
  app: App;
  em: Em;
  running: RunningReply;
  request: ReportRequest;
  usages: Usage[];
  /** Notes of earlier builds, by what they are of. */
  known: Map<string, string>;
  model: ChatModel;
  material: Material;
}

export interface BuiltReport {
  prompt: AssembledPrompt;
  condensed: Condensed<Hit> | null;
  evidence: Evidence;
  parts: ReportParts;
  plan: ReportPlan;
  /** How many passages were not read: there was no room, or the model failed. */
  unread: number;
}

/** Chooses what is sent under the budget, reads the rest in passes, and assembles both the prompt and the report around it. */
export async function buildReport(building: Building): Promise<BuiltReport> {
  const { app, em, running, request, usages, known, model, material } = building;
  const limits: ReportLimits = { ...app.config.prompt, contextWindowTokens: model.contextWindowTokens };
  const instructionsWith = (pair: ReportParts['pair']) =>
    reportInstructions({ facts: factSentences(material.facts), focus: request.focus, pair });
  // Every number up to 999 takes as much.
  const room = roomBeside(instructionsWith(material.pair && [999, 999]), material.documentHits, limits);
  const budgetTokens = promptBudget(limits);
  // The built-in responder condenses nothing.
  const passes = app.chat.kind === 'OFFLINE' ? 0 : MAX_PASSES;
  const capacity = Math.max(room.messagesTokens, passes * passTokens(budgetTokens));
  const chosen = chooseEvidence(material.weighed, capacity, material.pair ?? []);
  const evidence = numberEvidence(chosen, room.documents);
  const fits = chosen.reduce((sum, { lineTokens }) => sum + lineTokens, 0) <= room.messagesTokens;
  const reduced = fits
    ? null
    : await reduce(
        {
          ...{ app, model, usages, known, budgetTokens, focus: request.focus, stopped: running.stopped },
          maxTokens: room.messagesTokens,
          stillCovered: (messageIds) => stillCovered(em, request, messageIds),
        },
        evidence.messages,
      );

  const condensed = reduced?.condensed ?? null;
  const pair = markersOf(evidence, material.pair);
  const left = material.weighed.length - chosen.length;
  const prompt = assembleReport({
    instructions: instructionsWith(pair),
    evidence,
    condensed,
    limits,
    notes: [
      ...material.notes,
      ...(left > 0
        ? [`${left} of ${material.weighed.length} passages were left out: there was no room for them.`]
        : []),
      ...(reduced?.notes ?? []),
    ],
  });
  app.log.info(
    {
      replyId: running.id,
      passages: material.weighed.length,
      inPasses: reduced !== null,
      usedTokens: prompt.usedTokens,
      budgetTokens,
      sections: Object.fromEntries(prompt.sections.map(({ kind, tokens }) => [kind, tokens])),
    },
    'prompt',
  );
  const parts = partsOf(evidence, pair);
  const sent = new Set(
    prompt.sections
      .flatMap(({ items }) => items)
      .flatMap((item) => (item.decision === 'DROPPED' ? [] : (item.marker ?? []))),
  );
  const isOfAllSessions = request.sessionId === null;
  const plan = planReport({ facts: material.facts, evidence, parts, sent, isOfAllSessions });
  return { prompt, condensed, evidence, parts, plan, unread: left + (reduced?.unread ?? 0) };
}

function markersOf({ messages }: Evidence, pair: Material['pair']): ReportParts['pair'] {
  const [earlier, later] = (pair ?? []).map((passage) => messages.find(({ hit }) => hit === passage)?.marker);
  return earlier !== undefined && later !== undefined ? [earlier, later] : null;
}

const partsOf = ({ messages, documents }: Evidence, pair: ReportParts['pair']): ReportParts => ({
  passages: [
    ...messages.map(({ marker, hit: { text, saidAt } }) => ({ marker, text, saidAt, filename: null })),
    ...documents.map(({ marker, hit: { text, filename } }) => ({
      marker,
      text,
      saidAt: null,
      filename: shownText(documentName(filename)),
    })),
  ],
  pair,
  seenFrom: oneYear(messages.map(({ hit }) => hit.saidAt)),
});

/** A day of the year that all days are of; where they are of several, of none of them. */
function oneYear(days: readonly Date[]): Date {
  const last = days.at(-1) ?? new Date(0);
  return days.every((day) => day.getUTCFullYear() === last.getUTCFullYear()) ? last : new Date(0);
}
