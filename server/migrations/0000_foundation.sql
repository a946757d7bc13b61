CREATE SCHEMA "audit";

--> statement-breakpoint
CREATE SCHEMA "privacy";

--> statement-breakpoint
CREATE TABLE "audit"."access_log" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"user_id" text,
	"ip" text NOT NULL,
	"user_agent" text NOT NULL,
	"method" text NOT NULL,
	"route" text NOT NULL,
	"status" integer NOT NULL,
	"duration_ms" integer NOT NULL,
	"request_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "audit"."entries" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"target_id" text,
	"details" jsonb NOT NULL,
	"request_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."policy_versions" (
	"version" text PRIMARY KEY NOT NULL,
	"registry_hash" text NOT NULL,
	"effective_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "privacy"."restrictions" (
	"subject_id" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE INDEX "access_log_created_at_idx" ON "audit"."access_log" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "access_log_user_id_idx" ON "audit"."access_log" USING btree ("user_id","created_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "entries_tenant_id_created_at_idx" ON "audit"."entries" USING btree ("tenant_id","created_at" DESC NULLS LAST,"id");
