import { dayOf, timeOf } from '../parts/words.ts';
import type { Source } from './place-of.ts';

/** Where it comes from: who and when, and which session if it is another one; or which passage of which document. */
export function SourceName({ source, sessionId }: { source: Source; sessionId: string }) {
  if (source.__typename === 'DocumentChunk') {
    return (
      <>
        {source.document.filename} · passage {source.position + 1}
      </>
    );
  }
  const { role, createdAt, session } = source;
  return (
    <>
      {role === 'USER' ? 'You' : 'Coach'},{' '}
      <time dateTime={createdAt}>
        {dayOf(createdAt)} {timeOf(createdAt)}
      </time>
      {session.id !== sessionId && ` · ${session.title}`}
    </>
  );
}
