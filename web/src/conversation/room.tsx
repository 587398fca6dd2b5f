import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Conversation } from './conversation.tsx';
import { placeOf } from './sending/drafts.ts';
import { useDrafts, useOutbox, useOutgoing } from './sending/sending.tsx';

/**
 * A session, or the page that begins one. When the first message of a new session is acknowledged, the address becomes that of
 * the session and nothing else happens: what is shown stays, with the focus and what is being written in it.
 *
 * @param id null: the page that begins one
 */
export function Room({ id }: { id: string | null }) {
  const [begun, setBegun] = useState<{ visit: number; id: string | null }>({ visit: 0, id: null });
  const visit = id === null && begun.id !== null ? begun.visit + 1 : begun.visit;
  const outbox = useOutbox();
  const drafts = useDrafts();
  const [, navigate] = useLocation();
  const first = useOutgoing(null).find(({ answer }) => answer);
  const isHere = useRef(false);

  useEffect(() => {
    const session = first?.answer?.session;
    // It was acknowledged while the reader was elsewhere, and there they stay.
    const isLate = !isHere.current || id !== null;
    isHere.current = true;
    if (!session || session.id === id) return;
    if (isLate) return outbox.remove(first.key);
    drafts.move(placeOf(null), placeOf(session.id));
    setBegun({ visit, id: session.id });
    navigate(`/s/${session.id}`, { replace: true });
  }, [first, id, visit, outbox, drafts, navigate]);

  return <Conversation key={id === null || id === begun.id ? visit : id} id={id} />;
}
