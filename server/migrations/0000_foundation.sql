CREATE SCHEMA "audit";

--> statement-breakpoint
CREATE SCHEMA "billing";

--> statement-breakpoint
CREATE SCHEMA "catalog";

--> statement-breakpoint
CREATE SCHEMA "gateway";

--> statement-breakpoint
CREATE SCHEMA "identity";

--> statement-breakpoint
CREATE SCHEMA "notifications";

--> statement-breakpoint
CREATE SCHEMA "privacy";

--> statement-breakpoint
CREATE SCHEMA "wallet";

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
CREATE TABLE "billing"."bill_rows" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "billing"."bill_rows_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" text NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"period_end" timestamp with time zone NOT NULL,
	"month" text NOT NULL,
	"product" text NOT NULL,
	"resource_id" text NOT NULL,
	"billing_item" text NOT NULL,
	"price_version_id" text NOT NULL,
	"is_late" boolean NOT NULL,
	"requests" bigint NOT NULL,
	"quantity" bigint NOT NULL,
	"unit" text NOT NULL,
	"list_micros" bigint NOT NULL,
	"cash_micros" bigint NOT NULL,
	"carried_micros" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "bill_rows_cents_check" CHECK ("billing"."bill_rows"."cash_micros" % 10000 = 0 and "billing"."bill_rows"."carried_micros" >= 0 and "billing"."bill_rows"."carried_micros" < 10000),
	CONSTRAINT "bill_rows_period_check" CHECK ("billing"."bill_rows"."period_end" > "billing"."bill_rows"."period_start")
);

--> statement-breakpoint
CREATE TABLE "billing"."billed_tenants" (
	"tenant_id" text PRIMARY KEY NOT NULL,
	"billed_until" timestamp with time zone,
	"carry_micros" bigint NOT NULL,
	CONSTRAINT "billed_tenants_carry_check" CHECK ("billing"."billed_tenants"."carry_micros" >= 0 and "billing"."billed_tenants"."carry_micros" < 10000)
);

--> statement-breakpoint
CREATE TABLE "billing"."progress" (
	"id" integer PRIMARY KEY NOT NULL,
	"closed_until" timestamp with time zone NOT NULL,
	"settled_until" timestamp with time zone NOT NULL,
	CONSTRAINT "progress_single_row_check" CHECK ("billing"."progress"."id" = 1),
	CONSTRAINT "progress_order_check" CHECK ("billing"."progress"."settled_until" <= "billing"."progress"."closed_until")
);

--> statement-breakpoint
CREATE TABLE "billing"."usage_events" (
	"id" text PRIMARY KEY NOT NULL,
	"request_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"api_key_id" text NOT NULL,
	"model_id" text NOT NULL,
	"price_version_id" text NOT NULL,
	"input_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"charge_micros" bigint NOT NULL,
	"is_estimated" boolean NOT NULL,
	"is_streamed" boolean NOT NULL,
	"outcome" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"finished_at" timestamp with time zone NOT NULL,
	"billable_at" timestamp with time zone NOT NULL,
	"is_late" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "usage_events_numbers_check" CHECK ("billing"."usage_events"."input_tokens" >= 0 and "billing"."usage_events"."output_tokens" >= 0 and "billing"."usage_events"."charge_micros" >= 0 and "billing"."usage_events"."duration_ms" >= 0),
	CONSTRAINT "usage_events_outcome_check" CHECK ("billing"."usage_events"."outcome" in ('completed', 'client_gone', 'upstream_failed'))
);

--> statement-breakpoint
CREATE TABLE "billing"."usage_hours" (
	"tenant_id" text NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"api_key_id" text NOT NULL,
	"model_id" text NOT NULL,
	"requests" bigint NOT NULL,
	"estimated_requests" bigint NOT NULL,
	"input_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"charge_micros" bigint NOT NULL,
	CONSTRAINT "usage_hours_pkey" PRIMARY KEY("tenant_id","hour","api_key_id","model_id")
);

--> statement-breakpoint
CREATE TABLE "catalog"."models" (
	"id" text PRIMARY KEY NOT NULL,
	"display_name" jsonb NOT NULL,
	"description" jsonb NOT NULL,
	"provider" text NOT NULL,
	"kind" text NOT NULL,
	"context_tokens" integer NOT NULL,
	"tags" text[] NOT NULL,
	"is_nonsense" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "models_kind_check" CHECK ("catalog"."models"."kind" in ('chat', 'embedding')),
	CONSTRAINT "models_context_tokens_check" CHECK ("catalog"."models"."context_tokens" > 0)
);

--> statement-breakpoint
CREATE TABLE "catalog"."price_versions" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"currency" text NOT NULL,
	"input_micros" bigint NOT NULL,
	"input_per_tokens" bigint NOT NULL,
	"output_micros" bigint NOT NULL,
	"output_per_tokens" bigint NOT NULL,
	"effective_from" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	CONSTRAINT "price_versions_micros_check" CHECK ("catalog"."price_versions"."input_micros" >= 0 and "catalog"."price_versions"."output_micros" >= 0),
	CONSTRAINT "price_versions_per_tokens_check" CHECK ("catalog"."price_versions"."input_per_tokens" > 0 and "catalog"."price_versions"."output_per_tokens" > 0)
);

--> statement-breakpoint
CREATE TABLE "gateway"."upstream_models" (
	"upstream_id" text NOT NULL,
	"model_id" text NOT NULL,
	"upstream_model" text NOT NULL,
	CONSTRAINT "upstream_models_pkey" PRIMARY KEY("upstream_id","model_id")
);

--> statement-breakpoint
CREATE TABLE "gateway"."upstreams" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"base_url" text NOT NULL,
	"sealed_key" text,
	"when_client_leaves" text NOT NULL,
	"continuous_usage" boolean NOT NULL,
	"is_enabled" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "upstreams_when_client_leaves_check" CHECK ("gateway"."upstreams"."when_client_leaves" in ('drain', 'abort')),
	CONSTRAINT "upstreams_base_url_check" CHECK ("gateway"."upstreams"."base_url" ~ '^https?://')
);

--> statement-breakpoint
CREATE TABLE "identity"."api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"secret_hash" text NOT NULL,
	"last_four" text NOT NULL,
	"expires_at" timestamp with time zone,
	"is_disabled" boolean NOT NULL,
	"token_quota" bigint,
	"tokens_used" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_keys_kind_check" CHECK ("identity"."api_keys"."kind" in ('secret', 'playground')),
	CONSTRAINT "api_keys_token_quota_check" CHECK ("identity"."api_keys"."token_quota" >= 0),
	CONSTRAINT "api_keys_tokens_used_check" CHECK ("identity"."api_keys"."tokens_used" >= 0)
);

--> statement-breakpoint
CREATE TABLE "identity"."attempts" (
	"key_hash" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"window_ends_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "identity"."operators" (
	"user_id" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "identity"."passwords" (
	"user_id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"hash" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "identity"."policy_acceptances" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"policy_version" text NOT NULL,
	"policy_hash" text NOT NULL,
	"accepted_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "identity"."sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"ip" text NOT NULL,
	"user_agent" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
CREATE TABLE "identity"."sign_in_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"use" text NOT NULL,
	"target_hash" text NOT NULL,
	"code_hash" text NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sign_in_codes_use_check" CHECK ("identity"."sign_in_codes"."use" in ('register', 'login', 'recover', 'bind'))
);

--> statement-breakpoint
CREATE TABLE "identity"."tenants" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"status" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tenants_kind_check" CHECK ("identity"."tenants"."kind" in ('personal', 'organisation', 'platform')),
	CONSTRAINT "tenants_status_check" CHECK ("identity"."tenants"."status" in ('active', 'frozen', 'closed'))
);

--> statement-breakpoint
CREATE TABLE "identity"."users" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"role" text NOT NULL,
	"username" text NOT NULL,
	"email" text,
	"phone" text,
	"display_name" text,
	"language" text NOT NULL,
	"email_verified_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "users_role_check" CHECK ("identity"."users"."role" in ('owner', 'member')),
	CONSTRAINT "users_language_check" CHECK ("identity"."users"."language" in ('zh-CN', 'en'))
);

--> statement-breakpoint
CREATE TABLE "notifications"."outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"user_id" text,
	"channel" text NOT NULL,
	"template" text NOT NULL,
	"recipient" text NOT NULL,
	"subject" text,
	"body" text NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "outbox_channel_check" CHECK ("notifications"."outbox"."channel" in ('sms', 'mail')),
	CONSTRAINT "outbox_status_check" CHECK ("notifications"."outbox"."status" in ('queued', 'sent', 'failed'))
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
CREATE TABLE "wallet"."accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"ledger" text NOT NULL,
	"kind" text NOT NULL,
	"tenant_id" text,
	"posted_micros" bigint NOT NULL,
	"held_micros" bigint NOT NULL,
	"floor_micros" bigint,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "accounts_floor_check" CHECK ("wallet"."accounts"."floor_micros" is null or "wallet"."accounts"."posted_micros" - "wallet"."accounts"."held_micros" >= "wallet"."accounts"."floor_micros"),
	CONSTRAINT "accounts_held_check" CHECK ("wallet"."accounts"."held_micros" >= 0),
	CONSTRAINT "accounts_debt_check" CHECK ("wallet"."accounts"."kind" <> 'debt' or "wallet"."accounts"."posted_micros" <= 0)
);

--> statement-breakpoint
CREATE TABLE "wallet"."bank_transfers" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text,
	"serial_number" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"message" text,
	"account_name" text NOT NULL,
	"bank_account" text NOT NULL,
	"bank_name" text NOT NULL,
	"credited_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "bank_transfers_amount_check" CHECK ("wallet"."bank_transfers"."amount_micros" > 0 and "wallet"."bank_transfers"."amount_micros" % 10000 = 0)
);

--> statement-breakpoint
CREATE TABLE "wallet"."holds" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"tenant_id" text,
	"amount_micros" bigint NOT NULL,
	"captured_micros" bigint NOT NULL,
	"status" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "holds_captured_check" CHECK ("wallet"."holds"."captured_micros" between 0 and "wallet"."holds"."amount_micros"),
	CONSTRAINT "holds_status_check" CHECK ("wallet"."holds"."status" in ('open', 'voided', 'expired'))
);

--> statement-breakpoint
CREATE TABLE "wallet"."sandbox_payments" (
	"id" text PRIMARY KEY NOT NULL,
	"merchant_order_id" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	"acknowledged_at" timestamp with time zone
);

--> statement-breakpoint
CREATE TABLE "wallet"."top_ups" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"channel" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"failure_reason" text,
	"is_late" boolean NOT NULL,
	"redirect_url" text,
	"trade_number" text,
	"idempotency_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone,
	CONSTRAINT "top_ups_amount_check" CHECK ("wallet"."top_ups"."amount_micros" > 0 and "wallet"."top_ups"."amount_micros" % 10000 = 0),
	CONSTRAINT "top_ups_status_check" CHECK ("wallet"."top_ups"."status" in ('pending', 'paid', 'failed')),
	CONSTRAINT "top_ups_paid_check" CHECK (("wallet"."top_ups"."status" = 'paid') = ("wallet"."top_ups"."paid_at" is not null and "wallet"."top_ups"."trade_number" is not null))
);

--> statement-breakpoint
CREATE TABLE "wallet"."transfers" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "wallet"."transfers_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"ledger" text NOT NULL,
	"kind" text NOT NULL,
	"code" text NOT NULL,
	"debit_account_id" text NOT NULL,
	"credit_account_id" text,
	"amount_micros" bigint NOT NULL,
	"tenant_id" text,
	"hold_id" text,
	"group_id" text,
	"ref_type" text NOT NULL,
	"ref_id" text NOT NULL,
	"reversal_of" text,
	"cash_after_micros" bigint,
	"actor" text NOT NULL,
	"request_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "transfers_amount_check" CHECK ("wallet"."transfers"."amount_micros" > 0 or ("wallet"."transfers"."amount_micros" = 0 and "wallet"."transfers"."kind" in ('void', 'expire'))),
	CONSTRAINT "transfers_credit_check" CHECK (("wallet"."transfers"."kind" in ('post', 'capture')) = ("wallet"."transfers"."credit_account_id" is not null)),
	CONSTRAINT "transfers_hold_check" CHECK (("wallet"."transfers"."kind" in ('capture', 'void', 'expire')) = ("wallet"."transfers"."hold_id" is not null)),
	CONSTRAINT "transfers_sides_check" CHECK ("wallet"."transfers"."credit_account_id" is null or "wallet"."transfers"."credit_account_id" <> "wallet"."transfers"."debit_account_id")
);

--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ADD CONSTRAINT "price_versions_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "catalog"."models"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD CONSTRAINT "upstream_models_upstream_id_upstreams_id_fk" FOREIGN KEY ("upstream_id") REFERENCES "gateway"."upstreams"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "identity"."operators" ADD CONSTRAINT "operators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "identity"."passwords" ADD CONSTRAINT "passwords_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "identity"."policy_acceptances" ADD CONSTRAINT "policy_acceptances_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "identity"."users" ADD CONSTRAINT "users_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "identity"."tenants"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "wallet"."holds" ADD CONSTRAINT "holds_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "wallet"."accounts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "access_log_created_at_idx" ON "audit"."access_log" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "access_log_user_id_idx" ON "audit"."access_log" USING btree ("user_id","created_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "entries_tenant_id_created_at_idx" ON "audit"."entries" USING btree ("tenant_id","created_at" DESC NULLS LAST,"id");
--> statement-breakpoint
CREATE UNIQUE INDEX "bill_rows_period_key" ON "billing"."bill_rows" USING btree ("tenant_id","period_start","product","resource_id","billing_item","price_version_id","is_late");
--> statement-breakpoint
CREATE INDEX "bill_rows_tenant_id_month_seq_idx" ON "billing"."bill_rows" USING btree ("tenant_id","month","seq" DESC NULLS LAST);
--> statement-breakpoint
CREATE UNIQUE INDEX "usage_events_request_id_key" ON "billing"."usage_events" USING btree ("request_id");
--> statement-breakpoint
CREATE INDEX "usage_events_tenant_id_finished_at_idx" ON "billing"."usage_events" USING btree ("tenant_id","finished_at" DESC NULLS LAST,"id" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "usage_events_billable_at_tenant_id_idx" ON "billing"."usage_events" USING btree ("billable_at","tenant_id");
--> statement-breakpoint
CREATE INDEX "usage_events_user_id_idx" ON "billing"."usage_events" USING btree ("user_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "price_versions_model_id_effective_from_key" ON "catalog"."price_versions" USING btree ("model_id","effective_from");
--> statement-breakpoint
CREATE INDEX "price_versions_effective_from_idx" ON "catalog"."price_versions" USING btree ("effective_from");
--> statement-breakpoint
CREATE INDEX "upstream_models_model_id_idx" ON "gateway"."upstream_models" USING btree ("model_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "upstreams_name_key" ON "gateway"."upstreams" USING btree ("name");
--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_secret_hash_unique_idx" ON "identity"."api_keys" USING btree ("secret_hash");
--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_playground_unique_idx" ON "identity"."api_keys" USING btree ("user_id") WHERE "identity"."api_keys"."kind" = 'playground';
--> statement-breakpoint
CREATE INDEX "api_keys_tenant_id_idx" ON "identity"."api_keys" USING btree ("tenant_id","user_id");
--> statement-breakpoint
CREATE INDEX "attempts_window_ends_at_idx" ON "identity"."attempts" USING btree ("window_ends_at");
--> statement-breakpoint
CREATE INDEX "policy_acceptances_user_id_idx" ON "identity"."policy_acceptances" USING btree ("user_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token_hash_unique_idx" ON "identity"."sessions" USING btree ("token_hash");
--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "identity"."sessions" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "sessions_expires_at_idx" ON "identity"."sessions" USING btree ("expires_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_codes_target_hash_use_unique_idx" ON "identity"."sign_in_codes" USING btree ("target_hash","use");
--> statement-breakpoint
CREATE INDEX "sign_in_codes_expires_at_idx" ON "identity"."sign_in_codes" USING btree ("expires_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_unique_idx" ON "identity"."users" USING btree ("username");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_unique_idx" ON "identity"."users" USING btree ("email");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_phone_unique_idx" ON "identity"."users" USING btree ("phone");
--> statement-breakpoint
CREATE INDEX "users_tenant_id_idx" ON "identity"."users" USING btree ("tenant_id");
--> statement-breakpoint
CREATE INDEX "outbox_created_at_idx" ON "notifications"."outbox" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "outbox_user_id_idx" ON "notifications"."outbox" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "accounts_tenant_id_idx" ON "wallet"."accounts" USING btree ("tenant_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "bank_transfers_serial_number_key" ON "wallet"."bank_transfers" USING btree ("serial_number");
--> statement-breakpoint
CREATE INDEX "holds_open_expires_at_idx" ON "wallet"."holds" USING btree ("expires_at") WHERE "wallet"."holds"."status" = 'open';
--> statement-breakpoint
CREATE INDEX "holds_account_id_idx" ON "wallet"."holds" USING btree ("account_id") WHERE "wallet"."holds"."status" = 'open';
--> statement-breakpoint
CREATE UNIQUE INDEX "sandbox_payments_merchant_order_id_key" ON "wallet"."sandbox_payments" USING btree ("merchant_order_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "top_ups_idempotency_key" ON "wallet"."top_ups" USING btree ("tenant_id","idempotency_hash");
--> statement-breakpoint
CREATE UNIQUE INDEX "top_ups_trade_number_key" ON "wallet"."top_ups" USING btree ("channel","trade_number") WHERE "wallet"."top_ups"."trade_number" is not null;
--> statement-breakpoint
CREATE INDEX "top_ups_user_id_idx" ON "wallet"."top_ups" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "transfers_tenant_id_seq_idx" ON "wallet"."transfers" USING btree ("tenant_id","seq" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "transfers_group_id_idx" ON "wallet"."transfers" USING btree ("group_id") WHERE "wallet"."transfers"."group_id" is not null;
--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_reversal_of_key" ON "wallet"."transfers" USING btree ("reversal_of") WHERE "wallet"."transfers"."reversal_of" is not null;
--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_hold_end_key" ON "wallet"."transfers" USING btree ("hold_id") WHERE "wallet"."transfers"."kind" in ('void', 'expire');
