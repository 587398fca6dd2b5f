import type { ApolloClient } from '@apollo/client';
import { addMessages, addSession } from '../../../../client/apollo/cache-updates.ts';
import { backoff } from '../../../../client/backoff.ts';
import { SendMessageDocument } from '../../../../client/generated/graphql.ts';
import { isFinalError, type Subscribe } from '../../../../client/index.ts';
import type { Connection } from '../../connection/connection.ts';
import type { Outbox, Outgoing } from './outbox.ts';
import { verdictOn } from './verdict.ts';

/** After the first time. */
const TRIES = 3;
/** After so long, another tab that has not sent what was written in it is taken for closed. */
const ABANDONED_MS = 30_000;
/** Beyond any text: no deltas, only the end. */
const FAR = 2 ** 31 - 1;

interface Means {
  outbox: Outbox;
  client: ApolloClient;
  subscribe: Subscribe;
  connection: Connection;
}

/** Sends what is in the outbox, one message of a session at a time, wherever the reader is meanwhile. */
export function startDelivery({ outbox, client, subscribe, connection }: Means): void {
  const busy = new Set<string>();
  const { signal } = new AbortController();

  function look(): void {
    const sessions = new Set<string | null>();
    for (const entry of outbox.entries) {
      if (entry.answer || sessions.has(entry.sessionId)) continue;
      sessions.add(entry.sessionId);
      if (!busy.has(entry.key) && isOurs(entry)) void deliver(entry);
    }
  }

  const isOurs = ({ tab, at }: Outgoing) => tab === outbox.tab || Date.now() - Date.parse(at) > ABANDONED_MS;

  async function deliver({ key, state }: Outgoing): Promise<void> {
    if (state === 'UNSENT') return;
    busy.add(key);
    try {
      await queue(key);
      await send(key);
    } finally {
      busy.delete(key);
    }
    look();
  }

  async function queue(key: string): Promise<void> {
    const entry = outbox.find(key);
    if (entry?.state !== 'QUEUED') return;
    if (entry.waitsFor !== null) await endOf(entry.waitsFor);
    if (outbox.find(key)) outbox.change(key, { state: 'SENDING', waitsFor: null });
  }

  async function send(key: string): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      await connection.online();
      const entry = outbox.find(key);
      if (entry?.state !== 'SENDING') return;
      const verdict = await attemptTo(entry);
      if (verdict?.kind === 'WAIT') return outbox.change(key, { state: 'QUEUED', waitsFor: verdict.replyId });
      if (verdict?.kind === 'REFUSED') return outbox.refuse(key, verdict.refusal);
      if (verdict === null) return;
      // Who is offline is waited for; that is no failure.
      if (connection.isOffline) attempt = -1;
      else if (attempt === TRIES) return outbox.change(key, { state: 'UNSENT' });
      await backoff(attempt, signal);
    }
  }

  /** @returns null where it was taken */
  async function attemptTo({ key, sessionId, content, documentIds }: Outgoing) {
    const beginning = documentIds.length > 0 && { newSession: { documentIds: [...documentIds] } };
    const input = { content, idempotencyKey: key, ...(sessionId === null ? beginning : { sessionId }) };
    try {
      const { data } = await client.mutate({ mutation: SendMessageDocument, variables: { input } });
      if (!data) throw new Error('The server answered nothing.');
      const { session, message, reply } = data.sendMessage;
      outbox.answer(key, { session, message, reply });
      if (sessionId === null) addSession(client.cache, session.id);
      addMessages(client.cache, session.id, [message, reply]);
      return null;
    } catch (error) {
      return verdictOn(error);
    }
  }

  /** Settles when a reply has ended, or cannot be followed. */
  async function endOf(replyId: string): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        for await (const event of subscribe(replyId, FAR, signal)) if (event.__typename !== 'ReplyDelta') return;
      } catch (error) {
        if (isFinalError(error)) return;
      }
      await backoff(attempt, signal);
    }
  }

  outbox.subscribe(look);
  connection.onReturn(() => {
    for (const { key, state } of outbox.entries) if (state === 'UNSENT') outbox.change(key, { state: 'SENDING' });
    look();
  });
  setInterval(look, ABANDONED_MS);
  look();
}
