import { store } from '../../sending/drafts.ts';

const NAME = 'kept-replies';
/** Of older ones nobody is asked any more. */
const MOST = 100;

const kept = (): string[] => (localStorage.getItem(NAME) ?? '').split(' ').filter(Boolean);

/** Whether the viewer said to leave a reply as it is. */
export const isKept = (replyId: string): boolean => kept().includes(replyId);

export const keep = (replyId: string): void => store(localStorage, NAME, [...kept(), replyId].slice(-MOST).join(' '));
