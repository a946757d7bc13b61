CREATE TABLE "gateway"."rate_counters" (
	"key_hash" text PRIMARY KEY NOT NULL,
	"window_from" timestamp with time zone NOT NULL,
	"requests" integer NOT NULL,
	"tokens" bigint NOT NULL,
	"places" jsonb NOT NULL
);

--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "money_quota_micros" bigint;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "quota_period" text;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "spent_micros" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "tokens_before" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "spent_before_micros" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "period_from" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "requests_per_minute" integer;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "tokens_per_minute" integer;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "parallel_requests" integer;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "allowed_models" text[];
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "allowed_networks" text;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "allowed_origins" text[];
--> statement-breakpoint
CREATE INDEX "rate_counters_window_from_idx" ON "gateway"."rate_counters" USING btree ("window_from");
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_money_quota_check" CHECK ("identity"."api_keys"."money_quota_micros" >= 0);
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_quota_period_check" CHECK ("identity"."api_keys"."quota_period" in ('day', 'week', 'month'));
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_requests_per_minute_check" CHECK ("identity"."api_keys"."requests_per_minute" > 0);
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_tokens_per_minute_check" CHECK ("identity"."api_keys"."tokens_per_minute" > 0);
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_parallel_requests_check" CHECK ("identity"."api_keys"."parallel_requests" > 0);
