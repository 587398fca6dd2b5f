import { Migration } from '@mikro-orm/migrations';

export class Migration20261126170421_documents extends Migration {
  override name = 'Migration20261126170421_documents';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`document\` (\`id\` text not null primary key, \`user_id\` text not null, \`filename\` text not null, \`mime_type\` text not null, \`size_bytes\` integer not null, \`content_hash\` text not null, \`status\` text check (\`status\` in ('PENDING', 'READY', 'FAILED')) not null default 'PENDING', \`failure\` text null, \`chunk_count\` integer not null default 0, \`created_at\` datetime not null);`,
    );
    this.addSql(`create index \`document_user_created\` on \`document\` (\`user_id\`, \`created_at\`, \`id\`);`);
    this.addSql(`create unique index \`document_once\` on \`document\` (\`user_id\`, \`content_hash\`);`);

    this.addSql(
      `create table \`document_content\` (\`document_id\` text not null primary key, \`file\` blob null, \`extracted_text\` text null, constraint \`document_content_document_id_foreign\` foreign key (\`document_id\`) references \`document\` (\`id\`) on update cascade on delete cascade);`,
    );

    this.addSql(
      `create table \`session_document\` (\`session_id\` text not null, \`document_id\` text not null, \`position\` integer not null, primary key (\`session_id\`, \`document_id\`), constraint \`session_document_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on update cascade on delete cascade, constraint \`session_document_document_id_foreign\` foreign key (\`document_id\`) references \`document\` (\`id\`) on update cascade on delete cascade);`,
    );
    this.addSql(`create index \`session_document_document\` on \`session_document\` (\`document_id\`);`);

    this.addSql(
      `create table \`summary_document\` (\`summary_id\` text not null, \`document_id\` text not null, primary key (\`summary_id\`, \`document_id\`), constraint \`summary_document_summary_id_foreign\` foreign key (\`summary_id\`) references \`summary\` (\`id\`) on update cascade on delete cascade, constraint \`summary_document_document_id_foreign\` foreign key (\`document_id\`) references \`document\` (\`id\`) on update cascade on delete cascade);`,
    );
    this.addSql(`create index \`summary_document_document\` on \`summary_document\` (\`document_id\`);`);

    this.addSql(`create table \`turn_pace\` (\`user_id\` text not null primary key, \`begun_at\` json not null);`);

    this.addSql(`alter table \`chat_message\` add column \`reserved_tokens\` integer not null default 0;`);

    this.addSql(
      `alter table \`job\` add column \`document_id\` text null constraint \`job_document_id_foreign\` references \`document\` (\`id\`) on delete cascade;`,
    );
    this.addSql(`create index \`job_document\` on \`job\` (\`document_id\`);`);
    this.addSql(`alter table \`job\` add column \`reserved_tokens\` integer not null default 0;`);

    this.addSql(
      `create table \`memory_scope__temp_alter\` (\`id\` integer not null primary key autoincrement, \`user_id\` text not null, \`session_id\` text null, \`document_id\` text null, \`version\` integer not null default 0, constraint \`memory_scope_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete cascade, constraint \`memory_scope_document_id_foreign\` foreign key (\`document_id\`) references \`document\` (\`id\`) on delete cascade, constraint \`memory_scope_of_one\` check ((session_id is null) <> (document_id is null)));`,
    );
    this.addSql(
      `insert into \`memory_scope__temp_alter\` select \`id\`, \`user_id\`, \`session_id\`, null as \`document_id\`, \`version\` from \`memory_scope\`;`,
    );
    this.addSql(`drop table \`memory_scope\`;`);
    this.addSql(`alter table \`memory_scope__temp_alter\` rename to \`memory_scope\`;`);
    this.addSql(`create unique index \`memory_scope_session_id_unique\` on \`memory_scope\` (\`session_id\`);`);
    this.addSql(`create unique index \`memory_scope_document_id_unique\` on \`memory_scope\` (\`document_id\`);`);
    this.addSql(`create index \`memory_scope_user\` on \`memory_scope\` (\`user_id\`);`);

    this.addSql(
      `create table \`chunk__temp_alter\` (\`id\` integer not null primary key autoincrement, \`user_id\` text not null, \`scope_id\` integer not null, \`message_id\` text null, \`document_id\` text null, \`seq\` integer not null, \`position\` integer not null, \`start\` integer not null, \`text\` text not null, \`tokens\` integer not null, \`terms\` integer not null, \`role\` text check (\`role\` in ('USER', 'ASSISTANT', 'SYSTEM')) null, \`speaker\` text null, \`said_at\` datetime not null, \`embedding_model\` text null, \`embedding\` blob null, constraint \`chunk_scope_id_foreign\` foreign key (\`scope_id\`) references \`memory_scope\` (\`id\`) on delete cascade, constraint \`chunk_message_id_foreign\` foreign key (\`message_id\`) references \`chat_message\` (\`id\`) on delete cascade, constraint \`chunk_document_id_foreign\` foreign key (\`document_id\`) references \`document\` (\`id\`) on delete cascade, constraint \`chunk_of_one_source\` check ((message_id is null) <> (document_id is null)));`,
    );
    this.addSql(
      `insert into \`chunk__temp_alter\` select \`id\`, \`user_id\`, \`scope_id\`, \`message_id\`, null as \`document_id\`, \`seq\`, \`position\`, \`start\`, \`text\`, \`tokens\`, \`terms\`, \`role\`, \`speaker\`, \`said_at\`, \`embedding_model\`, \`embedding\` from \`chunk\`;`,
    );
    this.addSql(`drop table \`chunk\`;`);
    this.addSql(`alter table \`chunk__temp_alter\` rename to \`chunk\`;`);
    this.addSql(`create unique index \`chunk_once\` on \`chunk\` (\`message_id\`, \`position\`);`);
    this.addSql(`create unique index \`chunk_of_document_once\` on \`chunk\` (\`document_id\`, \`position\`);`);
    this.addSql(`create unique index \`chunk_in_order\` on \`chunk\` (\`scope_id\`, \`seq\`, \`position\`);`);

    this.addSql(
      `alter table \`prompt_item\` add column \`chunk_id\` integer null constraint \`prompt_item_chunk_id_foreign\` references \`chunk\` (\`id\`) on delete set null;`,
    );
    this.addSql(`create index \`prompt_item_chunk\` on \`prompt_item\` (\`chunk_id\`);`);

    this.addSql(
      `alter table \`prompt_manifest\` add column \`documents_summary_id\` text null constraint \`prompt_manifest_documents_summary_id_foreign\` references \`summary\` (\`id\`) on delete set null;`,
    );
    this.addSql(
      `create index \`prompt_manifest_documents_summary\` on \`prompt_manifest\` (\`documents_summary_id\`);`,
    );

    this.addSql(
      `create table \`usage_entry__temp_alter\` (\`id\` text not null primary key, \`user_id\` text not null, \`session_id\` text null, \`purpose\` text check (\`purpose\` in ('CHAT', 'REPORT', 'SUMMARY', 'TITLE', 'EMBEDDING')) not null, \`model\` text not null, \`input_tokens\` integer not null, \`output_tokens\` integer not null, \`is_background\` integer not null default 0, \`created_at\` datetime not null, constraint \`usage_entry_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete set null);`,
    );
    this.addSql(
      `insert into \`usage_entry__temp_alter\` select \`id\`, \`user_id\`, \`session_id\`, \`purpose\`, \`model\`, \`input_tokens\`, \`output_tokens\`, 0 as \`is_background\`, \`created_at\` from \`usage_entry\`;`,
    );
    this.addSql(`drop table \`usage_entry\`;`);
    this.addSql(`alter table \`usage_entry__temp_alter\` rename to \`usage_entry\`;`);
    this.addSql(
      `create index \`usage_entry_user\` on \`usage_entry\` (\`user_id\`, \`created_at\`, \`purpose\`, \`is_background\`, \`input_tokens\`, \`output_tokens\`);`,
    );
    this.addSql(
      `create index \`usage_entry_session\` on \`usage_entry\` (\`session_id\`, \`user_id\`, \`input_tokens\`, \`output_tokens\`);`,
    );

    this.addSql(
      `create index \`chat_session_idle\` on \`chat_session\` (\`updated_at\`) where \`deleted_at\` is null;`,
    );
    this.addSql(
      `create index \`chat_session_deleted\` on \`chat_session\` (\`deleted_at\`) where \`deleted_at\` is not null;`,
    );
    this.addSql(`create index \`job_failed\` on \`job\` (\`run_at\`) where \`state\` = 'FAILED';`);
  }

  override down(): void | Promise<void> {
    // What the tables of before have no place for; foreign keys are off, so nothing goes by itself.
    this.addSql(`delete from chunk_term where scope_id in (select id from memory_scope where session_id is null);`);
    this.addSql(`delete from chunk where document_id is not null;`);
    this.addSql(`delete from memory_scope where session_id is null;`);
    this.addSql(`delete from job where document_id is not null;`);
    this.addSql(`delete from usage_entry where purpose in ('REPORT', 'TITLE');`);

    this.addSql(`drop index \`chat_session_idle\`;`);
    this.addSql(`drop index \`chat_session_deleted\`;`);
    this.addSql(`drop index \`job_failed\`;`);

    this.addSql(`drop table if exists \`document\`;`);
    this.addSql(`drop table if exists \`document_content\`;`);
    this.addSql(`drop table if exists \`session_document\`;`);
    this.addSql(`drop table if exists \`summary_document\`;`);
    this.addSql(`drop table if exists \`turn_pace\`;`);

    this.addSql(`alter table \`chat_message\` drop column \`reserved_tokens\`;`);

    this.addSql(
      `create table \`chunk__temp_alter\` (\`embedding\` blob null, \`embedding_model\` text null, \`id\` integer not null primary key autoincrement, \`message_id\` text not null, \`position\` integer not null, \`role\` text check (\`role\` in ('USER', 'ASSISTANT', 'SYSTEM')) not null, \`said_at\` datetime not null, \`scope_id\` integer not null, \`seq\` integer not null, \`speaker\` text null, \`start\` integer not null, \`terms\` integer not null, \`text\` text not null, \`tokens\` integer not null, \`user_id\` text not null, constraint \`chunk_message_id_foreign\` foreign key (\`message_id\`) references \`chat_message\` (\`id\`) on delete cascade, constraint \`chunk_scope_id_foreign\` foreign key (\`scope_id\`) references \`memory_scope\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `insert into \`chunk__temp_alter\` select \`embedding\`, \`embedding_model\`, \`id\`, \`message_id\`, \`position\`, \`role\`, \`said_at\`, \`scope_id\`, \`seq\`, \`speaker\`, \`start\`, \`terms\`, \`text\`, \`tokens\`, \`user_id\` from \`chunk\`;`,
    );
    this.addSql(`drop table \`chunk\`;`);
    this.addSql(`alter table \`chunk__temp_alter\` rename to \`chunk\`;`);
    this.addSql(`create unique index \`chunk_in_order\` on \`chunk\` (\`scope_id\`, \`seq\`, \`position\`);`);
    this.addSql(`create unique index \`chunk_once\` on \`chunk\` (\`message_id\`, \`position\`);`);

    this.addSql(`drop index \`job_document\`;`);
    this.addSql(`alter table \`job\` drop column \`document_id\`;`);
    this.addSql(`alter table \`job\` drop column \`reserved_tokens\`;`);

    this.addSql(
      `create table \`memory_scope__temp_alter\` (\`id\` integer not null primary key autoincrement, \`session_id\` text not null, \`user_id\` text not null, \`version\` integer not null default 0, constraint \`memory_scope_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `insert into \`memory_scope__temp_alter\` select \`id\`, \`session_id\`, \`user_id\`, \`version\` from \`memory_scope\`;`,
    );
    this.addSql(`drop table \`memory_scope\`;`);
    this.addSql(`alter table \`memory_scope__temp_alter\` rename to \`memory_scope\`;`);
    this.addSql(`create unique index \`memory_scope_session_id_unique\` on \`memory_scope\` (\`session_id\`);`);
    this.addSql(`create index \`memory_scope_user\` on \`memory_scope\` (\`user_id\`);`);

    this.addSql(`drop index \`prompt_item_chunk\`;`);
    this.addSql(`alter table \`prompt_item\` drop column \`chunk_id\`;`);

    this.addSql(`drop index \`prompt_manifest_documents_summary\`;`);
    this.addSql(`alter table \`prompt_manifest\` drop column \`documents_summary_id\`;`);

    this.addSql(
      `create table \`usage_entry__temp_alter\` (\`created_at\` datetime not null, \`id\` text not null primary key, \`input_tokens\` integer not null, \`model\` text not null, \`output_tokens\` integer not null, \`purpose\` text check (\`purpose\` in ('CHAT', 'SUMMARY', 'EMBEDDING')) not null, \`session_id\` text null, \`user_id\` text not null, constraint \`usage_entry_session_id_foreign\` foreign key (\`session_id\`) references \`chat_session\` (\`id\`) on delete set null);`,
    );
    this.addSql(
      `insert into \`usage_entry__temp_alter\` select \`created_at\`, \`id\`, \`input_tokens\`, \`model\`, \`output_tokens\`, \`purpose\`, \`session_id\`, \`user_id\` from \`usage_entry\`;`,
    );
    this.addSql(`drop table \`usage_entry\`;`);
    this.addSql(`alter table \`usage_entry__temp_alter\` rename to \`usage_entry\`;`);
    this.addSql(`create index \`usage_entry_session\` on \`usage_entry\` (\`session_id\`);`);
    this.addSql(`create index \`usage_entry_user\` on \`usage_entry\` (\`user_id\`, \`created_at\`);`);
  }
}
