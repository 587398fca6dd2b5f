import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { useRef, useState } from 'react';
import { addMessages, addSession } from '../../../client/apollo/cache-updates.ts';
import type { GenerateReportInput } from '../../../client/generated/graphql.ts';
import { useGenerateReportMutation } from '../../../client/generated/hooks.ts';
import { randomKey } from '../parts/random-key.ts';

export type ReportRequest = Omit<GenerateReportInput, 'idempotencyKey' | 'wait'>;

interface Begun {
  sessionId: string;
  reportId: string;
}

/** Begins a report. The same request, sent again after no answer came, is not written twice. */
export function useGenerateReport() {
  const [generate, { loading, client }] = useGenerateReportMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const sent = useRef({ request: '', key: '' });

  async function begin(request: ReportRequest): Promise<Begun | null> {
    const asText = JSON.stringify(request);
    if (sent.current.request !== asText) sent.current = { request: asText, key: randomKey() };
    setProblem(null);
    try {
      const { data } = await generate({ variables: { input: { ...request, idempotencyKey: sent.current.key } } });
      if (!data) return null;
      const { session, report } = data.generateReport;
      addMessages(client.cache, session.id, [report]);
      if (!request.sessionId) addSession(client.cache, session.id);
      sent.current = { request: '', key: '' };
      return { sessionId: session.id, reportId: report.id };
    } catch (error) {
      setProblem(wordsFor(error));
      return null;
    }
  }
  return { begin, isBeginning: loading, problem };
}

function wordsFor(error: unknown): string {
  if (!CombinedGraphQLErrors.is(error)) return 'The server does not answer. Try again: nothing is written twice.';
  const [first] = error.errors;
  if (first?.extensions?.code === 'REPLY_IN_PROGRESS')
    return 'A reply is being written in this session. Wait for its end, or stop it.';
  return first?.message ?? 'The report could not be begun.';
}
