import { Link, useRoute } from 'wouter';
import type { SessionFieldsFragment } from '../../../client/generated/graphql.ts';
import { whenOf } from '../parts/words.ts';
import styles from './session-list.module.css';

export function SessionRow({ session, onOpen }: { session: SessionFieldsFragment; onOpen?: () => void }) {
  const [isHere] = useRoute(`/s/${session.id}`);
  return (
    <li>
      <Link href={`/s/${session.id}`} aria-current={isHere ? 'page' : undefined} onClick={onOpen}>
        <span className={styles.title}>{session.title}</span>
        <span className={styles.about}>
          <time dateTime={session.updatedAt}>{whenOf(session.updatedAt)}</time>
          {session.tags.map((tag) => (
            <span key={tag}>#{tag}</span>
          ))}
        </span>
      </Link>
    </li>
  );
}
