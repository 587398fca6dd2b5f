import { escapeIdentifier, escapeLiteral } from 'pg';

/** Owns nothing and logs in nowhere: on PostgreSQL, what a viewer asks for runs as this role. */
export const VIEWER_ROLE = 'carryover_viewer';

/** The setting that says who the viewer is. */
export const VIEWER_SETTING = 'carryover.user_id';

/** The viewer's id, in SQL; null where none is set. Once a transaction that set it has ended, it is empty. */
export const VIEWER_ID = `nullif(current_setting('${VIEWER_SETTING}', true), '')`;

/** What makes a transaction the viewer's, to its end. */
export const becomeViewer = (userId: string): string[] => [
  `set local role ${escapeIdentifier(VIEWER_ROLE)}`,
  `set local ${VIEWER_SETTING} = ${escapeLiteral(userId)}`,
];
