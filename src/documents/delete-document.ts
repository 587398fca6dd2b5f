import type { Context } from '../context.ts';
import { cutLog } from '../db/cut-log.ts';
import { db } from '../db/orm.ts';
import { findDocument, noSuchDocument } from './own-document.ts';

/** Deletes a document with everything made of it, for good; a job that reads or embeds it cannot bring it back. */
export async function deleteDocument(ctx: Pick<Context, 'em' | 'viewer' | 'log'>, id: string): Promise<void> {
  await ctx.em.transactional(async (em) => {
    const document = await findDocument(em, ctx.viewer.id, id);
    if (!document) throw noSuchDocument();
    await db(em)
      .deleteFrom('summary')
      .where('userId', '=', ctx.viewer.id)
      .where('id', 'in', (eb) =>
        eb.selectFrom('summary_document').select('summary_document.summary').where('document', '=', document.id),
      )
      .execute();
    await db(em).deleteFrom('document').where('id', '=', document.id).where('userId', '=', ctx.viewer.id).execute();
  });
  await cutLog(ctx);
}
