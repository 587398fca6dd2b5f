import { Migration } from '@mikro-orm/migrations';

export class Migration20261122032358_initial extends Migration {
  override name = 'Migration20261122032358_initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`chat_session\` (\`id\` text not null primary key, \`user_id\` text not null, \`title\` text not null, \`title_is_automatic\` integer not null default 1, \`model\` text not null, \`instructions\` text null, \`tags\` json not null, \`long_term_memory\` integer not null default 1, \`cross_session_memory\` integer not null default 0, \`message_count\` integer not null default 0, \`created_at\` datetime not null, \`updated_at\` datetime not null, \`deleted_at\` datetime null);`,
    );
    this.addSql(
      `create index \`chat_session_user_updated\` on \`chat_session\` (\`user_id\`, \`updated_at\`, \`id\`);`,
    );

    this.addSql(
      `create table \`chat_message\` (\`id\` text not null primary key, \`user_id\` text not null, \`session_id\` text not null, \`seq\` integer not null, \`role\` text check (\`role\` in ('USER', 'ASSISTANT', 'SYSTEM')) not null, \`type\` text check (\`type\` in ('CHAT', 'REPORT', 'SYSTEM')) not null default 'CHAT', \`status\` text check (\`status\` in ('PENDING', 'STREAMING', 'COMPLETE', 'CANCELLED', 'FAILED')) not null, \`content\` text not null default '', \`tokens\` integer not null default 0, \`reply_to_id\` text null, \`superseded_by_id\` text null, \`model\` text null, \`input_tokens\` integer null, \`output_tokens\` integer null, \`error\` json null, \`forgotten_at\` datetime null, \`cancel_requested_at\` datetime null, \`lease_owner\` text null, \`lease_expires_at\` datetime null, \`created_at\` datetime not null, \`ended_at\` datetime null, constraint \`chat_message_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete cascade, constraint \`chat_message_reply_to_id_foreign\` foreign key (\`reply_to_id\`) references \`chat_message\` (\`id\`) on delete set null, constraint \`chat_message_superseded_by_id_foreign\` foreign key (\`superseded_by_id\`) references \`chat_message\` (\`id\`) on delete set null);`,
    );
    this.addSql(`create index \`chat_message_reply_to\` on \`chat_message\` (\`reply_to_id\`);`);
    this.addSql(`create index \`chat_message_superseded_by\` on \`chat_message\` (\`superseded_by_id\`);`);
    this.addSql(
      `create index \`chat_message_lease\` on \`chat_message\` (\`lease_expires_at\`) where \`status\` in ('PENDING', 'STREAMING');`,
    );
    this.addSql(`create unique index \`chat_message_session_seq\` on \`chat_message\` (\`session_id\`, \`seq\`);`);
    this.addSql(
      `create unique index \`chat_message_one_running_reply\` on \`chat_message\` (\`session_id\`) where \`status\` in ('PENDING', 'STREAMING');`,
    );

    this.addSql(
      `create table \`idempotency_key\` (\`user_id\` text not null, \`key_hash\` text not null, \`request_hash\` text not null, \`reply_id\` text null, \`created_at\` datetime not null, primary key (\`user_id\`, \`key_hash\`), constraint \`idempotency_key_reply_id_foreign\` foreign key (\`reply_id\`) references \`chat_message\` (\`id\`) on delete set null);`,
    );
    this.addSql(`create index \`idempotency_key_reply\` on \`idempotency_key\` (\`reply_id\`);`);

    this.addSql(
      `create table \`instructions_text\` (\`id\` text not null primary key, \`user_id\` text not null, \`session_id\` text not null, \`hash\` text not null, \`text\` text not null, constraint \`instructions_text_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create unique index \`instructions_text_once\` on \`instructions_text\` (\`session_id\`, \`hash\`);`);

    this.addSql(
      `create table \`job\` (\`id\` text not null primary key, \`user_id\` text not null, \`task\` text not null, \`key\` text not null, \`state\` text check (\`state\` in ('READY', 'RUNNING', 'FAILED')) not null default 'READY', \`session_id\` text null, \`message_id\` text null, \`attempts\` integer not null default 0, \`run_at\` datetime not null, \`lease_owner\` text null, \`lease_token\` integer not null default 0, \`lease_expires_at\` datetime null, \`last_error\` text null, \`created_at\` datetime not null, constraint \`job_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete cascade, constraint \`job_message_id_foreign\` foreign key (\`message_id\`) references \`chat_message\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`job_session\` on \`job\` (\`session_id\`);`);
    this.addSql(`create index \`job_message\` on \`job\` (\`message_id\`);`);
    this.addSql(`create index \`job_ready\` on \`job\` (\`task\`, \`run_at\`, \`id\`) where \`state\` = 'READY';`);
    this.addSql(`create index \`job_lease\` on \`job\` (\`task\`, \`lease_expires_at\`) where \`state\` = 'RUNNING';`);
    this.addSql(`create unique index \`job_once\` on \`job\` (\`task\`, \`key\`);`);

    this.addSql(
      `create table \`memory_scope\` (\`id\` integer not null primary key autoincrement, \`user_id\` text not null, \`session_id\` text not null, \`version\` integer not null default 0, constraint \`memory_scope_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create unique index \`memory_scope_session_id_unique\` on \`memory_scope\` (\`session_id\`);`);
    this.addSql(`create index \`memory_scope_user\` on \`memory_scope\` (\`user_id\`);`);

    this.addSql(
      `create table \`chunk\` (\`id\` integer not null primary key autoincrement, \`user_id\` text not null, \`scope_id\` integer not null, \`message_id\` text not null, \`seq\` integer not null, \`position\` integer not null, \`start\` integer not null, \`text\` text not null, \`tokens\` integer not null, \`terms\` integer not null, \`role\` text check (\`role\` in ('USER', 'ASSISTANT', 'SYSTEM')) not null, \`speaker\` text null, \`said_at\` datetime not null, \`embedding_model\` text null, \`embedding\` blob null, constraint \`chunk_scope_id_foreign\` foreign key (\`scope_id\`) references \`memory_scope\` (\`id\`) on delete cascade, constraint \`chunk_message_id_foreign\` foreign key (\`message_id\`) references \`chat_message\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create unique index \`chunk_once\` on \`chunk\` (\`message_id\`, \`position\`);`);
    this.addSql(`create unique index \`chunk_in_order\` on \`chunk\` (\`scope_id\`, \`seq\`, \`position\`);`);

    // The key is all there is to a posting: without a rowid it is stored once.
    this.addSql(
      `create table \`chunk_term\` (\`scope_id\` integer not null, \`term\` text not null, \`chunk_id\` integer not null, \`tf\` integer not null, primary key (\`scope_id\`, \`term\`, \`chunk_id\`), constraint \`chunk_term_scope_id_foreign\` foreign key (\`scope_id\`) references \`memory_scope\` (\`id\`) on delete cascade, constraint \`chunk_term_chunk_id_foreign\` foreign key (\`chunk_id\`) references \`chunk\` (\`id\`) on delete cascade) without rowid;`,
    );
    this.addSql(`create index \`chunk_term_chunk\` on \`chunk_term\` (\`chunk_id\`);`);

    this.addSql(
      `create table \`prompt_item\` (\`message_id\` text not null, \`position\` integer not null, \`section\` text check (\`section\` in ('INSTRUCTIONS', 'DOCUMENTS', 'MEMORY', 'RECENT_TURNS', 'USER_MESSAGE')) not null, \`source_id\` text null, \`role\` text check (\`role\` in ('USER', 'ASSISTANT', 'SYSTEM')) null, \`said_at\` datetime null, \`marker\` integer null, \`ranges\` json not null, \`decision\` text check (\`decision\` in ('INCLUDED', 'TRUNCATED', 'DROPPED')) not null, \`reason\` text null, \`score\` real null, \`tokens\` integer not null, primary key (\`message_id\`, \`position\`), constraint \`prompt_item_message_id_foreign\` foreign key (\`message_id\`) references \`chat_message\` (\`id\`) on delete cascade, constraint \`prompt_item_source_id_foreign\` foreign key (\`source_id\`) references \`chat_message\` (\`id\`) on delete set null);`,
    );
    this.addSql(`create index \`prompt_item_source\` on \`prompt_item\` (\`source_id\`);`);

    this.addSql(
      `create table \`reply_part\` (\`message_id\` text not null, \`offset\` integer not null, \`text\` text not null, primary key (\`message_id\`, \`offset\`), constraint \`reply_part_message_id_foreign\` foreign key (\`message_id\`) references \`chat_message\` (\`id\`) on delete cascade);`,
    );

    this.addSql(
      `create table \`summary\` (\`id\` text not null primary key, \`user_id\` text not null, \`session_id\` text not null, \`key\` text not null, \`text\` text not null, \`created_at\` datetime not null, constraint \`summary_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create unique index \`summary_once\` on \`summary\` (\`session_id\`, \`key\`);`);

    this.addSql(
      `create table \`prompt_manifest\` (\`message_id\` text not null primary key, \`user_id\` text not null, \`instructions_id\` text not null, \`summary_id\` text null, \`request_hash\` text not null, \`context_window_tokens\` integer not null, \`reply_tokens\` integer not null, \`budget_tokens\` integer not null, \`used_tokens\` integer not null, \`sections\` json not null, \`notes\` json not null, \`created_at\` datetime not null, constraint \`prompt_manifest_message_id_foreign\` foreign key (\`message_id\`) references \`chat_message\` (\`id\`) on update cascade on delete cascade, constraint \`prompt_manifest_instructions_id_foreign\` foreign key (\`instructions_id\`) references \`instructions_text\` (\`id\`), constraint \`prompt_manifest_summary_id_foreign\` foreign key (\`summary_id\`) references \`summary\` (\`id\`) on delete set null);`,
    );
    this.addSql(`create index \`prompt_manifest_instructions\` on \`prompt_manifest\` (\`instructions_id\`);`);
    this.addSql(`create index \`prompt_manifest_summary\` on \`prompt_manifest\` (\`summary_id\`);`);

    this.addSql(
      `create table \`summary_source\` (\`summary_id\` text not null, \`message_id\` text not null, primary key (\`summary_id\`, \`message_id\`), constraint \`summary_source_summary_id_foreign\` foreign key (\`summary_id\`) references \`summary\` (\`id\`) on update cascade on delete cascade, constraint \`summary_source_message_id_foreign\` foreign key (\`message_id\`) references \`chat_message\` (\`id\`) on update cascade on delete cascade);`,
    );
    this.addSql(`create index \`summary_source_message\` on \`summary_source\` (\`message_id\`);`);

    this.addSql(
      `create table \`usage_entry\` (\`id\` text not null primary key, \`user_id\` text not null, \`session_id\` text null, \`purpose\` text check (\`purpose\` in ('CHAT', 'SUMMARY', 'EMBEDDING')) not null, \`model\` text not null, \`input_tokens\` integer not null, \`output_tokens\` integer not null, \`created_at\` datetime not null, constraint \`usage_entry_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete set null);`,
    );
    this.addSql(`create index \`usage_entry_user\` on \`usage_entry\` (\`user_id\`, \`created_at\`);`);
    this.addSql(`create index \`usage_entry_session\` on \`usage_entry\` (\`session_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table \`usage_entry\`;`);
    this.addSql(`drop table \`summary_source\`;`);
    this.addSql(`drop table \`prompt_manifest\`;`);
    this.addSql(`drop table \`summary\`;`);
    this.addSql(`drop table \`reply_part\`;`);
    this.addSql(`drop table \`prompt_item\`;`);
    this.addSql(`drop table \`chunk_term\`;`);
    this.addSql(`drop table \`chunk\`;`);
    this.addSql(`drop table \`memory_scope\`;`);
    this.addSql(`drop table \`job\`;`);
    this.addSql(`drop table \`instructions_text\`;`);
    this.addSql(`drop table \`idempotency_key\`;`);
    this.addSql(`drop table \`chat_message\`;`);
    this.addSql(`drop table \`chat_session\`;`);
  }
}
