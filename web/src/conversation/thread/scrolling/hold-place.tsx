import { Component, type ReactNode, type RefObject } from 'react';
import { firstVisible, topIn } from './use-opening.ts';

interface HoldPlaceProps {
  scroller: RefObject<HTMLElement | null>;
  /** Of the first message that is shown. */
  firstKey: string | undefined;
  children: ReactNode;
}

type Held = { element: Element; top: number } | null;

/**
 * Keeps what is read where it is when messages come before it. Most browsers see to that themselves, but not at the very top,
 * and Safari never. (A class, because only classes are told before the page changes.)
 */
export class HoldPlace extends Component<HoldPlaceProps> {
  override getSnapshotBeforeUpdate({ firstKey }: HoldPlaceProps): Held {
    const scroller = this.props.scroller.current;
    if (firstKey === this.props.firstKey || !scroller) return null;
    const element = firstVisible(scroller);
    return element ? { element, top: topIn(scroller, element) } : null;
  }

  override componentDidUpdate(_props: HoldPlaceProps, _state: unknown, held: Held): void {
    const scroller = this.props.scroller.current;
    if (!held?.element.isConnected || !scroller) return;
    scroller.scrollTop += topIn(scroller, held.element) - held.top;
  }

  override render(): ReactNode {
    return this.props.children;
  }
}
