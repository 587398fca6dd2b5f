import { X } from 'lucide-react';
import type { RefObject } from 'react';
import { IconButton } from '../parts/icon-button.tsx';
import styles from './why-panel.module.css';

interface PanelHeaderProps {
  title: string;
  about: string;
  /** Takes the focus when the panel opens. */
  heading: RefObject<HTMLHeadingElement | null>;
  onClose: () => void;
}

export function PanelHeader({ title, about, heading, onClose }: PanelHeaderProps) {
  return (
    <header className={styles.header}>
      <div>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <p>{about}</p>
      </div>
      <IconButton label="Close" icon={X} onClick={onClose} />
    </header>
  );
}
