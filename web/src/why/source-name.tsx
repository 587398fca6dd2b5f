import { useRoute } from 'wouter';
import { dayOf, fullDayOf, timeOf } from '../parts/words.ts';
import type { Source } from './place-of.ts';

interface SourceNameProps {
  source: Source;
  /** Whether its day is said in full, as on paper. */
  isDated?: boolean;
}

/** Where it comes from: who and when, and which session if it is another one than the page's; or which passage of which document. */
export function SourceName({ source, isDated = false }: SourceNameProps) {
  const [, here] = useRoute('/s/:id');
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
      {session.id !== here?.id && ` · ${session.title}`}
    </>
  );
}
