import { usePreviewPromptQuery } from '../../../client/generated/hooks.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { ManifestView } from './manifest-view.tsx';
import { PanelSkeleton } from './panel-skeleton.tsx';
import styles from './why-panel.module.css';
import type { Draft } from './why-state.ts';

const NONE: ReadonlySet<number> = new Set();

/** What the model would be given, were the draft sent now. No model is asked, and nothing is stored. */
export function DraftManifest({ draft: { sessionId, content } }: { draft: Draft }) {
  const { data, error, loading, refetch } = usePreviewPromptQuery({
    variables: { input: { sessionId, content } },
    fetchPolicy: 'network-only',
    nextFetchPolicy: 'cache-first',
  });
  if (loading && !data) return <PanelSkeleton />;
  if (data) {
    return <ManifestView manifest={data.previewPrompt} cited={NONE} isReport={false} marker={null} />;
  }
  return (
    <div className={styles.body}>
      <Notice
        kind="warn"
        title="This could not be worked out"
        actions={<Button onClick={() => void refetch().catch(() => undefined)}>Try again</Button>}
      >
        {error?.message}
      </Notice>
    </div>
  );
}
