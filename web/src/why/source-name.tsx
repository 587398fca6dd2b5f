import { dayOf, fullDayOf, timeOf } from '../parts/words.ts';
import type { Source } from './place-of.ts';

interface SourceNameProps {
  source: Source;
  /** The session that is looked at: its name goes without saying. */
  sessionId: string;
  /** Whether its day is said in full, as on paper. */
  isDated?: boolean;
}

/** Where it comes from: who and when, and which session if it is another one; or which passage of which document. */
export function SourceName({ source, sessionId, isDated = false }: SourceNameProps) {
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
      <time dateTime={createdAt}>{isDated ? fullDayOf(createdAt) : `${dayOf(createdAt)} ${timeOf(createdAt)}`}</time>
      {session.id !== sessionId && ` · ${session.title}`}
    </>
  );
}
