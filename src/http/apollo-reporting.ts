import type { ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginSchemaReporting } from '@apollo/server/plugin/schemaReporting';
import {
  ApolloServerPluginUsageReporting,
  type ApolloServerPluginUsageReportingOptions,
} from '@apollo/server/plugin/usageReporting';
import type { Config } from '../config-values.ts';
import type { Context } from '../context.ts';

/** A process that stops sends what is left once, and waits no longer than this. */
const PATIENCE = { maxAttempts: 1, requestTimeoutMs: 5_000 };

/**
 * What tells Apollo GraphOS which operations clients send, where it is configured; left to itself Apollo Server would look in the
 * environment. No values of variables, no headers, no messages of errors; and no fields, whose timing costs more than they do.
 */
export function reportingPlugins(
  { apollo }: Pick<Config, 'apollo'>,
  transport: Pick<ApolloServerPluginUsageReportingOptions<Context>, 'fetcher' | 'sendReportsImmediately'> = {},
): ApolloServerPlugin<Context>[] {
  const usage: ApolloServerPluginUsageReportingOptions<Context> = {
    sendVariableValues: { none: true },
    sendHeaders: { none: true },
    sendErrors: { masked: true },
    fieldLevelInstrumentation: 0,
    ...PATIENCE,
    ...transport,
  };
  return [
    apollo ? ApolloServerPluginUsageReporting(usage) : ApolloServerPluginUsageReportingDisabled(),
    apollo?.reportsSchema ? ApolloServerPluginSchemaReporting() : ApolloServerPluginSchemaReportingDisabled(),
  ];
}
