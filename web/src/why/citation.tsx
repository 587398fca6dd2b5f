import { useApolloClient } from '@apollo/client/react';
import { useId, useRef, useState } from 'react';
import { MessageFieldsFragmentDoc } from '../../../client/generated/graphql.ts';
import styles from './citation.module.css';
import { CitationPreview, type Cited } from './citation-preview.tsx';
import { useHover } from './use-hover.ts';
import { openWhy } from './use-why.ts';

const WORD_JOINER = '\u2060';

/** [n] in a reply: shows what it was taken from when it is pointed at, and opens it. */
export function Citation({ messageId, marker }: { messageId: string; marker: number }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const { cache } = useApolloClient();
  const [cited, setCited] = useState<Cited | null>(null);

  // Read only now: a long conversation has hundreds of citations, and nobody looks at most of them.
  function show() {
    const message = cache.readFragment({
      fragment: MessageFieldsFragmentDoc,
      fragmentName: 'MessageFields',
      from: { __typename: 'ChatMessage', id: messageId },
    });
    setCited(message?.citations.find((citation) => citation.marker === marker) ?? null);
  }
  const hover = useHover(show, () => setCited(null));

  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.citation}
        aria-label={`Source ${marker}`}
        aria-describedby={cited ? id : undefined}
        {...hover}
        onClick={() => {
          setCited(null);
          openWhy(messageId, marker);
        }}
      >
        {marker}
      </button>
      {/* A full stop stays with what it follows. */}
      {WORD_JOINER}
      {cited && <CitationPreview id={id} cited={cited} by={button} {...hover} />}
    </>
  );
}
