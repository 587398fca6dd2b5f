import { v7 } from 'uuid';
import { db, forkEm, type Orm } from '../../src/db/orm.ts';

/** A row of a viewer's in every table. */
export function oneOfEach(orm: Orm, userId: string): Promise<void> {
  const [session, message, reply, document, instructions, summary] = [v7(), v7(), v7(), v7(), v7(), v7()];
  const content = `What ${userId} said.`;
  return forkEm(orm).transactional(async (em) => {
    const into = db(em).insertInto.bind(db(em));
    await into('chat_session').values({ id: session, userId, title: content, model: 'offline' }).execute();
    await into('chat_message')
      .values([
        { id: message, userId, session, seq: 1, role: 'USER', status: 'COMPLETE', content },
        { id: reply, userId, session, seq: 2, role: 'ASSISTANT', status: 'STREAMING', replyTo: message },
      ])
      .execute();
    await into('reply_part').values({ message: reply, offset: 0, text: content }).execute();
    await into('idempotency_key').values({ userId, keyHash: 'k', requestHash: 'r', reply }).execute();
    await into('document')
      .values({ id: document, userId, filename: 'a.md', mimeType: 'text/markdown', sizeBytes: 1, contentHash: 'h' })
      .execute();
    await into('document_content').values({ document, file: null, extractedText: content }).execute();
    await into('session_document').values({ session, document, position: 0 }).execute();
    const { id: scope } = await into('memory_scope')
      .values({ userId, session })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id: chunk } = await into('chunk')
      .values({
        ...{ userId, scope, message, seq: 1, position: 0, start: 0, text: content, tokens: 4, terms: 3 },
        ...{ role: 'USER', saidAt: new Date(), embeddingModel: 'hashing', embedding: Float32Array.of(1, 0) },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await into('chunk_term').values({ scope, term: userId, chunk, tf: 1 }).execute();
    await into('summary').values({ id: summary, userId, session, key: 'k', text: content }).execute();
    await into('summary_source').values({ summary, message }).execute();
    await into('summary_document').values({ summary, document }).execute();
    await into('instructions_text').values({ id: instructions, userId, session, hash: 'h', text: content }).execute();
    await into('prompt_manifest')
      .values({
        ...{ message: reply, userId, instructions, summary, requestHash: 'h', sections: [], notes: [] },
        ...{ contextWindowTokens: 1, replyTokens: 1, budgetTokens: 1, usedTokens: 1 },
      })
      .execute();
    await into('prompt_item')
      .values({
        ...{ message: reply, position: 0, section: 'USER_MESSAGE', source: message, chunk },
        ...{ ranges: [], decision: 'INCLUDED', tokens: 4 },
      })
      .execute();
    await into('job').values({ userId, task: 'embed', key: message, session, message }).execute();
    await into('usage_entry')
      .values({ userId, session, purpose: 'CHAT', model: 'offline', inputTokens: 1, outputTokens: 1 })
      .execute();
    await into('turn_pace')
      .values({ userId, begunAt: [1] })
      .execute();
  });
}
