CREATE TABLE "identity"."credential_changes" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"previous" text,
	"previous_proven_at" timestamp with time zone,
	"undo_hash" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "credential_changes_kind_check" CHECK ("identity"."credential_changes"."kind" in ('password', 'phone', 'email'))
);

--> statement-breakpoint
ALTER TABLE "identity"."credential_changes" ADD CONSTRAINT "credential_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "credential_changes_undo_hash_unique_idx" ON "identity"."credential_changes" USING btree ("undo_hash");
--> statement-breakpoint
CREATE INDEX "credential_changes_user_id_idx" ON "identity"."credential_changes" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "credential_changes_created_at_idx" ON "identity"."credential_changes" USING btree ("created_at");
