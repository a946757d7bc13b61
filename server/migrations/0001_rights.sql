CREATE SCHEMA "announcements";

--> statement-breakpoint
CREATE TABLE "announcements"."news" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"body_zh" text NOT NULL,
	"body_en" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "news_state_check" CHECK ("announcements"."news"."state" in ('draft', 'sending', 'sent'))
);

--> statement-breakpoint
CREATE TABLE "announcements"."news_sends" (
	"id" text PRIMARY KEY NOT NULL,
	"news_id" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "audit"."entry_details" (
	"entry_id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"subject_id" text NOT NULL,
	"details" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "audit"."log_heads" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" text NOT NULL,
	"signed_head" text NOT NULL,
	"signed_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "audit"."log_leaves" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"entry_id" text NOT NULL,
	"registry_hash" text NOT NULL,
	CONSTRAINT "log_leaves_entry_id_unique" UNIQUE("entry_id")
);

--> statement-breakpoint
CREATE TABLE "audit"."log_nodes" (
	"level" integer NOT NULL,
	"position" bigint NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "log_nodes_pkey" PRIMARY KEY("level","position")
);

--> statement-breakpoint
CREATE TABLE "audit"."pending_entries" (
	"entry_id" text PRIMARY KEY NOT NULL
);

--> statement-breakpoint
CREATE TABLE "audit"."staff_reads" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"subject_id" text NOT NULL,
	"staff_id" text NOT NULL,
	"what" text[] NOT NULL,
	"reason" text NOT NULL,
	"case_id" text,
	"request_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."case_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"use" text NOT NULL,
	"code_hash" text NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "case_codes_use_check" CHECK ("privacy"."case_codes"."use" in ('contact', 'account'))
);

--> statement-breakpoint
CREATE TABLE "privacy"."case_steps" (
	"id" text PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"kind" text NOT NULL,
	"by" text NOT NULL,
	"actor_id" text,
	"to_state" text,
	"letter_kind" text,
	"code" text,
	"text" text,
	"note" text,
	"created_at" timestamp with time zone NOT NULL,
	"case_closed_at" timestamp with time zone,
	CONSTRAINT "case_steps_kind_check" CHECK ("kind" in ('filed', 'contact-confirmed', 'account-confirmed', 'accepted', 'asked', 'answered', 'decided', 'erasure-started', 'closed', 'refused', 'withdrawn', 'merged', 'joined', 'overdue', 'letter', 'note')),
	CONSTRAINT "case_steps_by_check" CHECK ("privacy"."case_steps"."by" in ('person', 'officer', 'system'))
);

--> statement-breakpoint
CREATE TABLE "privacy"."cases" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text NOT NULL,
	"about_id" text,
	"origin" text NOT NULL,
	"type" text NOT NULL,
	"role" text NOT NULL,
	"state" text NOT NULL,
	"outcome" text,
	"refusal_code" text,
	"merged_into" text,
	"language" text NOT NULL,
	"channel" text NOT NULL,
	"contact" text NOT NULL,
	"contact_index" text NOT NULL,
	"name" text,
	"relation" text,
	"account" text,
	"account_index" text,
	"description" text NOT NULL,
	"verified_by" text,
	"access_key_hash" text,
	"access_key_ends_at" timestamp with time zone,
	"received_at" timestamp with time zone NOT NULL,
	"contact_confirmed_at" timestamp with time zone,
	"account_confirmed_at" timestamp with time zone,
	"verified_at" timestamp with time zone,
	"due_on" date NOT NULL,
	"is_provisional" boolean NOT NULL,
	"overdue_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "cases_state_check" CHECK ("state" in ('received', 'verifying', 'accepted', 'in-progress', 'needs-info', 'closed', 'refused', 'withdrawn', 'merged')),
	CONSTRAINT "cases_type_check" CHECK ("type" in ('access', 'copy', 'port-to', 'correct', 'supplement', 'delete', 'restrict', 'object', 'withdraw', 'cancel-account', 'explain-decision', 'explain-rules', 'complaint')),
	CONSTRAINT "cases_role_check" CHECK ("role" in ('self', 'guardian', 'relative', 'agent', 'organisation-contact', 'legal-representative')),
	CONSTRAINT "cases_refusal_check" CHECK (("privacy"."cases"."state" = 'refused') = ("privacy"."cases"."refusal_code" is not null)),
	CONSTRAINT "cases_outcome_check" CHECK (("privacy"."cases"."state" = 'closed') = ("privacy"."cases"."outcome" is not null)),
	CONSTRAINT "cases_closed_at_check" CHECK (("privacy"."cases"."state" in ('closed', 'refused', 'withdrawn', 'merged')) = ("privacy"."cases"."closed_at" is not null))
);

--> statement-breakpoint
CREATE TABLE "privacy"."consent_events" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text,
	"subject_ref" text NOT NULL,
	"purpose" text NOT NULL,
	"kind" text NOT NULL,
	"form" text NOT NULL,
	"method" text NOT NULL,
	"notice_hash" text,
	"notice_locale" text,
	"scope_hash" text NOT NULL,
	"policy_version" text NOT NULL,
	"registry_hash" text NOT NULL,
	"shown_nonce" text,
	"position" integer NOT NULL,
	"previous_id" text,
	"created_at" timestamp with time zone NOT NULL,
	"unlinked_at" timestamp with time zone,
	CONSTRAINT "consent_events_kind_check" CHECK ("privacy"."consent_events"."kind" in ('given', 'refused', 'withdrawn', 'noticed') and "privacy"."consent_events"."form" in ('explicit', 'separate') and "privacy"."consent_events"."method" in ('page', 'prompt', 'unsubscribe')),
	CONSTRAINT "consent_events_shown_check" CHECK ("privacy"."consent_events"."kind" <> 'given' or ("privacy"."consent_events"."notice_hash" is not null and "privacy"."consent_events"."notice_locale" is not null and "privacy"."consent_events"."shown_nonce" is not null)),
	CONSTRAINT "consent_events_linked_check" CHECK (("privacy"."consent_events"."subject_id" is null) = ("privacy"."consent_events"."unlinked_at" is not null))
);

--> statement-breakpoint
CREATE TABLE "privacy"."consent_notices" (
	"hash" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"locale" text NOT NULL,
	"body" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."correction_notices" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"user_id" text NOT NULL,
	"correction_id" text NOT NULL,
	"place" text NOT NULL,
	"row_id" text NOT NULL,
	"recipient" text NOT NULL,
	"outcome" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."day_key_marks" (
	"key_class" text PRIMARY KEY NOT NULL,
	"destroyed_until" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."erasure_sinks" (
	"erasure_id" text NOT NULL,
	"sink" text NOT NULL,
	"erased_at" timestamp with time zone,
	"probed_at" timestamp with time zone,
	"note" text,
	CONSTRAINT "erasure_sinks_pkey" PRIMARY KEY("erasure_id","sink")
);

--> statement-breakpoint
CREATE TABLE "privacy"."erasures" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text,
	"tenant_id" text,
	"state" text NOT NULL,
	"origin" text NOT NULL,
	"ground" text NOT NULL,
	"case_id" text,
	"promise_hash" text NOT NULL,
	"plan_hash" text,
	"plan" jsonb,
	"reference_hash" text,
	"probe_set" text,
	"evidence" jsonb NOT NULL,
	"residue" jsonb,
	"failed_in" text,
	"plans_made" integer NOT NULL,
	"backup_days" integer NOT NULL,
	"certificate" text,
	"closed_at" timestamp with time zone,
	"certified_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "erasures_certified_check" CHECK (("state" = 'certified') = ("certificate" is not null)),
	CONSTRAINT "erasures_forgotten_check" CHECK ("state" <> 'certified' or ("subject_id" is null and "probe_set" is null))
);

--> statement-breakpoint
CREATE TABLE "privacy"."export_chunks" (
	"id" text PRIMARY KEY NOT NULL,
	"export_id" text NOT NULL,
	"user_id" text NOT NULL,
	"place" integer NOT NULL,
	"envelope" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."exports" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"status" text NOT NULL,
	"language" text NOT NULL,
	"attempt" integer NOT NULL,
	"lease_until" timestamp with time zone,
	"rows_total" bigint,
	"rows_done" bigint NOT NULL,
	"chunks" integer NOT NULL,
	"size_bytes" bigint NOT NULL,
	"finished_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"taken_at" timestamp with time zone,
	CONSTRAINT "exports_status_check" CHECK ("privacy"."exports"."status" in ('queued', 'running', 'ready', 'delivering', 'taken', 'expired', 'cancelled', 'failed'))
);

--> statement-breakpoint
CREATE TABLE "privacy"."objections" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text NOT NULL,
	"purpose" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."retention_evidence" (
	"id" text PRIMARY KEY NOT NULL,
	"table" text NOT NULL,
	"columns" text[] NOT NULL,
	"kind" text NOT NULL,
	"verb" text NOT NULL,
	"candidates" bigint NOT NULL,
	"done" bigint NOT NULL,
	"oldest" timestamp with time zone,
	"failure" text,
	"is_dry_run" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
ALTER TABLE "identity"."sign_in_codes" DROP CONSTRAINT "sign_in_codes_use_check";
--> statement-breakpoint
DROP INDEX "identity"."sign_in_codes_expires_at_idx";
--> statement-breakpoint
DROP INDEX "audit"."access_log_user_id_idx";
--> statement-breakpoint
DROP INDEX "billing"."usage_events_user_id_idx";
--> statement-breakpoint
DROP INDEX "identity"."policy_acceptances_user_id_idx";
--> statement-breakpoint
DROP INDEX "identity"."sessions_user_id_idx";
--> statement-breakpoint
DROP INDEX "identity"."users_username_unique_idx";
--> statement-breakpoint
DROP INDEX "identity"."users_email_unique_idx";
--> statement-breakpoint
DROP INDEX "identity"."users_phone_unique_idx";
--> statement-breakpoint
DROP INDEX "notifications"."outbox_user_id_idx";
--> statement-breakpoint
DROP INDEX "wallet"."bank_transfers_serial_number_key";
--> statement-breakpoint
DROP INDEX "wallet"."top_ups_user_id_idx";
--> statement-breakpoint
ALTER TABLE "audit"."entries" ALTER COLUMN "details" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "audit"."entries" ADD COLUMN "subject_id" text;
--> statement-breakpoint
ALTER TABLE "audit"."entries" ADD COLUMN "sealed_digest" text;
--> statement-breakpoint
ALTER TABLE "identity"."users" ADD COLUMN "username_index" text;
--> statement-breakpoint
ALTER TABLE "identity"."users" ADD COLUMN "email_index" text;
--> statement-breakpoint
ALTER TABLE "identity"."users" ADD COLUMN "phone_index" text;
--> statement-breakpoint
ALTER TABLE "privacy"."restrictions" ADD COLUMN "kind" text DEFAULT 'requested' NOT NULL;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "serial_number_index" text;
--> statement-breakpoint
ALTER TABLE "announcements"."news_sends" ADD CONSTRAINT "news_sends_news_id_news_id_fk" FOREIGN KEY ("news_id") REFERENCES "announcements"."news"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "privacy"."case_codes" ADD CONSTRAINT "case_codes_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "privacy"."cases"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "privacy"."case_steps" ADD CONSTRAINT "case_steps_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "privacy"."cases"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "privacy"."consent_events" ADD CONSTRAINT "consent_events_notice_hash_consent_notices_hash_fk" FOREIGN KEY ("notice_hash") REFERENCES "privacy"."consent_notices"("hash") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "privacy"."erasure_sinks" ADD CONSTRAINT "erasure_sinks_erasure_id_erasures_id_fk" FOREIGN KEY ("erasure_id") REFERENCES "privacy"."erasures"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "privacy"."export_chunks" ADD CONSTRAINT "export_chunks_export_id_exports_id_fk" FOREIGN KEY ("export_id") REFERENCES "privacy"."exports"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "news_sends_news_id_user_id_key" ON "announcements"."news_sends" USING btree ("news_id","user_id");
--> statement-breakpoint
CREATE INDEX "news_sends_user_id_idx" ON "announcements"."news_sends" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "news_sends_created_at_idx" ON "announcements"."news_sends" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "entry_details_subject_id_idx" ON "audit"."entry_details" USING btree ("subject_id","entry_id");
--> statement-breakpoint
CREATE INDEX "entry_details_created_at_idx" ON "audit"."entry_details" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "staff_reads_subject_id_idx" ON "audit"."staff_reads" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "staff_reads_created_at_idx" ON "audit"."staff_reads" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "case_codes_case_id_use_unique_idx" ON "privacy"."case_codes" USING btree ("case_id","use");
--> statement-breakpoint
CREATE INDEX "case_codes_subject_id_idx" ON "privacy"."case_codes" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "case_codes_expires_at_idx" ON "privacy"."case_codes" USING btree ("expires_at");
--> statement-breakpoint
CREATE INDEX "case_codes_created_at_idx" ON "privacy"."case_codes" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "case_steps_case_id_idx" ON "privacy"."case_steps" USING btree ("case_id","id");
--> statement-breakpoint
CREATE INDEX "case_steps_subject_id_idx" ON "privacy"."case_steps" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "case_steps_case_closed_at_idx" ON "privacy"."case_steps" USING btree ("case_closed_at");
--> statement-breakpoint
CREATE INDEX "cases_subject_id_idx" ON "privacy"."cases" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "cases_about_id_idx" ON "privacy"."cases" USING btree ("about_id","id");
--> statement-breakpoint
CREATE INDEX "cases_contact_index_idx" ON "privacy"."cases" USING btree ("contact_index");
--> statement-breakpoint
CREATE INDEX "cases_due_on_idx" ON "privacy"."cases" USING btree ("due_on","id");
--> statement-breakpoint
CREATE INDEX "cases_closed_at_idx" ON "privacy"."cases" USING btree ("closed_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "consent_events_shown_nonce_key" ON "privacy"."consent_events" USING btree ("shown_nonce");
--> statement-breakpoint
CREATE UNIQUE INDEX "consent_events_subject_ref_purpose_position_key" ON "privacy"."consent_events" USING btree ("subject_ref","purpose","position");
--> statement-breakpoint
CREATE INDEX "consent_events_deciding_idx" ON "privacy"."consent_events" USING btree ("subject_id","purpose","position" DESC NULLS LAST,"kind","scope_hash") WHERE "privacy"."consent_events"."kind" <> 'noticed';
--> statement-breakpoint
CREATE INDEX "consent_events_subject_id_id_idx" ON "privacy"."consent_events" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "consent_events_unlinked_at_idx" ON "privacy"."consent_events" USING btree ("unlinked_at");
--> statement-breakpoint
CREATE INDEX "correction_notices_user_id_idx" ON "privacy"."correction_notices" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "correction_notices_created_at_idx" ON "privacy"."correction_notices" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "correction_notices_once_key" ON "privacy"."correction_notices" USING btree ("correction_id","place","recipient");
--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_reference_hash_key" ON "privacy"."erasures" USING btree ("reference_hash");
--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_subject_id_key" ON "privacy"."erasures" USING btree ("subject_id");
--> statement-breakpoint
CREATE INDEX "erasures_unfinished_idx" ON "privacy"."erasures" USING btree ("updated_at") WHERE "privacy"."erasures"."state" not in ('certified', 'failed');
--> statement-breakpoint
CREATE INDEX "export_chunks_user_id_idx" ON "privacy"."export_chunks" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "export_chunks_created_at_idx" ON "privacy"."export_chunks" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "export_chunks_export_id_place_key" ON "privacy"."export_chunks" USING btree ("export_id","place");
--> statement-breakpoint
CREATE INDEX "exports_user_id_idx" ON "privacy"."exports" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "exports_created_at_idx" ON "privacy"."exports" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "exports_one_at_work_key" ON "privacy"."exports" USING btree ("user_id") WHERE "privacy"."exports"."status" in ('queued', 'running');
--> statement-breakpoint
CREATE INDEX "exports_unfinished_idx" ON "privacy"."exports" USING btree ("created_at") WHERE "privacy"."exports"."status" in ('queued', 'running', 'ready', 'delivering');
--> statement-breakpoint
CREATE UNIQUE INDEX "objections_subject_id_purpose_key" ON "privacy"."objections" USING btree ("subject_id","purpose");
--> statement-breakpoint
CREATE INDEX "objections_subject_id_id_idx" ON "privacy"."objections" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "retention_evidence_created_at_idx" ON "privacy"."retention_evidence" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "api_keys_user_id_idx" ON "identity"."api_keys" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "sessions_created_at_idx" ON "identity"."sessions" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "sign_in_codes_user_id_idx" ON "identity"."sign_in_codes" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "sign_in_codes_created_at_idx" ON "identity"."sign_in_codes" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "bank_transfers_user_id_idx" ON "wallet"."bank_transfers" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "bank_transfers_created_at_idx" ON "wallet"."bank_transfers" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "top_ups_created_at_idx" ON "wallet"."top_ups" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "access_log_user_id_idx" ON "audit"."access_log" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "usage_events_user_id_idx" ON "billing"."usage_events" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "policy_acceptances_user_id_idx" ON "identity"."policy_acceptances" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "identity"."sessions" USING btree ("user_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_unique_idx" ON "identity"."users" USING btree ("username_index");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_unique_idx" ON "identity"."users" USING btree ("email_index");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_phone_unique_idx" ON "identity"."users" USING btree ("phone_index");
--> statement-breakpoint
CREATE INDEX "outbox_user_id_idx" ON "notifications"."outbox" USING btree ("user_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "bank_transfers_serial_number_key" ON "wallet"."bank_transfers" USING btree ("serial_number_index");
--> statement-breakpoint
CREATE INDEX "top_ups_user_id_idx" ON "wallet"."top_ups" USING btree ("user_id","id");
--> statement-breakpoint
ALTER TABLE "identity"."sign_in_codes" ADD CONSTRAINT "sign_in_codes_use_check" CHECK ("identity"."sign_in_codes"."use" in ('register', 'login', 'recover', 'bind', 'confirm'));
--> statement-breakpoint
ALTER TABLE "privacy"."restrictions" ADD CONSTRAINT "restrictions_kind_check" CHECK ("privacy"."restrictions"."kind" in ('requested', 'erased'));
