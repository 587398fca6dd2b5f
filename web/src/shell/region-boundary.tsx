import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { Button } from '../parts/button.tsx';
import { wasNotFetched } from '../parts/lazily.ts';
import { Notice } from '../parts/notice.tsx';
import styles from './region-boundary.module.css';

interface RegionBoundaryProps {
  /** As in "The conversation could not be shown." */
  name: string;
  /** Where something else is shown, all begins anew. */
  place?: string;
  /** Of what stands over the page. */
  onClose?: () => void;
  children: ReactNode;
}

/** A page that is loaded anew while nobody answers is gone. */
async function reload(): Promise<void> {
  const response = await fetch('/healthz').catch(() => null);
  if (response?.ok) location.reload();
}

/** What breaks in a region stays in it: the others, and the text that is being written there, live on. */
export class RegionBoundary extends Component<RegionBoundaryProps, { error: unknown; place?: string | undefined }> {
  static getDerivedStateFromError = (error: unknown) => ({ error });

  static getDerivedStateFromProps({ place }: RegionBoundaryProps, state: { error: unknown; place?: string }) {
    return place === state.place ? null : { error: null, place };
  }

  override state = { error: null, place: this.props.place };

  override render() {
    if (this.state.error === null) return this.props.children;
    const isMissing = wasNotFetched(this.state.error);
    return (
      <div className={this.props.onClose ? styles.over : styles.broken} role="alert">
        <Notice
          kind="warn"
          icon={TriangleAlert}
          title={`${this.props.name} could not be shown.`}
          actions={
            <>
              {!isMissing && <Button onClick={() => this.setState({ error: null })}>Try again</Button>}
              <Button kind={isMissing ? 'plain' : 'quiet'} onClick={() => void reload()}>
                Load the page anew
              </Button>
              {this.props.onClose && (
                <Button kind="quiet" onClick={this.props.onClose}>
                  Close
                </Button>
              )}
            </>
          }
        >
          {isMissing ? 'It could not be fetched from the server.' : 'Something in this part of the page broke.'} What
          you wrote is kept.
        </Notice>
      </div>
    );
  }
}
