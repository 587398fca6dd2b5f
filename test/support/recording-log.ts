import type { Logger } from '../../src/logger.ts';

export interface LogLine {
  level: string;
  message: string;
  details: Record<string, unknown>;
}

/** A log that keeps its lines. */
export function recordingLog(): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (details: object, message: string) => {
    lines.push({ level, message, details: { ...details } });
  };
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}
