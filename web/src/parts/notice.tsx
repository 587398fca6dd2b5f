import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './notice.module.css';

interface NoticeProps {
  /** Warn: something went less than well. Plain: something to know. */
  kind: 'warn' | 'plain';
  icon?: LucideIcon;
  title: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

export function Notice({ kind, icon: Icon, title, actions, children }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[kind]}`}>
      {Icon && <Icon size={17} aria-hidden="true" />}
      <div>
        <p className={styles.title}>{title}</p>
        {children && <div>{children}</div>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  );
}
