import { IdempotencyKey } from './chat/idempotency-key.entity.ts';
import { InstructionsText, PromptItemRow, PromptManifest } from './chat/manifest.entity.ts';
import { ChatMessage } from './chat/message.entity.ts';
import { ReplyPart } from './chat/reply-part.entity.ts';
import { ChatSession } from './chat/session.entity.ts';
import { Document } from './documents/document.entity.ts';
import { DocumentContent } from './documents/document-content.entity.ts';
import { SessionDocument } from './documents/session-document.entity.ts';
import { Job } from './jobs/job.entity.ts';
import { Chunk, ChunkTerm } from './memory/chunk.entity.ts';
import { MemoryScope } from './memory/scope.entity.ts';
import { Summary, SummaryDocument, SummarySource } from './memory/summary.entity.ts';
import { TurnPace } from './users/turn-pace.entity.ts';
import { UsageEntry } from './users/usage.entity.ts';

export const entities = [
  ChatSession,
  ChatMessage,
  ReplyPart,
  IdempotencyKey,
  InstructionsText,
  PromptManifest,
  PromptItemRow,
  Document,
  DocumentContent,
  SessionDocument,
  MemoryScope,
  Chunk,
  ChunkTerm,
  Summary,
  SummarySource,
  SummaryDocument,
  Job,
  UsageEntry,
  TurnPace,
] as const;
