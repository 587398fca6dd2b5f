import { browserTexts } from '../../../parts/stored-texts.ts';

const NAME = 'kept-replies';
/** Of older ones nobody is asked any more. */
const MOST = 100;

const kept = (): string[] => (browserTexts.get(NAME) ?? '').split(' ').filter(Boolean);

/** Whether the viewer said to leave a reply as it is. */
export const isKept = (replyId: string): boolean => kept().includes(replyId);

export const keep = (replyId: string): boolean => browserTexts.set(NAME, [...kept(), replyId].slice(-MOST).join(' '));
