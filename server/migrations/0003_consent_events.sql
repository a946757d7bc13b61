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
ALTER TABLE "privacy"."consent_events" ADD CONSTRAINT "consent_events_notice_hash_consent_notices_hash_fk" FOREIGN KEY ("notice_hash") REFERENCES "privacy"."consent_notices"("hash") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "consent_events_shown_nonce_key" ON "privacy"."consent_events" USING btree ("shown_nonce");
--> statement-breakpoint
CREATE UNIQUE INDEX "consent_events_subject_ref_purpose_position_key" ON "privacy"."consent_events" USING btree ("subject_ref","purpose","position");
--> statement-breakpoint
CREATE INDEX "consent_events_subject_id_purpose_position_idx" ON "privacy"."consent_events" USING btree ("subject_id","purpose","position");
--> statement-breakpoint
CREATE INDEX "consent_events_subject_id_id_idx" ON "privacy"."consent_events" USING btree ("subject_id","id");
