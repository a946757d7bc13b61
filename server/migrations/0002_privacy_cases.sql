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
	"entry_id" text NOT NULL,
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
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "serial_number_index" text;
--> statement-breakpoint
ALTER TABLE "privacy"."case_codes" ADD CONSTRAINT "case_codes_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "privacy"."cases"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "privacy"."case_steps" ADD CONSTRAINT "case_steps_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "privacy"."cases"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "entry_details_subject_id_idx" ON "audit"."entry_details" USING btree ("subject_id","entry_id");
--> statement-breakpoint
CREATE INDEX "entry_details_created_at_idx" ON "audit"."entry_details" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "staff_reads_subject_id_idx" ON "audit"."staff_reads" USING btree ("subject_id","id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "staff_reads_created_at_idx" ON "audit"."staff_reads" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "case_codes_case_id_use_unique_idx" ON "privacy"."case_codes" USING btree ("case_id","use");
--> statement-breakpoint
CREATE INDEX "case_codes_expires_at_idx" ON "privacy"."case_codes" USING btree ("expires_at");
--> statement-breakpoint
CREATE INDEX "case_steps_case_id_idx" ON "privacy"."case_steps" USING btree ("case_id","id");
--> statement-breakpoint
CREATE INDEX "case_steps_subject_id_idx" ON "privacy"."case_steps" USING btree ("subject_id");
--> statement-breakpoint
CREATE INDEX "case_steps_case_closed_at_idx" ON "privacy"."case_steps" USING btree ("case_closed_at");
--> statement-breakpoint
CREATE INDEX "cases_subject_id_idx" ON "privacy"."cases" USING btree ("subject_id");
--> statement-breakpoint
CREATE INDEX "cases_contact_index_idx" ON "privacy"."cases" USING btree ("contact_index");
--> statement-breakpoint
CREATE INDEX "cases_due_on_idx" ON "privacy"."cases" USING btree ("due_on","id");
--> statement-breakpoint
CREATE INDEX "cases_closed_at_idx" ON "privacy"."cases" USING btree ("closed_at");
--> statement-breakpoint
CREATE INDEX "api_keys_user_id_idx" ON "identity"."api_keys" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "sign_in_codes_user_id_idx" ON "identity"."sign_in_codes" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "bank_transfers_user_id_idx" ON "wallet"."bank_transfers" USING btree ("user_id","id");
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
