import { describeError, type Logger } from '../../src/logger.ts';

export interface LogLine {
  level: string;
  message: string;
  details: Record<string, unknown>;
}

/**
 * A log that keeps its lines; errors as the server's own log writes them.
 *
 * @param level as LOG_LEVEL is: `debug` keeps more
 */
export function recordingLog(level = 'info'): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (details: object, message: string) => {
    lines.push({
      level,
      message,
      details: { ...details, ...('err' in details && { err: describeError(details.err) }) },
    });
  };
  return {
    log: {
      debug: level === 'debug' ? at('debug') : () => undefined,
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
    },
    lines,
  };
}
