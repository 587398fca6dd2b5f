import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.ts';
import { generateReport } from './generate-report.ts';
import { GenerateReportInput, GenerateReportPayload } from './report.type.ts';

@Resolver()
export class ReportResolver {
  @Mutation(() => GenerateReportPayload, {
    description:
      "Writes a coaching report as a REPORT message, streamed like a reply.\n\nIt rests on the viewer's own messages of the period and on passages of documents, never on what the assistant wrote. Each\nof its statements carries the [n] of what it rests on, and was checked against it before it entered the text; what did\nnot hold is counted in the notes of `ChatMessage.prompt`. Figures are counted, not written by a model.",
  })
  // Not validated yet: a key that was used already answers first.
  generateReport(
    @Ctx() ctx: Context,
    @Arg('input', () => GenerateReportInput, { validate: false }) input: GenerateReportInput,
  ): Promise<GenerateReportPayload> {
    return generateReport(ctx, input);
  }
}
