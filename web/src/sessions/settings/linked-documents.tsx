import { useState } from 'react';
import { Link } from 'wouter';
import type { DocumentFieldsFragment } from '../../../../client/generated/graphql.ts';
import { useDocumentsQuery, useUpdateChatSessionMutation } from '../../../../client/generated/hooks.ts';
import { Button } from '../../parts/button.tsx';
import { counted } from '../../parts/words.ts';
import { useSave } from '../use-save.ts';
import styles from './session-settings.module.css';

const PAGE = 100;
const MAX_LINKED = 50;

interface LinkedDocumentsProps {
  session: { id: string; documents: readonly DocumentFieldsFragment[] };
}

/** Which documents answers may draw on. */
export function LinkedDocuments({ session }: LinkedDocumentsProps) {
  const { data, fetchMore } = useDocumentsQuery({ variables: { first: PAGE } });
  const [update] = useUpdateChatSessionMutation();
  const [saving, save] = useSave();
  const [chosen, setChosen] = useState(() => session.documents.map(({ id }) => id));
  const page = data?.documents;
  const held = new Map([...session.documents, ...(page?.nodes ?? [])].map((document) => [document.id, document]));

  async function link(ids: string[]) {
    const before = chosen;
    setChosen(ids);
    const isSaved = await save(() => update({ variables: { input: { id: session.id, documentIds: ids } } }));
    if (!isSaved) setChosen(before);
  }

  if (page && held.size === 0) {
    return (
      <p className={styles.hint}>
        You have no documents yet. <Link href="/documents">Add one</Link>, and answers here can draw on it.
      </p>
    );
  }
  return (
    <>
      <ul className={styles.documents}>
        {[...held.values()].map((document) => {
          const isLinked = chosen.includes(document.id);
          return (
            <li key={document.id}>
              <label>
                <input
                  type="checkbox"
                  checked={isLinked}
                  disabled={!isLinked && chosen.length >= MAX_LINKED}
                  onChange={() =>
                    void link(isLinked ? chosen.filter((id) => id !== document.id) : [...chosen, document.id])
                  }
                />
                <b title={document.filename}>{document.filename}</b>
                <small>{aboutOf(document)}</small>
              </label>
            </li>
          );
        })}
      </ul>
      {page?.pageInfo.hasNextPage && (
        <Button kind="quiet" onClick={() => void fetchMore({ variables: { after: page.pageInfo.endCursor } })}>
          Show more documents
        </Button>
      )}
      {chosen.length >= MAX_LINKED && <p className={styles.hint}>A session can have {MAX_LINKED} documents.</p>}
      {saving.state === 'failed' && (
        <p role="alert" className={styles.problem}>
          The documents could not be changed. {saving.why}
        </p>
      )}
    </>
  );
}

function aboutOf({ status, chunkCount }: DocumentFieldsFragment): string {
  if (status === 'FAILED') return 'could not be read';
  return status === 'PENDING' ? 'being read' : counted(chunkCount, 'passage');
}
