import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatMessage } from '../chat/message.entity.ts';
import { ChatSession } from '../chat/session.entity.ts';
import { createdAt, id, instant, userId } from '../db/columns.ts';
import { Document } from '../documents/document.entity.ts';

/** DONE is no state: a job that is done is deleted in the transaction of its effect. */
export const jobStates = ['READY', 'RUNNING', 'FAILED'] as const;

/** One row asks for one piece of later work, in the transaction that caused it, and dies with what it is about. */
export const Job = defineEntity({
  name: 'Job',
  tableName: 'job',
  properties: {
    id: id(),
    userId: userId(),
    task: p.string().length(64),
    /** What the work is about, an id: asking for the same again joins the job that is there. */
    key: p.string().length(255),
    state: p.enum(jobStates).default('READY'),
    session: () => p.manyToOne(ChatSession).ref().strictNullable().deleteRule('cascade'),
    message: () => p.manyToOne(ChatMessage).ref().strictNullable().deleteRule('cascade'),
    document: () => p.manyToOne(Document).ref().strictNullable().deleteRule('cascade'),
    attempts: p.integer().default(0),
    runAt: instant().onCreate(() => new Date()),
    leaseOwner: p.string().length(64).strictNullable(),
    /** Moves with every claim and every asking anew: who holds an older one may not finish. */
    leaseToken: p.integer().default(0),
    leaseExpiresAt: instant().strictNullable(),
    /** While RUNNING: what its models may come to use, set aside from what the viewer's background work may use. */
    reservedTokens: p.integer().default(0),
    lastError: p.text().strictNullable(),
    createdAt: createdAt(),
  },
  uniques: [{ name: 'job_once', properties: ['task', 'key'] }],
  indexes: [
    { name: 'job_session', properties: ['session'] },
    { name: 'job_message', properties: ['message'] },
    { name: 'job_document', properties: ['document'] },
    { name: 'job_ready', properties: ['task', 'runAt', 'id'], where: { state: 'READY' } },
    { name: 'job_lease', properties: ['task', 'leaseExpiresAt'], where: { state: 'RUNNING' } },
    { name: 'job_failed', properties: ['runAt'], where: { state: 'FAILED' } },
  ],
});
export interface Job extends InferEntity<typeof Job> {}
