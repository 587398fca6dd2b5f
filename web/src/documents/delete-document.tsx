import type { DocumentFieldsFragment } from '../../../client/generated/graphql.ts';
import { useDeleteDocumentMutation } from '../../../client/generated/hooks.ts';
import { useAnnouncer } from '../parts/announcer.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { counted } from '../parts/words.ts';

interface DeleteDocumentProps {
  document: DocumentFieldsFragment;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteDocument({ document, onClose, onDeleted }: DeleteDocumentProps) {
  const { id, filename, chunkCount } = document;
  const { announce } = useAnnouncer();
  const [remove, { loading, error }] = useDeleteDocumentMutation({
    update(cache) {
      cache.evict({ id: cache.identify({ __typename: 'Document', id }) });
      cache.gc();
    },
  });

  async function confirm() {
    const { data } = await remove({ variables: { input: { id } } }).catch(() => ({ data: null }));
    if (!data) return;
    announce(`${filename} is deleted.`);
    onClose();
    onDeleted();
  }

  return (
    <Confirm
      title={`Delete ${filename}?`}
      action="Delete"
      isBusy={loading}
      problem={error && `It was not deleted. ${error.message}`}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        Its text goes{chunkCount > 0 && `, and with it ${counted(chunkCount, 'passage')}`}: no answer can draw on it any
        more, and sessions are no longer linked to it. What was answered stays, but a citation of it leads nowhere.
      </p>
      <p>This cannot be undone.</p>
    </Confirm>
  );
}
