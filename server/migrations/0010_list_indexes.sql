DROP INDEX "wallet"."transfers_tenant_id_seq_idx";
--> statement-breakpoint
DROP INDEX "audit"."entries_tenant_id_created_at_idx";
--> statement-breakpoint
DROP INDEX "audit"."entries_created_at_idx";
--> statement-breakpoint
DROP INDEX "billing"."bill_rows_tenant_id_month_seq_idx";
--> statement-breakpoint
DROP INDEX "billing"."usage_events_tenant_id_finished_at_idx";
--> statement-breakpoint
DROP INDEX "privacy"."cases_due_on_idx";
--> statement-breakpoint
DROP INDEX "privacy"."consent_events_deciding_idx";
--> statement-breakpoint
CREATE INDEX "entries_actor_created_at_idx" ON "audit"."entries" USING btree ("actor","created_at","id");
--> statement-breakpoint
CREATE INDEX "entries_action_created_at_idx" ON "audit"."entries" USING btree ("action","created_at","id");
--> statement-breakpoint
CREATE INDEX "entries_target_id_created_at_idx" ON "audit"."entries" USING btree ("target_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "usage_events_api_key_id_finished_at_idx" ON "billing"."usage_events" USING btree ("tenant_id","api_key_id","finished_at","id");
--> statement-breakpoint
CREATE INDEX "usage_events_model_id_finished_at_idx" ON "billing"."usage_events" USING btree ("tenant_id","model_id","finished_at","id");
--> statement-breakpoint
CREATE INDEX "usage_events_api_key_id_model_id_finished_at_idx" ON "billing"."usage_events" USING btree ("tenant_id","api_key_id","model_id","finished_at","id");
--> statement-breakpoint
CREATE INDEX "price_versions_model_id_id_idx" ON "catalog"."price_versions" USING btree ("model_id","id");
--> statement-breakpoint
CREATE INDEX "tenants_name_idx" ON "identity"."tenants" USING btree ((lower("name") collate "C")) WHERE "identity"."tenants"."name" is not null;
--> statement-breakpoint
CREATE INDEX "cases_state_due_on_idx" ON "privacy"."cases" USING btree ("state","due_on","id");
--> statement-breakpoint
CREATE INDEX "cases_state_type_due_on_idx" ON "privacy"."cases" USING btree ("state","type","due_on","id");
--> statement-breakpoint
CREATE INDEX "top_ups_tenant_id_idx" ON "wallet"."top_ups" USING btree ("tenant_id","id");
--> statement-breakpoint
CREATE INDEX "transfers_tenant_id_created_at_idx" ON "wallet"."transfers" USING btree ("tenant_id","created_at","seq") WHERE "wallet"."transfers"."cash_after_micros" is not null;
--> statement-breakpoint
CREATE INDEX "transfers_tenant_id_code_created_at_idx" ON "wallet"."transfers" USING btree ("tenant_id","code","created_at","seq") WHERE "wallet"."transfers"."cash_after_micros" is not null;
--> statement-breakpoint
CREATE INDEX "transfers_credit_account_id_created_at_idx" ON "wallet"."transfers" USING btree ("credit_account_id","created_at","seq") WHERE "wallet"."transfers"."cash_after_micros" is not null;
--> statement-breakpoint
CREATE INDEX "transfers_debit_account_id_created_at_idx" ON "wallet"."transfers" USING btree ("debit_account_id","created_at","seq") WHERE "wallet"."transfers"."cash_after_micros" is not null;
--> statement-breakpoint
CREATE INDEX "entries_tenant_id_created_at_idx" ON "audit"."entries" USING btree ("tenant_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "entries_created_at_idx" ON "audit"."entries" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "bill_rows_tenant_id_month_seq_idx" ON "billing"."bill_rows" USING btree ("tenant_id","month","seq");
--> statement-breakpoint
CREATE INDEX "usage_events_tenant_id_finished_at_idx" ON "billing"."usage_events" USING btree ("tenant_id","finished_at","id");
--> statement-breakpoint
CREATE INDEX "cases_due_on_idx" ON "privacy"."cases" USING btree ("due_on","id") WHERE "privacy"."cases"."state" in ('verifying', 'accepted', 'in-progress', 'needs-info');
--> statement-breakpoint
CREATE INDEX "consent_events_deciding_idx" ON "privacy"."consent_events" USING btree ("subject_id","purpose","position","kind","scope_hash") WHERE "privacy"."consent_events"."kind" <> 'noticed';
