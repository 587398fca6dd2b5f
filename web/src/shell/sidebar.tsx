import { BarChart3, Brain, FileText, Plus, Settings, X } from 'lucide-react';
import { Link, useRoute } from 'wouter';
import { IconButton } from '../parts/icon-button.tsx';
import { ToastPlace } from '../parts/toasts.tsx';
import { SessionList } from '../sessions/list/session-list.tsx';
import styles from './sidebar.module.css';
import { Thread } from './thread.tsx';

const LIBRARY = [
  { href: '/memory', name: 'Memory', icon: Brain },
  { href: '/documents', name: 'Documents', icon: FileText },
  { href: '/usage', name: 'Usage', icon: BarChart3 },
  { href: '/settings', name: 'Settings', icon: Settings },
] as const;

/** `onClose`: of the drawer that it is in, on a phone. */
export function Sidebar({ onClose }: { onClose?: () => void }) {
  return (
    <>
      <div className={styles.top}>
        <Link className={styles.brand} href="/" onClick={onClose}>
          <Thread />
          Carryover
        </Link>
        {onClose && <IconButton label="Close" icon={X} onClick={onClose} />}
      </div>
      <Link className={styles.new} href="/" onClick={onClose} aria-keyshortcuts="Alt+N">
        <Plus size={16} aria-hidden="true" />
        New session
        <span className="wide-only" aria-hidden="true">
          <kbd>Alt N</kbd>
        </span>
      </Link>
      <SessionList onOpen={onClose} />
      {onClose && (
        <div className={styles.toast}>
          <ToastPlace />
        </div>
      )}
      <nav aria-label="Library" className={styles.library}>
        {LIBRARY.map((place) => (
          <LibraryLink key={place.href} {...place} onClick={onClose} />
        ))}
      </nav>
    </>
  );
}

function LibraryLink({ href, name, icon: Icon, onClick }: (typeof LIBRARY)[number] & { onClick?: () => void }) {
  const [isHere] = useRoute(href);
  return (
    <Link href={href} onClick={onClick} aria-current={isHere ? 'page' : undefined}>
      <Icon size={16} aria-hidden="true" />
      {name}
    </Link>
  );
}
