CREATE TABLE "gateway"."account_rate_limits" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"model_id" text,
	"requests_per_minute" integer,
	"tokens_per_minute" integer,
	"parallel_requests" integer,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "account_rate_limits_tenant_id_model_id_key" UNIQUE NULLS NOT DISTINCT("tenant_id","model_id"),
	CONSTRAINT "account_rate_limits_requests_per_minute_check" CHECK ("gateway"."account_rate_limits"."requests_per_minute" > 0),
	CONSTRAINT "account_rate_limits_tokens_per_minute_check" CHECK ("gateway"."account_rate_limits"."tokens_per_minute" > 0),
	CONSTRAINT "account_rate_limits_parallel_requests_check" CHECK ("gateway"."account_rate_limits"."parallel_requests" > 0)
);

--> statement-breakpoint
CREATE TABLE "gateway"."model_rate_limits" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"requests_per_minute" integer,
	"tokens_per_minute" integer,
	"parallel_requests" integer,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "model_rate_limits_model_id_key" UNIQUE("model_id"),
	CONSTRAINT "model_rate_limits_requests_per_minute_check" CHECK ("gateway"."model_rate_limits"."requests_per_minute" > 0),
	CONSTRAINT "model_rate_limits_tokens_per_minute_check" CHECK ("gateway"."model_rate_limits"."tokens_per_minute" > 0),
	CONSTRAINT "model_rate_limits_parallel_requests_check" CHECK ("gateway"."model_rate_limits"."parallel_requests" > 0)
);

--> statement-breakpoint
CREATE INDEX "account_rate_limits_tenant_id_idx" ON "gateway"."account_rate_limits" USING btree ("tenant_id","id");
