/** Owns nothing and logs in nowhere: on PostgreSQL, what a viewer asks for runs as this role. */
export const VIEWER_ROLE = 'carryover_viewer';
