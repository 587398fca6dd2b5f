import { Migration } from '@mikro-orm/migrations';

export class Migration20261126202056_initial extends Migration {
  override name = 'Migration20261126202056_initial';

  override up(): void | Promise<void> {
    this.addSql(`create extension if not exists vector;`);

    this.addSql(
      `create table "chat_session" ("id" uuid not null, "user_id" varchar(255) not null, "title" text not null, "title_is_automatic" boolean not null default true, "model" varchar(255) not null, "instructions" text null, "tags" jsonb not null, "long_term_memory" boolean not null default true, "cross_session_memory" boolean not null default false, "message_count" int not null default 0, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "deleted_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "chat_session_user_updated" on "chat_session" ("user_id", "updated_at", "id");`);
    this.addSql(`create index "chat_session_idle" on "chat_session" ("updated_at") where "deleted_at" is null;`);
    this.addSql(`create index "chat_session_deleted" on "chat_session" ("deleted_at") where "deleted_at" is not null;`);

    this.addSql(
      `create table "chat_message" ("id" uuid not null, "user_id" varchar(255) not null, "session_id" uuid not null, "seq" int not null, "role" text not null, "type" text not null default 'CHAT', "status" text not null, "content" text not null default '', "tokens" int not null default 0, "reply_to_id" uuid null, "superseded_by_id" uuid null, "model" varchar(255) null, "input_tokens" int null, "output_tokens" int null, "reserved_tokens" int not null default 0, "error" jsonb null, "forgotten_at" timestamptz(3) null, "cancel_requested_at" timestamptz(3) null, "lease_owner" varchar(64) null, "lease_expires_at" timestamptz(3) null, "created_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "chat_message_reply_to" on "chat_message" ("reply_to_id");`);
    this.addSql(`create index "chat_message_superseded_by" on "chat_message" ("superseded_by_id");`);
    this.addSql(
      `create index "chat_message_lease" on "chat_message" ("lease_expires_at") where "status" in ('PENDING', 'STREAMING');`,
    );
    this.addSql(`alter table "chat_message" add constraint "chat_message_session_seq" unique ("session_id", "seq");`);
    this.addSql(
      `create unique index "chat_message_one_running_reply" on "chat_message" ("session_id") where "status" in ('PENDING', 'STREAMING');`,
    );
    this.addSql(
      `alter table "chat_message" add constraint "chat_message_role_check" check ("role" in ('USER', 'ASSISTANT', 'SYSTEM'));`,
    );
    this.addSql(
      `alter table "chat_message" add constraint "chat_message_type_check" check ("type" in ('CHAT', 'REPORT', 'SYSTEM'));`,
    );
    this.addSql(
      `alter table "chat_message" add constraint "chat_message_status_check" check ("status" in ('PENDING', 'STREAMING', 'COMPLETE', 'CANCELLED', 'FAILED'));`,
    );

    this.addSql(
      `create table "document" ("id" uuid not null, "user_id" varchar(255) not null, "filename" text not null, "mime_type" varchar(255) not null, "size_bytes" int not null, "content_hash" varchar(64) not null, "status" text not null default 'PENDING', "failure" text null, "chunk_count" int not null default 0, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "document_user_created" on "document" ("user_id", "created_at", "id");`);
    this.addSql(`alter table "document" add constraint "document_once" unique ("user_id", "content_hash");`);
    this.addSql(
      `alter table "document" add constraint "document_status_check" check ("status" in ('PENDING', 'READY', 'FAILED'));`,
    );

    this.addSql(
      `create table "document_content" ("document_id" uuid not null, "file" bytea null, "extracted_text" text null, primary key ("document_id"));`,
    );

    this.addSql(
      `create table "idempotency_key" ("user_id" varchar(255) not null, "key_hash" varchar(64) not null, "request_hash" varchar(64) not null, "reply_id" uuid null, "created_at" timestamptz(3) not null, primary key ("user_id", "key_hash"));`,
    );
    this.addSql(`create index "idempotency_key_reply" on "idempotency_key" ("reply_id");`);

    this.addSql(
      `create table "instructions_text" ("id" uuid not null, "user_id" varchar(255) not null, "session_id" uuid not null, "hash" varchar(64) not null, "text" text not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "instructions_text" add constraint "instructions_text_once" unique ("session_id", "hash");`,
    );

    this.addSql(
      `create table "job" ("id" uuid not null, "user_id" varchar(255) not null, "task" varchar(64) not null, "key" varchar(255) not null, "state" text not null default 'READY', "session_id" uuid null, "message_id" uuid null, "document_id" uuid null, "attempts" int not null default 0, "run_at" timestamptz(3) not null, "lease_owner" varchar(64) null, "lease_token" int not null default 0, "lease_expires_at" timestamptz(3) null, "reserved_tokens" int not null default 0, "last_error" text null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "job_session" on "job" ("session_id");`);
    this.addSql(`create index "job_message" on "job" ("message_id");`);
    this.addSql(`create index "job_document" on "job" ("document_id");`);
    this.addSql(`create index "job_ready" on "job" ("task", "run_at", "id") where "state" = 'READY';`);
    this.addSql(`create index "job_lease" on "job" ("task", "lease_expires_at") where "state" = 'RUNNING';`);
    this.addSql(`create index "job_failed" on "job" ("run_at") where "state" = 'FAILED';`);
    this.addSql(`alter table "job" add constraint "job_once" unique ("task", "key");`);
    this.addSql(
      `alter table "job" add constraint "job_state_check" check ("state" in ('READY', 'RUNNING', 'FAILED'));`,
    );

    this.addSql(
      `create table "memory_scope" ("id" serial primary key, "user_id" varchar(255) not null, "session_id" uuid null, "document_id" uuid null, "version" int not null default 0);`,
    );
    this.addSql(`alter table "memory_scope" add constraint "memory_scope_session_id_unique" unique ("session_id");`);
    this.addSql(`alter table "memory_scope" add constraint "memory_scope_document_id_unique" unique ("document_id");`);
    this.addSql(`create index "memory_scope_user" on "memory_scope" ("user_id");`);
    this.addSql(
      `alter table "memory_scope" add constraint "memory_scope_of_one" check ((session_id is null) <> (document_id is null));`,
    );

    this.addSql(
      `create table "chunk" ("id" serial primary key, "user_id" varchar(255) not null, "scope_id" int not null, "message_id" uuid null, "document_id" uuid null, "seq" int not null, "position" int not null, "start" int not null, "text" text not null, "tokens" int not null, "terms" int not null, "role" text null, "speaker" varchar(255) null, "said_at" timestamptz(3) not null, "embedding_model" varchar(255) null, "embedding" vector null);`,
    );
    // An embedding stays with its row, where a search of thousands would else look each up in a table of its own.
    this.addSql(`alter table "chunk" set (toast_tuple_target = 8160);`);
    this.addSql(`alter table "chunk" add constraint "chunk_once" unique ("message_id", "position");`);
    this.addSql(`alter table "chunk" add constraint "chunk_of_document_once" unique ("document_id", "position");`);
    this.addSql(`alter table "chunk" add constraint "chunk_in_order" unique ("scope_id", "seq", "position");`);
    this.addSql(
      `alter table "chunk" add constraint "chunk_of_one_source" check ((message_id is null) <> (document_id is null));`,
    );
    this.addSql(
      `alter table "chunk" add constraint "chunk_role_check" check ("role" in ('USER', 'ASSISTANT', 'SYSTEM'));`,
    );

    this.addSql(
      `create table "chunk_term" ("scope_id" int not null, "term" varchar(64) not null, "chunk_id" int not null, "tf" int not null, primary key ("scope_id", "term", "chunk_id"));`,
    );
    this.addSql(`create index "chunk_term_chunk" on "chunk_term" ("chunk_id");`);

    this.addSql(
      `create table "prompt_item" ("message_id" uuid not null, "position" int not null, "section" text not null, "source_id" uuid null, "chunk_id" int null, "role" text null, "said_at" timestamptz(3) null, "marker" int null, "ranges" jsonb not null, "decision" text not null, "reason" text null, "score" double precision null, "tokens" int not null, primary key ("message_id", "position"));`,
    );
    this.addSql(`create index "prompt_item_source" on "prompt_item" ("source_id");`);
    this.addSql(`create index "prompt_item_chunk" on "prompt_item" ("chunk_id");`);
    this.addSql(
      `alter table "prompt_item" add constraint "prompt_item_section_check" check ("section" in ('INSTRUCTIONS', 'DOCUMENTS', 'MEMORY', 'RECENT_TURNS', 'USER_MESSAGE'));`,
    );
    this.addSql(
      `alter table "prompt_item" add constraint "prompt_item_role_check" check ("role" in ('USER', 'ASSISTANT', 'SYSTEM'));`,
    );
    this.addSql(
      `alter table "prompt_item" add constraint "prompt_item_decision_check" check ("decision" in ('INCLUDED', 'TRUNCATED', 'DROPPED'));`,
    );

    this.addSql(
      `create table "reply_part" ("message_id" uuid not null, "offset" int not null, "text" text not null, primary key ("message_id", "offset"));`,
    );

    this.addSql(
      `create table "session_document" ("session_id" uuid not null, "document_id" uuid not null, "position" int not null, primary key ("session_id", "document_id"));`,
    );
    this.addSql(`create index "session_document_document" on "session_document" ("document_id");`);

    this.addSql(
      `create table "summary" ("id" uuid not null, "user_id" varchar(255) not null, "session_id" uuid not null, "key" varchar(64) not null, "text" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`alter table "summary" add constraint "summary_once" unique ("session_id", "key");`);

    this.addSql(
      `create table "prompt_manifest" ("message_id" uuid not null, "user_id" varchar(255) not null, "instructions_id" uuid not null, "summary_id" uuid null, "documents_summary_id" uuid null, "request_hash" varchar(64) not null, "context_window_tokens" int not null, "reply_tokens" int not null, "budget_tokens" int not null, "used_tokens" int not null, "sections" jsonb not null, "notes" jsonb not null, "created_at" timestamptz(3) not null, primary key ("message_id"));`,
    );
    this.addSql(`create index "prompt_manifest_instructions" on "prompt_manifest" ("instructions_id");`);
    this.addSql(`create index "prompt_manifest_summary" on "prompt_manifest" ("summary_id");`);
    this.addSql(`create index "prompt_manifest_documents_summary" on "prompt_manifest" ("documents_summary_id");`);

    this.addSql(
      `create table "summary_document" ("summary_id" uuid not null, "document_id" uuid not null, primary key ("summary_id", "document_id"));`,
    );
    this.addSql(`create index "summary_document_document" on "summary_document" ("document_id");`);

    this.addSql(
      `create table "summary_source" ("summary_id" uuid not null, "message_id" uuid not null, primary key ("summary_id", "message_id"));`,
    );
    this.addSql(`create index "summary_source_message" on "summary_source" ("message_id");`);

    this.addSql(
      `create table "turn_pace" ("user_id" varchar(255) not null, "begun_at" jsonb not null, primary key ("user_id"));`,
    );

    this.addSql(
      `create table "usage_entry" ("id" uuid not null, "user_id" varchar(255) not null, "session_id" uuid null, "purpose" text not null, "model" varchar(255) not null, "input_tokens" int not null, "output_tokens" int not null, "is_background" boolean not null default false, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "usage_entry_user" on "usage_entry" ("user_id", "created_at", "purpose", "is_background", "input_tokens", "output_tokens");`,
    );
    this.addSql(
      `create index "usage_entry_session" on "usage_entry" ("session_id", "user_id", "input_tokens", "output_tokens");`,
    );
    this.addSql(
      `alter table "usage_entry" add constraint "usage_entry_purpose_check" check ("purpose" in ('CHAT', 'REPORT', 'SUMMARY', 'TITLE', 'EMBEDDING'));`,
    );

    this.addSql(
      `alter table "chat_message" add constraint "chat_message_session_id_foreign" foreign key ("session_id") references "chat_session" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "chat_message" add constraint "chat_message_reply_to_id_foreign" foreign key ("reply_to_id") references "chat_message" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "chat_message" add constraint "chat_message_superseded_by_id_foreign" foreign key ("superseded_by_id") references "chat_message" ("id") on delete set null;`,
    );

    this.addSql(
      `alter table "document_content" add constraint "document_content_document_id_foreign" foreign key ("document_id") references "document" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `alter table "idempotency_key" add constraint "idempotency_key_reply_id_foreign" foreign key ("reply_id") references "chat_message" ("id") on delete set null;`,
    );

    this.addSql(
      `alter table "instructions_text" add constraint "instructions_text_session_id_foreign" foreign key ("session_id") references "chat_session" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "job" add constraint "job_session_id_foreign" foreign key ("session_id") references "chat_session" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "job" add constraint "job_message_id_foreign" foreign key ("message_id") references "chat_message" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "job" add constraint "job_document_id_foreign" foreign key ("document_id") references "document" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "memory_scope" add constraint "memory_scope_session_id_foreign" foreign key ("session_id") references "chat_session" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "memory_scope" add constraint "memory_scope_document_id_foreign" foreign key ("document_id") references "document" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "chunk" add constraint "chunk_scope_id_foreign" foreign key ("scope_id") references "memory_scope" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "chunk" add constraint "chunk_message_id_foreign" foreign key ("message_id") references "chat_message" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "chunk" add constraint "chunk_document_id_foreign" foreign key ("document_id") references "document" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "chunk_term" add constraint "chunk_term_scope_id_foreign" foreign key ("scope_id") references "memory_scope" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "chunk_term" add constraint "chunk_term_chunk_id_foreign" foreign key ("chunk_id") references "chunk" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "prompt_item" add constraint "prompt_item_message_id_foreign" foreign key ("message_id") references "chat_message" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "prompt_item" add constraint "prompt_item_source_id_foreign" foreign key ("source_id") references "chat_message" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "prompt_item" add constraint "prompt_item_chunk_id_foreign" foreign key ("chunk_id") references "chunk" ("id") on delete set null;`,
    );

    this.addSql(
      `alter table "reply_part" add constraint "reply_part_message_id_foreign" foreign key ("message_id") references "chat_message" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "session_document" add constraint "session_document_session_id_foreign" foreign key ("session_id") references "chat_session" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "session_document" add constraint "session_document_document_id_foreign" foreign key ("document_id") references "document" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `alter table "summary" add constraint "summary_session_id_foreign" foreign key ("session_id") references "chat_session" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "prompt_manifest" add constraint "prompt_manifest_message_id_foreign" foreign key ("message_id") references "chat_message" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "prompt_manifest" add constraint "prompt_manifest_instructions_id_foreign" foreign key ("instructions_id") references "instructions_text" ("id");`,
    );
    this.addSql(
      `alter table "prompt_manifest" add constraint "prompt_manifest_summary_id_foreign" foreign key ("summary_id") references "summary" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "prompt_manifest" add constraint "prompt_manifest_documents_summary_id_foreign" foreign key ("documents_summary_id") references "summary" ("id") on delete set null;`,
    );

    this.addSql(
      `alter table "summary_document" add constraint "summary_document_summary_id_foreign" foreign key ("summary_id") references "summary" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "summary_document" add constraint "summary_document_document_id_foreign" foreign key ("document_id") references "document" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `alter table "summary_source" add constraint "summary_source_summary_id_foreign" foreign key ("summary_id") references "summary" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "summary_source" add constraint "summary_source_message_id_foreign" foreign key ("message_id") references "chat_message" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `alter table "usage_entry" add constraint "usage_entry_session_id_foreign" foreign key ("session_id") references "chat_session" ("id") on delete set null;`,
    );

    this.addSql(`alter table "chat_session" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "chat_session" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "chat_message" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "chat_message" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "document" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "document" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "document_content" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "document_content" using (exists (select 1 from document where document.id = document_content.document_id));`,
    );
    this.addSql(`alter table "idempotency_key" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "idempotency_key" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "instructions_text" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "instructions_text" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "job" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "job" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "memory_scope" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "memory_scope" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "chunk" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "chunk" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "chunk_term" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "chunk_term" using (exists (select 1 from memory_scope where memory_scope.id = chunk_term.scope_id));`,
    );
    this.addSql(`alter table "prompt_item" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "prompt_item" using (exists (select 1 from chat_message where chat_message.id = prompt_item.message_id));`,
    );
    this.addSql(`alter table "reply_part" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "reply_part" using (exists (select 1 from chat_message where chat_message.id = reply_part.message_id));`,
    );
    this.addSql(`alter table "session_document" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "session_document" using (exists (select 1 from chat_session where chat_session.id = session_document.session_id));`,
    );
    this.addSql(`alter table "summary" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "summary" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "prompt_manifest" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "prompt_manifest" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "summary_document" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "summary_document" using (exists (select 1 from summary where summary.id = summary_document.summary_id));`,
    );
    this.addSql(`alter table "summary_source" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "summary_source" using (exists (select 1 from summary where summary.id = summary_source.summary_id));`,
    );
    this.addSql(`alter table "turn_pace" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "turn_pace" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
    this.addSql(`alter table "usage_entry" enable row level security;`);
    this.addSql(
      `create policy "own_rows" on "usage_entry" using (user_id = nullif(current_setting('carryover.user_id', true), ''));`,
    );
  }

  override down(): void | Promise<void> {
    // In one statement, because they refer to each other. The extension stays: somebody else may use it.
    this.addSql(
      `drop table "chat_session", "chat_message", "document", "document_content", "idempotency_key", "instructions_text", "job", "memory_scope", "chunk", "chunk_term", "prompt_item", "reply_part", "session_document", "summary", "prompt_manifest", "summary_document", "summary_source", "turn_pace", "usage_entry";`,
    );
  }
}
