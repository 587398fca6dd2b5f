import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { sizeOf } from '../parts/words.ts';
import { fetchExport } from './fetch-export.ts';
import { saveFile } from './save-file.ts';
import styles from './settings.module.css';

type State =
  | { is: 'rest' }
  | { is: 'running'; bytes: number }
  | { is: 'done'; bytes: number }
  | { is: 'failed'; why: string };

export function ExportSection() {
  const [state, setState] = useState<State>({ is: 'rest' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function run() {
    const left = new AbortController();
    running.current = left;
    setState({ is: 'running', bytes: 0 });
    try {
      const file = await fetchExport(left.signal, (bytes) => setState({ is: 'running', bytes }));
      saveFile(file.name, file.content);
      setState({ is: 'done', bytes: file.content.size });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      setState(left.signal.aborted ? { is: 'rest' } : { is: 'failed', why });
    }
  }

  return (
    <>
      <p>
        All that is kept of you here, in one file: sessions, messages and what answered them, documents, and usage. Each
        line is one thing, as JSON.
      </p>
      <div className={styles.row}>
        {state.is === 'running' ? (
          <Button onClick={() => running.current?.abort()}>Cancel</Button>
        ) : (
          <Button onClick={() => void run()}>
            <Download size={16} aria-hidden="true" />
            Export
          </Button>
        )}
        {/* Its start and its end are told; the bytes between them would be noise. */}
        <output aria-live={state.is === 'running' && state.bytes > 0 ? 'off' : 'polite'}>{said(state)}</output>
      </div>
      {state.is === 'failed' && (
        <p role="alert" className={styles.problem}>
          {state.why}
        </p>
      )}
    </>
  );
}

function said(state: State): string {
  if (state.is === 'running') return state.bytes === 0 ? 'Exporting' : `${sizeOf(state.bytes)} so far`;
  return state.is === 'done' ? `Exported ${sizeOf(state.bytes)}.` : '';
}
