import { contained } from '../../prompt/contained.ts';

/** A title, a name or a focus as it may stand in a report: on one line, without a [n], a quotation mark or a tag of its own. */
export const shownText = (text: string): string => contained(text).replaceAll('<', '‹').replaceAll('>', '›');
